package dev.understudy.store;

/**
 * A node with a time to live. Sorted by time; where that is equal by path, so that a directory
 * comes before what is beneath it, and every peer removes them in the same order.
 */
record Expiration(long atMillis, String path) implements Comparable<Expiration> {
  /** This, its place among the others, and the headers of the path. */
  private static final long OVERHEAD_BYTES = 128;

  /** About how many bytes of memory this is. */
  long bytes() {
    return OVERHEAD_BYTES + TextSize.bytes(path);
  }

  @Override
  public int compareTo(Expiration other) {
    int byTime = Long.compare(atMillis, other.atMillis);
    return byTime != 0 ? byTime : path.compareTo(other.path);
  }
}
