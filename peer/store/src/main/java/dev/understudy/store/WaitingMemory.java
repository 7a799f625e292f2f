package dev.understudy.store;

/**
 * The memory of events that wait in watches because their clients do not read. Each event counts
 * once, in however many watches it waits. Any thread; calls nobody with its lock.
 */
final class WaitingMemory {
  /** So that one client that does not read leaves most of it to others. */
  private static final int SHARES = 4;

  private final long maxBytes;
  private long bytes;

  /**
   * @param maxBytes of all events that wait
   */
  WaitingMemory(long maxBytes) {
    if (maxBytes < SHARES) {
      throw new IllegalArgumentException("no room for waiting events: " + maxBytes + " bytes");
    }
    this.maxBytes = maxBytes;
  }

  synchronized long bytes() {
    return bytes;
  }

  /** Whether a stream that has so many bytes waiting may not let so many more wait. */
  boolean isShort(long waiting, long more) {
    return waiting > 0 && (waiting + more > maxBytes / SHARES || bytes() > maxBytes);
  }

  /** An event that is about to be offered to watches; to be released once that is done. */
  Held hold(Event event) {
    Held held = new Held(event);
    add(held.size);
    return held;
  }

  private synchronized void add(long more) {
    bytes += more;
  }

  /** An event, and how many hold it. */
  final class Held {
    private final Event event;
    private final long size;
    private int holders = 1;

    private Held(Event event) {
      this.event = event;
      this.size = event.bytes();
    }

    Event event() {
      return event;
    }

    /** About how many bytes of memory it takes. */
    long size() {
      return size;
    }

    /** By one that holds it already. */
    void retain() {
      synchronized (this) {
        holders++;
      }
    }

    void release() {
      boolean last;
      synchronized (this) {
        holders--;
        last = holders == 0;
      }
      if (last) {
        add(-size);
      }
    }
  }
}
