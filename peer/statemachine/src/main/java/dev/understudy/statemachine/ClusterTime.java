package dev.understudy.statemachine;

import java.time.Duration;
import java.time.Instant;

/** The newest cluster time that was applied; the only clock that the replicated state knows. */
final class ClusterTime implements Part {
  /**
   * No cluster is idle for ten years; a clock that jumps so far would end every key with a time to
   * live, so it is not believed. The first time of all may be any.
   */
  static final long MAX_STEP_MILLIS = Duration.ofDays(3_653).toMillis();

  /** From here there are 62 years left before the last date that clients can be shown. */
  private static final long LATEST_BEGINNING_MILLIS =
      Instant.parse("2200-01-01T00:00:00Z").toEpochMilli();

  private volatile long millis;

  /** In milliseconds since the epoch; 0 before the first. */
  long millis() {
    return millis;
  }

  /** Never goes back, whatever a new leader's clock says, and never leaps. */
  void advance(long clusterTimeMillis) {
    boolean leaps = millis != 0 && clusterTimeMillis - millis > MAX_STEP_MILLIS;
    if (clusterTimeMillis > millis && !leaps && isTime(clusterTimeMillis)) {
      millis = clusterTimeMillis;
    }
  }

  /** Whether it is a time that expirations can be counted from. */
  static boolean isTime(long clusterTimeMillis) {
    return clusterTimeMillis >= 0 && clusterTimeMillis <= ClientCommands.LAST_MILLIS;
  }

  /** The time with which a cluster begins whose first machine's clock shows this. */
  static long beginning(long wallMillis) {
    return Math.max(1, Math.min(wallMillis, LATEST_BEGINNING_MILLIS));
  }

  @Override
  public boolean countsBeforeStart() {
    return false;
  }

  @Override
  public void restore(StateImage image) {
    millis = image.clusterTimeMillis();
  }
}
