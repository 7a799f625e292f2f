package dev.understudy.tables;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collection;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Keeps the benchmarks running. */
class TablesBenchmarkTest {
  private static final boolean FULL = "full".equals(System.getProperty("tables.benchmark"));

  @Test
  void everyBenchmarkRuns() throws RunnerException {
    ChainedOptionsBuilder options =
        new OptionsBuilder()
            .include(TablesBenchmark.class.getName() + ".*")
            .shouldFailOnError(true)
            .verbosity(VerboseMode.SILENT);
    if (!FULL) {
      // Else it fails where another process of this host runs some, as other modules' tests do.
      System.setProperty("jmh.ignoreLock", "true");
      options
          .warmupIterations(0)
          .measurementIterations(1)
          .measurementTime(TimeValue.milliseconds(20));
    }
    Collection<RunResult> results = new Runner(options.build()).run();
    assertThat(results).hasSize(8);
    for (RunResult result : results) {
      System.out.printf(
          "%-16s %s%n", result.getPrimaryResult().getLabel(), result.getPrimaryResult());
    }
  }
}
