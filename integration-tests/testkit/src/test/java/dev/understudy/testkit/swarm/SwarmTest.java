package dev.understudy.testkit.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.testkit.clients.Clients;
import org.junit.jupiter.api.Test;

/** Whole clusters under a random choice of faults; see {@link Swarm}. */
class SwarmTest {
  private static final long ORDINARY_SEEDS = 100;
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

  @Test
  void theSameSeedGivesTheSameRun() {
    assertThat(SWARM.run(Swarm.plan(7)).hash())
        .isEqualTo(SWARM.run(Swarm.plan(7)).hash())
        .isNotEqualTo(SWARM.run(Swarm.plan(8)).hash());
  }
}
