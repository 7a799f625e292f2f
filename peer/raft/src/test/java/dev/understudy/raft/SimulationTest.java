package dev.understudy.raft;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/**
 * Thousands of random schedules. A failure names its seed; {@code -Draft.seed=N} runs that one
 * alone, {@code -Draft.seeds=N} another number of them.
 */
class SimulationTest {
  private static final int SEEDS = Integer.getInteger("raft.seeds", 3_000);
  private static final int EVENTS = 2_000;
  private static final int CALM_TICKS = 400;

  @Test
  void safetyHoldsUnderAnyScheduleAndTheGroupConvergesAfterwards() {
    Long only = Long.getLong("raft.seed");
    long first = only == null ? 1 : only;
    long last = only == null ? SEEDS : only;
    long committed = 0;
    long reads = 0;
    for (long seed = first; seed <= last; seed++) {
      Simulation simulation = simulate(seed);
      committed += simulation.maxCommitted();
      reads += simulation.readsAnswered();
    }
    System.out.printf(
        "raft simulation: seeds %d to %d, %d entries committed, %d reads answered%n",
        first, last, committed, reads);
    assertThat(committed).as("entries committed: the schedules must not be hopeless").isPositive();
  }

  private static Simulation simulate(long seed) {
    try {
      Simulation simulation = new Simulation(seed);
      simulation.run(EVENTS);
      assertThat(simulation.converges(CALM_TICKS) || !simulation.mustConverge())
          .as(() -> "converges once healed: " + simulation.describe())
          .isTrue();
      return simulation;
    } catch (AssertionError | RuntimeException failure) {
      throw new AssertionError(
          "seed "
              + seed
              + " failed; replay with: mvn -pl peer/raft test -Dtest=SimulationTest -Draft.seed="
              + seed,
          failure);
    }
  }
}
