package dev.understudy.store;

import java.util.Arrays;

/** How often each operation was applied. Immutable. */
public final class Statistics {
  /** Nothing was applied. */
  public static final Statistics ZERO = new Statistics(new long[Counter.values().length]);

  private final long[] counts;

  private Statistics(long[] counts) {
    this.counts = counts;
  }

  /** The count of one operation. */
  public long get(Counter counter) {
    return counts[counter.ordinal()];
  }

  /** These with one counted up by {@code delta}. */
  public Statistics plus(Counter counter, long delta) {
    long[] next = counts.clone();
    next[counter.ordinal()] += delta;
    return new Statistics(next);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Statistics that && Arrays.equals(counts, that.counts);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(counts);
  }

  @Override
  public String toString() {
    return Arrays.toString(counts);
  }
}
