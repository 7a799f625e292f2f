package dev.understudy.admin.cli;

import dev.understudy.admin.cli.BenchOptions.Workload;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Makes a {@link CliCommand} of the arguments behind {@code bench}. */
final class BenchCommandLine {
  static final String BENCH = "bench";
  private static final String COMPARE = "compare";
  private static final List<String> WITH_VALUE =
      List.of(
          "endpoints",
          "label",
          "connections",
          "value-bytes",
          "keys",
          "put-percent",
          "warm-up",
          "duration",
          "count",
          "rate",
          "html");

  private BenchCommandLine() {}

  /**
   * Reads what stands behind the word {@code bench}.
   *
   * @param remarks takes what is odd and taken all the same
   */
  static CliCommand parse(List<String> args, Consumer<String> remarks) throws UsageException {
    boolean helpWanted = args.stream().anyMatch(arg -> arg.matches("--?help|-h"));
    if (helpWanted) {
      return new CliCommand.Print(Help.ofBench());
    }
    String word = args.isEmpty() ? "" : args.get(0);
    List<String> rest = args.subList(Math.min(1, args.size()), args.size());
    return word.equals(COMPARE) ? compare(rest, remarks) : bench(workload(word), rest, remarks);
  }

  private static Workload workload(String word) throws UsageException {
    List<String> words =
        new ArrayList<>(Arrays.stream(Workload.values()).map(Workload::word).toList());
    for (Workload workload : Workload.values()) {
      if (workload.word().equals(word)) {
        return workload;
      }
    }
    words.add(COMPARE);
    throw new UsageException(
        "bench needs one of "
            + String.join(", ", words)
            + NearestWord.to(word, words).map(near -> ", did you mean " + near + "?").orElse(""));
  }

  private static CliCommand bench(Workload workload, List<String> args, Consumer<String> remarks)
      throws UsageException {
    Map<String, Boolean> known = new LinkedHashMap<>();
    WITH_VALUE.forEach(option -> known.put(option, true));
    known.put("json", false);
    known.put("no-fill", false);
    GivenOptions given = GivenOptions.parse(args, known, remarks);
    int count = given.whole("count", Integer.MAX_VALUE, 1, Integer.MAX_VALUE);
    return new CliCommand.Bench(
        new BenchOptions(
            workload,
            given.text("label").orElse(workload.word()),
            endpoints(given.text("endpoints").orElse("127.0.0.1:2379")),
            given.whole("connections", 64, 1, 100_000),
            given.whole("value-bytes", 256, 1, 64 << 20),
            given.whole("keys", 10_000, 1, 100_000_000),
            !given.isOn("no-fill"),
            given.whole("put-percent", 10, 0, 100),
            given.whole("warm-up", 5, 0, 86_400),
            given.whole("duration", 10, 1, 86_400),
            count == Integer.MAX_VALUE ? Long.MAX_VALUE : count,
            given.whole("rate", 0, 0, 10_000_000),
            given.isOn("json"),
            given.text("html").map(Path::of)));
  }

  private static List<HostPort> endpoints(String text) throws UsageException {
    List<HostPort> endpoints = new ArrayList<>();
    for (String each : text.split(",")) {
      endpoints.add(HostPort.parse("--endpoints", each.strip()));
    }
    return endpoints;
  }

  private static CliCommand compare(List<String> args, Consumer<String> remarks)
      throws UsageException {
    List<String> options = new ArrayList<>();
    List<Path> files = new ArrayList<>();
    for (int i = 0; i < args.size(); i++) {
      String arg = args.get(i);
      if (!arg.startsWith("-")) {
        files.add(Path.of(arg));
      } else {
        options.add(arg);
        if (!arg.contains("=") && i + 1 < args.size()) {
          options.add(args.get(++i));
        }
      }
    }
    GivenOptions given = GivenOptions.parse(options, Map.of("html", true), remarks);
    if (files.isEmpty()) {
      throw new UsageException("bench compare needs files that bench --json has written");
    }
    Optional<Path> html = given.text("html").map(Path::of);
    return new CliCommand.CompareBenches(files, html);
  }
}
