package dev.understudy.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/**
 * Runs lines such as {@code set /a 1 ttl=5} against a store and compares what it answers with what
 * stands behind {@code =>}. Words of the form {@code name=value} are options. Time stands still but
 * for {@code at MILLIS}.
 *
 * <p>An answer reads {@code set /a=1 2/2 was /a=0 1/1}: the action, the node with its created and
 * modified index, the node before. A directory ends with a slash; a time to live is a {@code !} and
 * the milliseconds of its end. A refusal reads {@code 100 [/a] @7}: code, cause, index.
 */
final class Script {
  final Store store;
  private long nowMillis;

  Script() {
    this(new Store());
  }

  Script(Store store) {
    this.store = store;
  }

  static void run(String lines) {
    new Script().play(lines);
  }

  void play(String lines) {
    List<String> actual = new ArrayList<>();
    List<String> expected = lines.lines().map(String::strip).filter(l -> !l.isEmpty()).toList();
    for (String line : expected) {
      String command = line.split("=>")[0].strip();
      actual.add((command + " => " + answer(command)).strip());
      Invariants.check(store.current());
    }
    assertThat(actual)
        .isEqualTo(expected.stream().map(l -> l.replaceAll("\\s*=>\\s*", " => ").strip()).toList());
  }

  /** Runs one line and gives its answer. */
  String answer(String line) {
    List<String> words = Arrays.asList(line.split(" +"));
    String path = words.size() > 1 ? words.get(1) : "";
    return switch (words.get(0)) {
      case "at" -> {
        nowMillis = Long.parseLong(path);
        yield "ok";
      }
      case "get" -> show(store.current().get(path, words.contains("recursive")));
      case "expire" ->
          store.expire(nowMillis).stream().map(Script::show).collect(Collectors.joining("; "));
      default -> show(store.apply(operation(words, path), nowMillis));
    };
  }

  static Operation operation(List<String> words, String path) {
    String value = words.size() > 2 && words.get(2).indexOf('=') < 0 ? words.get(2) : "";
    boolean dir = words.contains("dir=true");
    boolean refresh = words.contains("refresh=true");
    String ttl = option(words, "ttl");
    OptionalLong ttlMillis =
        ttl.isEmpty() ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(ttl));
    String prevValue = option(words, "prevValue");
    String prevIndexText = option(words, "prevIndex");
    long prevIndex = prevIndexText.isEmpty() ? 0 : Long.parseUnsignedLong(prevIndexText);
    return switch (words.get(0)) {
      case "set" -> new Operation.Set(path, dir, value, ttlMillis, refresh);
      case "create" -> new Operation.Create(path, dir, value, ttlMillis);
      case "inorder" -> new Operation.CreateInOrder(path, dir, value, ttlMillis);
      case "update" -> new Operation.Update(path, value, ttlMillis, refresh);
      case "cas" ->
          new Operation.CompareAndSwap(path, prevValue, prevIndex, value, ttlMillis, refresh);
      case "delete" -> new Operation.Delete(path, dir, words.contains("recursive=true"));
      case "cad" -> new Operation.CompareAndDelete(path, prevValue, prevIndex);
      default -> throw new IllegalArgumentException("no such command: " + words);
    };
  }

  private static String option(List<String> words, String name) {
    return words.stream()
        .filter(w -> w.startsWith(name + "="))
        .map(w -> w.substring(name.length() + 1))
        .findFirst()
        .orElse("");
  }

  static String show(Result result) {
    if (result instanceof Result.Failure failure) {
      StoreError error = failure.error();
      return error.code() + " [" + error.cause() + "] @" + error.index();
    }
    return show(((Result.Success) result).event());
  }

  static String show(Event event) {
    String was = event.prevNode() == null ? "" : " was " + show(event.prevNode());
    String refresh = event.refresh() ? " refreshed" : "";
    return event.action().wireName() + " " + show(event.node()) + was + refresh;
  }

  private static String show(NodeView node) {
    String children =
        node.nodes().isEmpty()
            ? ""
            : node.nodes().stream().map(Script::show).collect(Collectors.joining(", ", " {", "}"));
    return node.key()
        + (node.dir() ? "/" : "")
        + (node.value() == null ? "" : "=" + node.value())
        + " "
        + node.createdIndex()
        + "/"
        + node.modifiedIndex()
        + (node.expires() ? "!" + node.expirationMillis() : "")
        + children;
  }
}
