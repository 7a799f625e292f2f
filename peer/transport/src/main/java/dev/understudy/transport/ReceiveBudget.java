package dev.understudy.transport;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The bytes of frames that may be in memory at once while they arrive, over all streams of a peer:
 * whoever opens many streams and sends frames that never end must not fill the heap. Safe for
 * several threads; never blocks.
 */
final class ReceiveBudget {
  private final AtomicLong leftBytes;

  ReceiveBudget(long bytes) {
    leftBytes = new AtomicLong(bytes);
  }

  /** Takes bytes out; false, and nothing is taken, when so many are not left. */
  boolean tryReserve(long bytes) {
    long left = leftBytes.addAndGet(-bytes);
    if (left < 0) {
      leftBytes.addAndGet(bytes);
      return false;
    }
    return true;
  }

  /** Gives bytes back. */
  void release(long bytes) {
    leftBytes.addAndGet(bytes);
  }

  long leftBytes() {
    return leftBytes.get();
  }
}
