package dev.understudy.store;

/**
 * A node with a time to live. Sorted by time; where that is equal by path, so that a directory
 * comes before what is beneath it, and every peer removes them in the same order.
 */
record Expiration(long atMillis, String path) implements Comparable<Expiration> {
  @Override
  public int compareTo(Expiration other) {
    int byTime = Long.compare(atMillis, other.atMillis);
    return byTime != 0 ? byTime : path.compareTo(other.path);
  }
}
