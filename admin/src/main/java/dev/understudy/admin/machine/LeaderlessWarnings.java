package dev.understudy.admin.machine;

import java.util.function.LongSupplier;

/**
 * When it is time to warn that there is no leader: after a while that no election takes, and then
 * at doubling intervals. For one thread.
 */
final class LeaderlessWarnings {
  private static final long FIRST_MILLIS = 15_000;
  private static final long LONGEST_MILLIS = 15 * 60_000;

  private final LongSupplier clockMillis;
  private long leaderMillis;
  private long nextMillis;
  private long intervalMillis;

  /**
   * @param clockMillis monotonic
   */
  LeaderlessWarnings(LongSupplier clockMillis) {
    this.clockMillis = clockMillis;
    leaderSeen();
  }

  /** There is a leader now. */
  void leaderSeen() {
    leaderMillis = clockMillis.getAsLong();
    nextMillis = leaderMillis + FIRST_MILLIS;
    intervalMillis = FIRST_MILLIS;
  }

  /** Whether to warn now; if so, the next time is later. */
  boolean pollDue() {
    long now = clockMillis.getAsLong();
    if (now < nextMillis) {
      return false;
    }
    nextMillis = now + intervalMillis;
    intervalMillis = Math.min(2 * intervalMillis, LONGEST_MILLIS);
    return true;
  }

  /** How long there was no leader. */
  long seconds() {
    return (clockMillis.getAsLong() - leaderMillis) / 1_000;
  }
}
