package dev.understudy.raft;

import java.util.Arrays;

/**
 * The window of append messages that a member has not acknowledged: for each the index of its last
 * entry and its size. A ring that grows on demand up to its limit, so that the many groups in which
 * nothing happens cost nothing.
 */
final class Inflights {
  private static final long[] NOTHING = new long[0];

  private final long maxCount;
  private final long maxBytes;
  private long[] indexes = NOTHING;
  private long[] sizes = NOTHING;
  private int start;
  private int count;
  private long bytes;

  /**
   * @param maxCount how many messages fit
   * @param maxBytes how many bytes fit; the last message may overshoot
   */
  Inflights(long maxCount, long maxBytes) {
    this.maxCount = maxCount;
    this.maxBytes = maxBytes;
  }

  /** Takes up a message whose last entry has {@code index}, higher than all before. */
  void add(long index, long size) {
    Check.that(!full(), "a full window takes no message");
    if (count == indexes.length) {
      grow();
    }
    int at = (start + count) % indexes.length;
    indexes[at] = index;
    sizes[at] = size;
    count++;
    bytes += size;
  }

  /** Lets go of all messages whose last entry is not above {@code index}. */
  void freeUpTo(long index) {
    while (count > 0 && indexes[start] <= index) {
      bytes -= sizes[start];
      start = (start + 1) % indexes.length;
      count--;
    }
    if (count == 0) {
      start = 0;
    }
  }

  boolean full() {
    return count >= maxCount || bytes >= maxBytes;
  }

  int count() {
    return count;
  }

  long bytes() {
    return bytes;
  }

  int capacity() {
    return indexes.length;
  }

  int start() {
    return start;
  }

  /** Lets go of everything. */
  void reset() {
    start = 0;
    count = 0;
    bytes = 0;
  }

  private void grow() {
    int capacity = (int) Math.min(maxCount, Math.max(1L, 2L * indexes.length));
    indexes = unrolled(indexes, capacity);
    sizes = unrolled(sizes, capacity);
    start = 0;
  }

  private long[] unrolled(long[] ring, int capacity) {
    long[] larger = Arrays.copyOfRange(ring, start, start + capacity);
    System.arraycopy(ring, 0, larger, ring.length - start, start);
    return larger;
  }
}
