package dev.understudy.statemachine;

/** The newest cluster time that was applied; the only clock that the replicated state knows. */
final class ClusterTime implements Part {
  private volatile long millis;

  /** In milliseconds since the epoch; 0 before the first. */
  long millis() {
    return millis;
  }

  /** Never goes back, whatever a new leader's clock says. */
  void advance(long clusterTimeMillis) {
    if (clusterTimeMillis > millis) {
      millis = clusterTimeMillis;
    }
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
