package dev.understudy.testkit.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.testkit.clients.Clients;
import java.io.BufferedReader;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Whole clusters under a random choice of faults; see {@link Swarm}. */
class SwarmTest {
  private static final long ORDINARY_SEEDS = 1_000;
  private static final Swarm SWARM = Swarm.of(Clients::of);

  @Test
  void whatIsPromisedHoldsUnderAnyFaultsAndAllIsWellSoonAfterThem() {
    assertThat(run(ORDINARY_SEEDS).operations()).isPositive();
  }

  /** Runs so many seeds and prints how fast that went. */
  static Swarm.Summary run(long seeds) {
    long begunNanos = System.nanoTime();
    Swarm.Summary done = SWARM.run(1, seeds);
    double minutes = (System.nanoTime() - begunNanos) / 60e9;
    System.err.printf(
        "swarm: %d seeds, %d operations; %.1f simulated hours for each minute%n",
        done.seeds(), done.operations(), done.millis() / 3_600_000.0 / minutes);
    return done;
  }

  /**
   * Another process has another order in what has none, such as the sets of the JDK, and runs the
   * seeds one after the other.
   */
  @Test
  void theSameSeedGivesTheSameRunInAnyProcess() throws Exception {
    Process other =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Hashes.class.getName())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader told = other.inputReader()) {
      List<String> mine = Hashes.lines(Hashes.seeds().parallel());
      assertThat(told.lines().filter(line -> line.startsWith(Hashes.MARK))).isEqualTo(mine);
      assertThat(mine).doesNotHaveDuplicates();
    } finally {
      other.destroyForcibly();
    }
  }

  /** What tells some runs from others, a line for each seed. */
  static final class Hashes {
    static final String MARK = "seed ";

    private Hashes() {}

    static LongStream seeds() {
      return LongStream.rangeClosed(1, 12);
    }

    static List<String> lines(LongStream seeds) {
      return seeds.mapToObj(seed -> MARK + seed + ": " + hash(seed)).toList();
    }

    private static long hash(long seed) {
      return SWARM.run(Swarm.plan(seed)).hash();
    }

    public static void main(String[] arguments) {
      lines(seeds()).forEach(System.out::println);
    }
  }
}
