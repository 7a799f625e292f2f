package dev.understudy.store;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/** Random lines for {@link Script}, on few paths, so that they get into each other's way. */
final class Commands {
  private static final Arbitrary<String> PATHS =
      Arbitraries.frequencyOf(
          Tuple.of(1, Arbitraries.just("/")),
          Tuple.of(
              20,
              Arbitraries.of("a", "b", "_h", "a-b")
                  .list()
                  .ofMinSize(1)
                  .ofMaxSize(3)
                  .map(names -> "/" + String.join("/", names))));

  private static final Arbitrary<String> VALUES = Arbitraries.of("1", "2", "");

  private static final Arbitrary<String> OPTIONS =
      Combinators.combine(
              sometimes(" dir=true", 4),
              sometimes(" refresh=true", 8),
              Arbitraries.of("", "", " ttl=0", " ttl=5", " ttl=20"))
          .as((dir, refresh, ttl) -> dir + refresh + ttl);

  private Commands() {}

  static Arbitrary<String> paths() {
    return PATHS;
  }

  /** Sequences in which time goes on. */
  static Arbitrary<List<String>> sequences() {
    return lines().list().ofMinSize(1).ofMaxSize(60).map(Commands::inTime);
  }

  private static Arbitrary<String> lines() {
    return Arbitraries.frequencyOf(
        Tuple.of(6, write("set")),
        Tuple.of(2, write("create")),
        Tuple.of(2, write("inorder")),
        Tuple.of(3, write("update")),
        Tuple.of(3, compare("cas", true)),
        Tuple.of(2, compare("cad", false)),
        Tuple.of(3, delete()),
        Tuple.of(3, get()),
        Tuple.of(2, Arbitraries.integers().between(0, 9).map(i -> "wait " + i)));
  }

  private static Arbitrary<String> write(String command) {
    return Combinators.combine(PATHS, VALUES, OPTIONS)
        .as((path, value, options) -> command + " " + path + " " + value + options);
  }

  private static Arbitrary<String> compare(String command, boolean writes) {
    Arbitrary<String> conditions =
        Combinators.combine(
                Arbitraries.of("", " prevValue=1", " prevValue=2"),
                Arbitraries.integers().between(0, 20))
            .as((value, index) -> value + (index == 0 ? "" : " prevIndex=" + index));
    return Combinators.combine(PATHS, VALUES, OPTIONS, conditions)
        .as(
            (path, value, options, condition) ->
                command + " " + path + (writes ? " " + value + options : "") + condition);
  }

  private static Arbitrary<String> delete() {
    return Combinators.combine(PATHS, sometimes(" dir=true", 2), sometimes(" recursive=true", 2))
        .as((path, dir, recursive) -> "delete " + path + dir + recursive);
  }

  private static Arbitrary<String> get() {
    return Combinators.combine(PATHS, sometimes(" recursive", 2))
        .as((path, recursive) -> "get " + path + recursive);
  }

  private static Arbitrary<String> sometimes(String option, int oneIn) {
    return Arbitraries.integers().between(1, oneIn).map(i -> i == 1 ? option : "");
  }

  /** Each {@code wait} becomes a step of the clock, and what is due then expires. */
  private static List<String> inTime(List<String> lines) {
    List<String> timed = new ArrayList<>();
    long now = 1000;
    timed.add("at " + now);
    for (String line : lines) {
      if (line.startsWith("wait ")) {
        now += Long.parseLong(line.substring(5));
        timed.add("at " + now);
        timed.add("expire");
      } else {
        timed.add(line);
      }
    }
    timed.add("get / recursive");
    return timed;
  }
}
