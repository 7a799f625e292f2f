package dev.understudy.testkit.local;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** How long a test waits for real machines, and how it looks in between. */
final class Deadline {
  private static final long LOOK_INTERVAL_MILLIS = 20;

  private final long endNanos;

  private Deadline(Duration timeout) {
    endNanos = System.nanoTime() + timeout.toNanos();
  }

  static Deadline in(Duration timeout) {
    return new Deadline(timeout);
  }

  /** At least a moment, so that what is there already can still be fetched. */
  long leftMillis() {
    return Math.max(1, TimeUnit.NANOSECONDS.toMillis(endNanos - System.nanoTime()));
  }

  boolean isOver() {
    return System.nanoTime() - endNanos >= 0;
  }

  /** A look's distance from the next. */
  void pause() throws InterruptedException {
    boolean never = new CountDownLatch(1).await(LOOK_INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
    if (never) {
      throw new IllegalStateException("nobody counts it down");
    }
  }
}
