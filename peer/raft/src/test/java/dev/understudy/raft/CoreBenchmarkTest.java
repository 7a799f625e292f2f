package dev.understudy.raft;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Keeps the benchmarks running, and holds the core to the memory that a group may take. */
class CoreBenchmarkTest {
  private static final boolean FULL = "full".equals(System.getProperty("raft.benchmark"));
  private static final int MOST_BYTES_PER_GROUP = 2_048;

  @Test
  void everyBenchmarkRuns() throws RunnerException {
    ChainedOptionsBuilder options =
        new OptionsBuilder()
            .include(CoreBenchmark.class.getName() + ".*")
            .shouldFailOnError(true)
            .addProfiler(GCProfiler.class)
            .verbosity(VerboseMode.SILENT);
    if (!FULL) {
      // Else it fails where another process of this host runs some, as other modules' tests do.
      System.setProperty("jmh.ignoreLock", "true");
      options
          .warmupIterations(0)
          .measurementIterations(1)
          .measurementTime(TimeValue.milliseconds(50));
    }
    Collection<RunResult> results = new Runner(options.build()).run();
    assertThat(results).hasSize(4);
    for (RunResult result : results) {
      System.out.printf(
          "%-28s %s, %s%n",
          result.getPrimaryResult().getLabel(),
          result.getPrimaryResult(),
          result.getSecondaryResults().get("gc.alloc.rate.norm"));
    }
  }

  @Test
  void anIdleGroupTakesNoMoreThanTwoKibibytes() {
    // Twice, and the larger number: garbage of others must not be counted in our favour.
    long perGroup = Math.max(bytesPerGroup(), bytesPerGroup());
    System.out.printf("%d bytes of heap per idle group, its log included%n", perGroup);
    assertThat(perGroup).isBetween(1L, (long) MOST_BYTES_PER_GROUP);
  }

  private static long bytesPerGroup() {
    List<RaftCore> groups = new ArrayList<>(CoreBenchmark.GROUPS);
    groups.add(CoreBenchmark.idleLeader());
    long before = usedBytes();
    for (int i = 1; i < CoreBenchmark.GROUPS; i++) {
      groups.add(CoreBenchmark.idleLeader());
    }
    long perGroup = (usedBytes() - before) / CoreBenchmark.GROUPS;
    assertThat(groups).hasSize(CoreBenchmark.GROUPS);
    return perGroup;
  }

  private static long usedBytes() {
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }
}
