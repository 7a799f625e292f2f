package dev.understudy.store;

import java.util.Comparator;

/**
 * A node with a time to live. Sorted by time; where that is equal by path, so that a directory
 * comes before what is beneath it, and every peer removes them in the same order.
 */
record Due(long atMillis, String path) implements Comparable<Due> {
  private static final Comparator<Due> ORDER =
      Comparator.comparingLong(Due::atMillis).thenComparing(Due::path);

  @Override
  public int compareTo(Due other) {
    return ORDER.compare(this, other);
  }
}
