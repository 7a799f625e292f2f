package dev.understudy.statemachine;

import java.time.Duration;

/** The newest cluster time that was applied; the only clock that the replicated state knows. */
final class ClusterTime implements Part {
  /**
   * No cluster is idle for ten years; a clock that jumps so far would end every key with a time to
   * live, so it is not believed. The first time of all may be any.
   */
  private static final long MAX_STEP_MILLIS = Duration.ofDays(3_653).toMillis();

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

  @Override
  public boolean countsBeforeStart() {
    return false;
  }

  @Override
  public void restore(StateImage image) {
    millis = image.clusterTimeMillis();
  }
}
