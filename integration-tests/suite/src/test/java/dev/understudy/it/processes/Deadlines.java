package dev.understudy.it.processes;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/** Times that the product promises, and the patience of whoever waits for the rest. */
final class Deadlines {
  private static final double SLACK =
      Double.parseDouble(System.getProperty("understudy.slack", "3"));

  /** Longer than anything takes that works at all, on a machine with more to do. */
  static final Duration PATIENCE = Duration.ofSeconds(60);

  private Deadlines() {}

  /** Prints how long something took, and fails when that was too long even with slack. */
  static void kept(String what, long tookMillis, long promisedMillis) {
    System.out.printf(
        "measured %s: %d ms (promised %d, slack %.1f)%n", what, tookMillis, promisedMillis, SLACK);
    assertThat((double) tookMillis).as(what).isLessThanOrEqualTo(promisedMillis * SLACK);
  }

  /** Prints how long something took for which there is no promise. */
  static void measured(String what, long tookMillis) {
    System.out.printf("measured %s: %d ms%n", what, tookMillis);
  }

  /** Begins a wait with a deadline far beyond what is expected. */
  static ConditionFactory await(String what) {
    return Awaitility.await(what).atMost(PATIENCE).pollInterval(Duration.ofMillis(25));
  }

  /** Waits until every thread has ended. */
  static void awaitEnd(List<Thread> threads) {
    for (Thread thread : threads) {
      try {
        thread.join(PATIENCE.toMillis());
        assertThat(thread.isAlive()).as(thread.getName() + " has ended").isFalse();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      }
    }
  }
}
