package dev.understudy.store;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The memory of events that wait in watches because their clients do not read. Each event counts
 * once, in however many watches it waits. Any thread.
 */
final class WaitingMemory {
  /** So that one client that does not read leaves most of it to others. */
  private static final int SHARES = 4;

  private final long maxBytes;
  private final AtomicLong bytes = new AtomicLong();

  /**
   * @param maxBytes of all events that wait
   */
  WaitingMemory(long maxBytes) {
    if (maxBytes < SHARES) {
      throw new IllegalArgumentException("no room for waiting events: " + maxBytes + " bytes");
    }
    this.maxBytes = maxBytes;
  }

  long bytes() {
    return bytes.get();
  }

  /** Whether a stream that has so many bytes waiting may not let so many more wait. */
  boolean isShort(long waiting, long more) {
    return waiting > 0 && (waiting + more > maxBytes / SHARES || bytes.get() > maxBytes);
  }

  /** An event that is about to be offered to watches; to be released once that is done. */
  Held hold(Event event) {
    return new Held(event);
  }

  /** An event, and how many hold it. */
  final class Held {
    private final Event event;
    private final long size;
    private final AtomicInteger holders = new AtomicInteger(1);

    private Held(Event event) {
      this.event = event;
      this.size = event.bytes();
      bytes.addAndGet(size);
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
      holders.incrementAndGet();
    }

    void release() {
      if (holders.decrementAndGet() == 0) {
        bytes.addAndGet(-size);
      }
    }
  }
}
