package dev.understudy.testkit.history;

/** How long a cluster was without a leader, and how wrong the clocks of its leaders were. */
@FunctionalInterface
public interface LeaderlessTime {
  /** How many of the nanoseconds between two moments the cluster was without a leader. */
  long nanosBetween(long fromNanos, long toNanos);

  /** How many nanoseconds too many have passed for a leader between two moments. */
  default long fastNanosBetween(long fromNanos, long toNanos) {
    return 0;
  }
}
