package dev.understudy.testkit.history;

/** How long a cluster was without a leader. */
@FunctionalInterface
public interface LeaderlessTime {
  /** How many of the nanoseconds between two moments the cluster was without a leader. */
  long nanosBetween(long fromNanos, long toNanos);
}
