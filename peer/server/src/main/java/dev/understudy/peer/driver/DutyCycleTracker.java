package dev.understudy.peer.driver;

/**
 * How long the driver's turns take: what shows at once whether something holds up consensus.
 * Written by the driver's thread, read by any.
 */
public final class DutyCycleTracker {
  private volatile long turns;
  private volatile long totalNanos;
  private volatile long longestNanos;

  /**
   * A turn has ended. Only the driver's thread, so there is no race between reading and writing.
   */
  void took(long nanos) {
    long count = turns + 1;
    long total = totalNanos + nanos;
    turns = count;
    totalNanos = total;
    if (nanos > longestNanos) {
      longestNanos = nanos;
    }
  }

  /** Turns so far. */
  public long turns() {
    return turns;
  }

  /** All turns together, in nanoseconds. */
  public long totalNanos() {
    return totalNanos;
  }

  /** The longest turn so far, in nanoseconds. */
  public long longestNanos() {
    return longestNanos;
  }
}
