package dev.understudy.admin.bench;

/**
 * When requests are due in an open loop: evenly spaced, whatever became of those before. One
 * thread.
 */
final class Schedule {
  private static final double SECOND_NANOS = 1e9;

  private final long startNanos;
  private final int ratePerSecond;
  private long taken;

  Schedule(long startNanos, int ratePerSecond) {
    this.startNanos = startNanos;
    this.ratePerSecond = ratePerSecond;
  }

  /** When the next one is due. */
  long dueNanos() {
    // From the start each time: a sum of rounded pauses would drift.
    return startNanos + Math.round(taken * (SECOND_NANOS / ratePerSecond));
  }

  /** The next one has found a client. */
  void take() {
    taken++;
  }
}
