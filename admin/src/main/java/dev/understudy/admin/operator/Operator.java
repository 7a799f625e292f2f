package dev.understudy.admin.operator;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.understudy.admin.cli.HostPort;
import dev.understudy.admin.cli.OperatorCall;
import dev.understudy.admin.cli.OperatorCommand;
import dev.understudy.admin.operator.Web.Answer;
import dev.understudy.clusterconfig.FailureText;
import dev.understudy.clusterconfig.LeaderRequest;
import dev.understudy.clusterconfig.Removal;
import dev.understudy.clusterconfig.SeatPermission;
import dev.understudy.clusterconfig.TerminalText;
import dev.understudy.clusterconfig.UrlText;
import dev.understudy.clusterconfig.secret.ClusterSecret;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;

/** Carries out a command for a running cluster. */
public final class Operator {
  static final int DONE = 0;
  static final int NOBODY = 1;
  static final int REFUSED = 3;
  static final int NOT_FOUND = 4;

  private static final String MACHINES = "/v2/admin/machines";
  private static final String STANDBYS = "/v2/admin/standbys";

  private final PrintStream out;
  private final PrintStream err;
  private final InputStream in;
  private final OperatorCall call;
  private final Reach reach;

  private Operator(OperatorCall call, PrintStream out, PrintStream err, InputStream in, Web web) {
    this.call = call;
    this.out = Objects.requireNonNull(out);
    this.err = Objects.requireNonNull(err);
    this.in = Objects.requireNonNull(in);
    this.reach = new Reach(web, call.endpoints(), call.timeoutMillis());
  }

  /**
   * Carries it out; blocks until it is done.
   *
   * @param out where the answer goes
   * @param err where the line goes that says why there is none
   * @param in a value that is to be written
   * @return the exit code: 0, 1 when nobody answers, 3 when the cluster refuses, 4 when there is no
   *     such key or machine
   */
  public static int run(OperatorCall call, PrintStream out, PrintStream err, InputStream in) {
    try {
      Optional<ClusterSecret> secret =
          call.secretFile().isPresent()
              ? Optional.of(ClusterSecret.read(call.secretFile().get()))
              : Optional.empty();
      return run(
          call,
          out,
          err,
          in,
          new HttpWeb(call.timeoutMillis(), call.tls(), secret, authorization(call)));
    } catch (IOException e) {
      err.println("understudy: " + TerminalText.of(e.getMessage()));
      return NOBODY;
    }
  }

  private static Optional<HttpWeb.Authorization> authorization(OperatorCall call) {
    boolean secured = call.endpoints().stream().allMatch(HostPort::isTls);
    return call.login().map(login -> new HttpWeb.Authorization(login.authorization(), secured));
  }

  static int run(OperatorCall call, PrintStream out, PrintStream err, InputStream in, Web web) {
    return new Operator(call, out, err, in, web).run();
  }

