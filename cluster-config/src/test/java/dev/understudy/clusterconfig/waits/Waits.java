package dev.understudy.clusterconfig.waits;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/**
 * Awaitility's waits, which look again after 10 ms and not after its own 100, the first of which
 * pass before it looks at all. Most of what tests wait for takes a few milliseconds, and there are
 * so many waits that the rest came to a minute of every build.
 */
public final class Waits {
  private static final Duration LOOKS_EVERY = Duration.ofMillis(10);

  /** Awaitility's own ten seconds are not enough where the machine has much else to do. */
  private static final Duration GIVES_UP_AFTER = Duration.ofSeconds(30);

  private Waits() {}

  /** Begins a wait. */
  public static ConditionFactory await() {
    return Awaitility.await().pollInterval(LOOKS_EVERY).atMost(GIVES_UP_AFTER);
  }

  /** Begins a wait that is called so where it fails. */
  public static ConditionFactory await(String what) {
    return Awaitility.await(what).pollInterval(LOOKS_EVERY).atMost(GIVES_UP_AFTER);
  }
}
