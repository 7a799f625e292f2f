package dev.understudy.admin.operator;

import com.google.gson.JsonObject;
import dev.understudy.admin.cli.OperatorCall;
import dev.understudy.admin.cli.OperatorCommand;
import dev.understudy.admin.cli.OperatorCommand.Condition;
import dev.understudy.admin.operator.Web.Answer;
import dev.understudy.clusterconfig.TerminalText;
import dev.understudy.clusterconfig.UrlText;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Commands for keys, over {@code /v2/keys}.
 *
 * @param end ends with an exit code and a line that says why
 */
record Keys(OperatorCall call, Reach reach, PrintStream out, InputStream in, End end) {
  /** How a command ends without its answer. */
  @FunctionalInterface
  interface End {
    int with(int code, String why);
  }

  int run(OperatorCommand.OfKeys command)
      throws Reach.NobodyException, IOException, InterruptedException {
    if (command instanceof OperatorCommand.GetKey get) {
      return get(get);
    }
    if (command instanceof OperatorCommand.SetKey set) {
      return set(set);
    }
    if (command instanceof OperatorCommand.ListKeys list) {
      return list(list);
    }
    if (command instanceof OperatorCommand.RemoveKey remove) {
      return remove(remove);
    }
    return watch((OperatorCommand.WatchKey) command);
  }

  private int get(OperatorCommand.GetKey get) throws Reach.NobodyException, InterruptedException {
    Answer answer = ask("GET", get.key(), pairs("quorum", get.quorum()), Optional.empty());
    if (answer.status() != 200) {
      return refused(answer);
    }
    JsonObject node = node(answer);
    if (!call.json() && node.has("dir")) {
      return end.with(Operator.REFUSED, get.key() + " is a directory: keys ls lists it");
    }
    print(answer, () -> out.println(Answers.text(node, "value")));
    return Operator.DONE;
  }

  private int set(OperatorCommand.SetKey set)
      throws Reach.NobodyException, IOException, InterruptedException {
    String value =
        set.value().isPresent()
            ? set.value().get()
            : new String(in.readAllBytes(), StandardCharsets.UTF_8);
    List<String> query = conditions(set.condition());
    set.ttlSeconds().ifPresent(seconds -> query.add("ttl=" + seconds));
    Answer answer = ask("PUT", set.key(), query, Optional.of("value=" + UrlText.inForm(value)));
    if (answer.status() != 200 && answer.status() != 201) {
      return refused(answer);
    }
    print(answer, () -> out.println(Answers.text(node(answer), "value")));
    return Operator.DONE;
  }

  private int list(OperatorCommand.ListKeys list)
      throws Reach.NobodyException, InterruptedException {
    List<String> query = pairs("recursive", list.recursive());
    query.addAll(pairs("quorum", list.quorum()));
    query.add("sorted=true");
    Answer answer = ask("GET", list.key(), query, Optional.empty());
    if (answer.status() != 200) {
      return refused(answer);
    }
    print(answer, () -> printNodes(node(answer)));
    return Operator.DONE;
  }

  /** Directories end in a slash; the directory that was asked for is not listed itself. */
  private void printNodes(JsonObject node) {
    if (!node.has("dir")) {
      out.println(TerminalText.of(Answers.text(node, "key")));
      return;
    }
    if (!node.has("nodes")) {
      return;
    }
    for (JsonObject child : Answers.objects(node, "nodes")) {
      if (child.has("dir")) {
        out.println(TerminalText.of(Answers.text(child, "key")) + "/");
      }
      printNodes(child);
    }
  }

  private int remove(OperatorCommand.RemoveKey remove)
      throws Reach.NobodyException, InterruptedException {
    List<String> query = conditions(remove.condition());
    query.addAll(pairs("recursive", remove.recursive()));
    query.addAll(pairs("dir", remove.directory()));
    Answer answer = ask("DELETE", remove.key(), query, Optional.empty());
    if (answer.status() != 200) {
      return refused(answer);
    }
    print(answer, () -> out.println("deleted " + TerminalText.of(remove.key())));
    return Operator.DONE;
  }

  /** Asks from change to change, so that none is missed while nobody is connected. */
  private int watch(OperatorCommand.WatchKey watch)
      throws Reach.NobodyException, InterruptedException {
    OptionalLong from =
        watch.afterIndex().isPresent()
            ? OptionalLong.of(watch.afterIndex().getAsLong() + 1)
            : OptionalLong.empty();
    while (true) {
      List<String> query = pairs("recursive", watch.recursive());
      query.add("wait=true");
      from.ifPresent(index -> query.add("waitIndex=" + index));
      Answer answer =
          reach.client("GET", path(watch.key(), query), Optional.empty(), /* timeout= */ 0);
      if (answer.status() != 200) {
        return refused(answer);
      }
      if (answer.body().isBlank()) { // the machine stops, and nothing has changed
        from = from.isPresent() ? from : after(answer);
        continue;
      }
      JsonObject event = Answers.object(answer.body());
      print(answer, () -> printEvent(event));
      if (!watch.forever()) {
        return Operator.DONE;
      }
      from = OptionalLong.of(Answers.number(Answers.object(event, "node"), "modifiedIndex") + 1);
    }
  }

  private static OptionalLong after(Answer answer) {
    return answer
        .header("x-etcd-index")
        .map(index -> OptionalLong.of(Long.parseLong(index) + 1))
        .orElse(OptionalLong.empty());
  }

  private void printEvent(JsonObject event) {
    JsonObject node = Answers.object(event, "node");
    String value = node.has("value") ? " " + Answers.text(node, "value") : "";
    out.println(
        Answers.text(event, "action") + " " + TerminalText.of(Answers.text(node, "key") + value));
  }

  private Answer ask(String method, String key, List<String> query, Optional<String> form)
      throws Reach.NobodyException, InterruptedException {
    return reach.client(method, path(key, query), form, call.timeoutMillis());
  }

  private static String path(String key, List<String> query) {
    return "/v2/keys"
        + UrlText.escapedPath(key)
        + (query.isEmpty() ? "" : "?" + String.join("&", query));
  }

  private static List<String> pairs(String name, boolean on) {
    return new ArrayList<>(on ? List.of(name + "=true") : List.of());
  }

  private static List<String> conditions(Condition condition) {
    List<String> query = new ArrayList<>();
    condition.exists().ifPresent(exists -> query.add("prevExist=" + exists));
    condition.value().ifPresent(value -> query.add("prevValue=" + UrlText.escaped(value)));
    condition.index().ifPresent(index -> query.add("prevIndex=" + index));
    return query;
  }

  private static JsonObject node(Answer answer) {
    return Answers.object(Answers.object(answer.body()), "node");
  }

  private void print(Answer answer, Runnable text) {
    if (call.json()) {
      out.println(answer.body().strip());
    } else {
      text.run();
    }
  }

  private int refused(Answer answer) {
    Refusal refusal = Refusal.of(answer);
    int code =
        answer.status() == 503
            ? Operator.NOBODY
            : refusal.code() == Refusal.NOT_FOUND ? Operator.NOT_FOUND : Operator.REFUSED;
    return end.with(code, refusal.text());
  }
}
