package dev.understudy.api.http;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/** Bytes of memory that many share, and no more than so many. Any thread. */
public final class ByteBudget {
  /** What is not worth counting: most requests and answers are smaller. */
  public static final int FREE_BYTES = 8 << 10;

  private final long maxBytes;
  private final AtomicLong used = new AtomicLong();

  /** What one has taken that found no room; 0 while there is none. */
  private final AtomicLong beyond = new AtomicLong();

  public ByteBudget(long maxBytes) {
    if (maxBytes < 1) {
      throw new IllegalArgumentException("a budget has a byte at least");
    }
    this.maxBytes = maxBytes;
  }

  /** One that is never used up. */
  public static ByteBudget unlimited() {
    return new ByteBudget(Long.MAX_VALUE);
  }

  /** Takes bytes unless that would be too many. */
  boolean tryTake(long bytes) {
    if (used.addAndGet(bytes) > maxBytes) {
      used.addAndGet(-bytes);
      return false;
    }
    return true;
  }

  /** Takes bytes in any case. */
  void take(long bytes) {
    used.addAndGet(bytes);
  }

  /** Gives bytes back. */
  void give(long bytes) {
    used.addAndGet(-bytes);
  }

  /**
   * Takes bytes; when that would be too many, one that takes more is let in beside the others, so
   * that what is larger than the whole budget is not refused for ever.
   *
   * @throws ExceededException when there is such a one already
   */
  public Share shareOrAll(long bytes) {
    if (tryTake(bytes)) {
      return new Share(used, bytes);
    }
    if (beyond.compareAndSet(0, Math.max(1, bytes))) {
      return new Share(beyond, beyond.get());
    }
    throw new ExceededException();
  }

  /** Bytes that were taken. */
  public static final class Share {
    private final AtomicLong from;
    private final long bytes;
    private final AtomicBoolean given = new AtomicBoolean();

    private Share(AtomicLong from, long bytes) {
      this.from = from;
      this.bytes = bytes;
    }

    /** Gives them back. Idempotent. */
    public void giveBack() {
      if (given.compareAndSet(false, true)) {
        from.addAndGet(-bytes);
      }
    }
  }

  /** How many are taken. */
  public long usedBytes() {
    return used.get() + beyond.get();
  }

  /** How many can be taken. */
  public long maxBytes() {
    return maxBytes;
  }

  /** Thrown where an answer would need more memory than is left. An answer, so without a trace. */
  public static final class ExceededException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ExceededException() {
      super("the answers under way take as much memory as they may", null, false, false);
    }
  }
}
