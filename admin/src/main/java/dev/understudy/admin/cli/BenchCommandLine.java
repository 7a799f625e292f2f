package dev.understudy.admin.cli;

import dev.understudy.admin.cli.BenchOptions.Workload;
import dev.understudy.admin.cli.CommandSpec.Given;
import dev.understudy.clusterconfig.tls.Tls;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Makes a {@link CliCommand} of the arguments behind {@code bench}. */
final class BenchCommandLine {
  static final String BENCH = "bench";
  private static final String COMPARE = "compare";

  private BenchCommandLine() {}

  /**
   * Reads what stands behind the word {@code bench}.
   *
   * @param environment holds a password, perhaps
   * @param remarks takes what is odd and taken all the same
   */
  static CliCommand parse(
      List<String> args, Map<String, String> environment, Consumer<String> remarks)
      throws UsageException {
    boolean helpWanted = args.stream().anyMatch(arg -> arg.matches("--?help|-h"));
    if (helpWanted) {
      return new CliCommand.Print(Help.ofBench());
    }
    List<String> whole = new ArrayList<>(List.of(BENCH));
    whole.addAll(args);
    CommandSpec spec = Commands.find(whole, Commands.BENCH);
    Given given = spec.read(Commands.behind(spec, whole), remarks);
    if (spec.word().equals(COMPARE)) {
      return new CliCommand.CompareBenches(
          given.operands().stream().map(Path::of).toList(),
          given.options().text("html").map(Path::of));
    }
    return bench(workload(spec.word()), given.options(), environment);
  }

  private static Workload workload(String word) {
    return Arrays.stream(Workload.values())
        .filter(workload -> workload.word().equals(word))
        .findFirst()
        .orElseThrow();
  }

  private static CliCommand bench(
      Workload workload, GivenOptions given, Map<String, String> environment)
      throws UsageException {
    Optional<Tls> tls = CallerTls.read(given, Map.of());
    int count = given.whole("count", Integer.MAX_VALUE, 1, Integer.MAX_VALUE);
    return new CliCommand.Bench(
        new BenchOptions(
            workload,
            given.text("label").orElse(workload.word()),
            endpoints(given.text("endpoints").orElse("127.0.0.1:2379"), tls.isPresent()),
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
            given.text("html").map(Path::of),
            tls.orElse(Tls.SYSTEM),
            Login.read(given, environment)));
  }

  private static List<HostPort> endpoints(String text, boolean usuallyTls) throws UsageException {
    List<HostPort> endpoints = new ArrayList<>();
    for (String each : text.split(",")) {
      endpoints.add(HostPort.parse("--endpoints", each.strip(), usuallyTls));
    }
    return endpoints;
  }
}
