package dev.understudy.admin.operator;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.understudy.admin.cli.OperatorCall;
import dev.understudy.admin.cli.OperatorCommand;
import dev.understudy.admin.operator.Web.Answer;
import dev.understudy.clusterconfig.TerminalText;
import dev.understudy.clusterconfig.UrlText;
import java.io.PrintStream;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What an operator of Consul is used to, on the port for clients.
 *
 * @param end ends with an exit code and a line that says why
 */
record ConsulCommands(OperatorCall call, Reach reach, PrintStream out, Keys.End end) {
  private static final String OPERATOR = "/v1/operator";
  private static final int UNHEALTHY = 429;
  private static final String NO_LEADER = "No cluster leader";

  int run(OperatorCommand.OfConsul command) throws Reach.NobodyException, InterruptedException {
    if (command instanceof OperatorCommand.AutopilotHealth) {
      return ask("GET", "/autopilot/health", this::health);
    }
    if (command instanceof OperatorCommand.AutopilotState) {
      return ask("GET", "/autopilot/state", out::println);
    }
    if (command instanceof OperatorCommand.GetSetting get) {
      return ask("GET", path(get.of()), answer -> setting(Settings.of(get.of(), answer)));
    }
    if (command instanceof OperatorCommand.ChangeSetting change) {
      return change(change);
    }
    if (command instanceof OperatorCommand.ListPeers) {
      return ask("GET", "/raft/configuration", this::peers);
    }
    if (command instanceof OperatorCommand.RemovePeer remove) {
      return act(
          "DELETE",
          "/raft/peer?" + remove.word() + "=" + UrlText.escaped(remove.value()),
          "removed " + remove.value());
    }
    Optional<String> id = ((OperatorCommand.TransferRaftLeader) command).id();
    return act(
        "PUT",
        "/raft/transfer-leader" + id.map(each -> "?id=" + UrlText.escaped(each)).orElse(""),
        "leadership was handed over");
  }

  private static String path(OperatorCommand.Setting setting) {
    return "/" + setting.name().toLowerCase(Locale.ROOT) + "/configuration";
  }

  /** Reads it, and writes it unless somebody else has written it meanwhile. */
  private int change(OperatorCommand.ChangeSetting change)
      throws Reach.NobodyException, InterruptedException {
    Answer now = reach.clientJson("GET", OPERATOR + path(change.of()), Optional.empty());
    if (now.status() != 200) {
      return refused(now);
    }
    JsonObject setting = Settings.of(change.of(), JsonParser.parseString(now.body()));
    Optional<String> problem = Settings.change(setting, change.values());
    if (problem.isPresent()) {
      return end.with(Operator.REFUSED, problem.get());
    }
    String cas = "?cas=" + Answers.text(setting, "ModifyIndex");
    Answer set =
        reach.clientJson(
            "PUT", OPERATOR + path(change.of()) + cas, Optional.of(setting.toString()));
    if (set.status() != 200) {
      return refused(set);
    }
    if (set.body().contains("false")) {
      return end.with(Operator.REFUSED, "somebody else has changed it meanwhile: try again");
    }
    if (call.json()) {
      out.println(set.body().strip());
    } else {
      setting(setting);
    }
    return Operator.DONE;
  }

  private void setting(JsonObject setting) {
    Table table = new Table("FIELD", "VALUE");
    Settings.fields(setting).forEach((field, value) -> table.row(field, value.getAsString()));
    table.print(out);
  }

  private int ask(String method, String path, Consumer<JsonElement> print)
      throws Reach.NobodyException, InterruptedException {
    Answer answer = reach.clientJson(method, OPERATOR + path, Optional.empty());
    if (answer.status() != 200 && answer.status() != UNHEALTHY) {
      return refused(answer);
    }
    if (call.json()) {
      out.println(answer.body().strip());
    } else {
      print.accept(JsonParser.parseString(answer.body()));
    }
    return answer.status() == UNHEALTHY ? Operator.NOBODY : Operator.DONE;
  }

  private int act(String method, String path, String done)
      throws Reach.NobodyException, InterruptedException {
    Answer answer = reach.clientJson(method, OPERATOR + path, Optional.empty());
    if (answer.status() != 200) {
      return refused(answer);
    }
    if (call.json()) {
      out.println(answer.body().isBlank() ? "true" : answer.body().strip());
    } else {
      out.println(TerminalText.of(done));
    }
    return Operator.DONE;
  }

  /** Errors are lines of text here; a standby or a machine that starts answers in JSON. */
  private int refused(Answer answer) {
    Refusal refusal = Refusal.of(answer);
    String text = refusal.code() == 0 ? answer.body().strip() : refusal.text();
    boolean isNobody = answer.status() == 503 || text.equals(NO_LEADER);
    boolean isNotFound = text.endsWith("was not found in the Raft configuration");
    return end.with(
        isNobody ? Operator.NOBODY : isNotFound ? Operator.NOT_FOUND : Operator.REFUSED, text);
  }

  private void health(JsonElement answer) {
    JsonObject health = Answers.object(answer);
    Table table =
        new Table("NAME", "ID", "ADDRESS", "STATE", "HEALTHY", "LAST CONTACT", "LAST INDEX");
    for (JsonObject server : Answers.objects(health, "Servers")) {
      boolean votes = isTrue(server, "Voter");
      table.row(
          Answers.text(server, "Name"),
          Answers.text(server, "ID"),
          Answers.text(server, "Address"),
          isTrue(server, "Leader") ? "leader" : votes ? "voter" : "non-voter",
          Answers.text(server, "Healthy"),
          Answers.text(server, "LastContact"),
          Answers.text(server, "LastIndex"));
    }
    table.print(out);
    out.println(
        (isTrue(health, "Healthy") ? "healthy" : "NOT healthy")
            + ", voters that may fail: "
            + Answers.text(health, "FailureTolerance"));
  }

  private void peers(JsonElement answer) {
    Table table = new Table("NODE", "ID", "ADDRESS", "STATE", "VOTER");
    for (JsonObject server : Answers.objects(Answers.object(answer), "Servers")) {
      table.row(
          Answers.text(server, "Node"),
          Answers.text(server, "ID"),
          Answers.text(server, "Address"),
          isTrue(server, "Leader") ? "leader" : "follower",
          Answers.text(server, "Voter"));
    }
    table.print(out);
  }

  private static boolean isTrue(JsonObject in, String field) {
    return Answers.text(in, field).equals("true");
  }
}