  private int run() {
    try {
      return carryOut();
    } catch (Reach.NobodyException e) {
      return end(NOBODY, "no answer: " + e.getMessage());
    } catch (IOException e) {
      return end(NOBODY, FailureText.of(e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return end(NOBODY, "interrupted");
    } catch (JsonParseException e) {
      return end(NOBODY, "the answer is none of a machine's: " + FailureText.of(e));
    }
  }

  private int end(int code, String why) {
    err.println("understudy: " + TerminalText.of(why));
    return code;
  }

  private int carryOut() throws Reach.NobodyException, IOException, InterruptedException {
    OperatorCommand command = call.command();
    if (command instanceof OperatorCommand.OfKeys keys) {
      return new Keys(call, reach, out, in, this::end).run(keys);
    }
    if (command instanceof OperatorCommand.OfConsul consul) {
      return new ConsulCommands(call, reach, out, this::end).run(consul);
    }
    if (command instanceof OperatorCommand.ShowHealth) {
      return health();
    }
    if (command instanceof OperatorCommand.NewToken token) {
      return newToken(token);
    }
    return admin(command);
  }

  /** One question to the admin API. */
  private int admin(OperatorCommand command) throws Reach.NobodyException, InterruptedException {
    if (command instanceof OperatorCommand.ListMachines) {
      return ask("GET", MACHINES, Optional.empty(), answer -> machines(Answers.objects(answer)));
    }
    if (command instanceof OperatorCommand.ShowMachine show) {
      return ask(
          "GET",
          machine(show.name()),
          Optional.empty(),
          answer -> machines(List.of(Answers.object(answer))));
    }
    if (command instanceof OperatorCommand.RemoveMachine remove) {
      Removal removal = remove.removal();
      return ask(
          "DELETE", machine(removal.name()) + removal.query(), Optional.empty(), this::removed);
    }
    if (command instanceof OperatorCommand.AllowStandby allow) {
      return ask(
          "PUT",
          STANDBYS + "/" + UrlText.escaped(allow.name()),
          Optional.of(SeatPermission.BODY),
          answer -> out.println(TerminalText.of(allow.name()) + " may take a seat again"));
    }
    if (command instanceof OperatorCommand.ListStandbys) {
      return ask("GET", STANDBYS, Optional.empty(), this::standbys);
    }
    if (command instanceof OperatorCommand.GetConfig) {
      return ask("GET", "/v2/admin/config", Optional.empty(), this::config);
    }
    if (command instanceof OperatorCommand.SetConfig set) {
      return ask("PUT", "/v2/admin/config", Optional.of(set.changeJson()), this::config);
    }
    if (command instanceof OperatorCommand.ShowPlan) {
      return ask("GET", "/v2/admin/plan", Optional.empty(), new PlanText(out)::print);
    }
    OperatorCommand.TransferLeadership transfer = (OperatorCommand.TransferLeadership) command;
    String wish = new LeaderRequest(transfer.name()).toJson();
    return ask("PUT", "/v2/admin/leader", Optional.of(wish), this::leads);
  }

  private static String machine(String name) {
    return MACHINES + "/" + UrlText.escaped(name);
  }

  private int ask(String method, String path, Optional<String> json, Consumer<JsonElement> print)
      throws Reach.NobodyException, InterruptedException {
    Answer answer = reach.admin(method, path, json);
    if (answer.status() != 200) {
      return refused(answer);
    }
    if (call.json()) {
      out.println(answer.body().strip());
    } else {
      print.accept(JsonParser.parseString(answer.body()));
    }
    return DONE;
  }

  private int refused(Answer answer) {
    Refusal refusal = Refusal.ofAdmin(answer);
    return end(
        answer.status() == 503 ? NOBODY : refusal.code() == Refusal.NOT_FOUND ? NOT_FOUND : REFUSED,
        refusal.text());
  }

  private void machines(List<JsonObject> machines) {
    Table table = new Table("NAME", "STATE", "CLIENT URL", "PEER URL");
    for (JsonObject machine : machines) {
      table.row(
          text(machine, "name"),
          text(machine, "state"),
          text(machine, "clientURL"),
          text(machine, "peerURL"));
    }
    table.print(out);
  }

  private void removed(JsonElement answer) {
    JsonObject object = Answers.object(answer);
    out.println("removed " + TerminalText.of(text(object, "removed")));
    if (object.has("note")) {
      out.println(TerminalText.of(text(object, "note")));
    }
  }

  private void standbys(JsonElement answer) {
    Table table = new Table("NAME", "PRIORITY", "KNOWN FOR", "LAST SYNC", "CLIENT URL", "PEER URL");
    for (JsonObject standby : Answers.objects(answer)) {
      table.row(
          text(standby, "name"),
          text(standby, "seatPriority"),
          PlanText.seconds(Answers.number(standby, "knownForMillis")),
          PlanText.seconds(Answers.number(standby, "lastSyncMillisAgo")) + " ago",
          text(standby, "clientURL"),
          text(standby, "peerURL"));
    }
    table.print(out);
  }

  private void config(JsonElement answer) {
    Table table = new Table("FIELD", "VALUE");
    Answers.object(answer).asMap().forEach((field, value) -> table.row(field, value));
    table.print(out);
  }

  private void leads(JsonElement answer) {
    out.println(TerminalText.of(text(Answers.object(answer), "leader")) + " leads");
  }

  private static String text(JsonObject object, String field) {
    return Answers.text(object, field);
  }

  private int health() throws Reach.NobodyException, InterruptedException {
    Answer answer = reach.admin("GET", MACHINES, Optional.empty());
    if (answer.status() != 200) {
      return refused(answer);
    }
    List<JsonObject> machines = new ArrayList<>();
    boolean healthy = false;
    boolean all = true;
    List<JsonObject> seated = Answers.objects(JsonParser.parseString(answer.body()));
    Map<String, String> judged = judgedByTheLeader(seated);
    for (JsonObject machine : seated) {
      String health = health(text(machine, "clientURL"));
      machine.addProperty("health", health);
      machine.addProperty("autopilot", judged.getOrDefault(text(machine, "name"), "unknown"));
      machines.add(machine);
      healthy |= text(machine, "state").equals("leader");
      all &= health.equals("healthy");
    }
    print(machines, healthy && all);
    return healthy && all ? DONE : NOBODY;
  }

  /** What the leader's autopilot says of each; nothing of a leader that cannot be asked. */
  private Map<String, String> judgedByTheLeader(List<JsonObject> machines)
      throws InterruptedException {
    Optional<String> leader =
        machines.stream()
            .filter(machine -> text(machine, "state").equals("leader"))
            .map(machine -> text(machine, "clientURL"))
            .findFirst();
    Optional<Answer> answer =
        leader.isPresent()
            ? reach.one(leader.get() + "/v1/operator/autopilot/state")
            : Optional.empty();
    Map<String, String> judged = new HashMap<>();
    if (answer.filter(state -> state.status() == 200).isPresent()
        && Answers.object(answer.get().body()).get("Servers") instanceof JsonObject servers) {
      servers
          .entrySet()
          .forEach(
              entry -> {
                JsonObject server = Answers.object(entry.getValue());
                judged.put(
                    text(server, "Name"),
                    server.has("Unhealthy") ? text(server, "Unhealthy") : "healthy");
              });
    }
    return judged;
  }

  private String health(String clientUrl) throws InterruptedException {
    Optional<Answer> answer = reach.one(clientUrl + "/health");
    if (answer.isEmpty()) {
      return "unreachable";
    }
    return answer.get().status() == 200 ? "healthy" : "unhealthy";
  }

  private void print(List<JsonObject> machines, boolean healthy) {
    if (call.json()) {
      JsonObject object = new JsonObject();
      object.addProperty("healthy", healthy);
      JsonArray list = new JsonArray();
      machines.forEach(list::add);
      object.add("machines", list);
      out.println(object);
      return;
    }
    Table table = new Table("NAME", "STATE", "HEALTH", "CLIENT URL", "AUTOPILOT");
    machines.forEach(
        machine ->
            table.row(
                text(machine, "name"),
                text(machine, "state"),
                text(machine, "health"),
                text(machine, "clientURL"),
                text(machine, "autopilot")));
    table.print(out);
    out.println(healthy ? "the cluster is healthy" : "the cluster is NOT healthy");
  }

  private int newToken(OperatorCommand.NewToken token)
      throws Reach.NobodyException, InterruptedException {
    DiscoveryToken made = DiscoveryToken.random();
    Answer answer =
        reach.client(
            "PUT",
            made.path() + "/_config/size?prevExist=false",
            Optional.of("value=" + token.size()),
            call.timeoutMillis());
    if (answer.status() != 201) {
      return refused(answer);
    }
    String url = reach.firstClientUrl() + made.path();
    if (call.json()) {
      JsonObject object = new JsonObject();
      object.addProperty("url", url);
      object.addProperty("size", token.size());
      out.println(object);
    } else {
      out.println(url);
    }
    return DONE;
  }
}
