package dev.understudy.store;

/**
 * A node with a time to live. Sorted by time; where that is equal by path, so that a directory
 * comes before what is beneath it, and every peer removes them in the same order.
 */
record Due(long atMillis, String path) implements Comparable<Due> {
  @Override
  public int compareTo(Due other) {
    int byTime = Long.compare(atMillis, other.atMillis);
    return byTime != 0 ? byTime : path.compareTo(other.path);
  }
}
