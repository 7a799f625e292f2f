package dev.understudy.peer.driver;

import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Hands values from one thread to another and keeps only the latest: a consumer that is slow misses
 * values in between, never the last one, and the source never waits for it.
 *
 * <p>After {@link #close} the last value that was not yet taken is still delivered, then {@link
 * Polled#CLOSED}. All methods may be called from any thread; only {@link #poll} and {@link #await}
 * wait.
 *
 * @param <T> what is handed over
 */
public final class LatestValue<T> {
  /** What a {@link #poll} found. */
  public enum Polled {
    /** A value that was not taken before; it is in {@link Taken#value}. */
    VALUE,
    /** Somebody asked for attention by {@link LatestValue#nudge}, or the time is over. */
    NOTHING,
    /** The source has closed and everything it said was delivered. */
    CLOSED
  }

  /**
   * The outcome of one {@link #poll}.
   *
   * @param polled what was found
   * @param value the value, present only with {@link Polled#VALUE}
   */
  public record Taken<T>(Polled polled, Optional<T> value) {}

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private T waiting;
  private boolean nudged;
  private boolean closed;

  /** Replaces whatever value still waits. Does nothing after {@link #close}. Never blocks. */
  public void publish(T value) {
    Objects.requireNonNull(value);
    lock.lock();
    try {
      if (!closed) {
        waiting = value;
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Makes a {@link #poll} that waits, or the next one, return at once. Never blocks. */
  public void nudge() {
    lock.lock();
    try {
      nudged = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Ends the handing over; what was published before is still delivered. Never blocks. */
  public void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Takes the latest value, waiting for one at most {@code timeoutMillis} (0: not at all).
   *
   * @throws InterruptedException if the waiting thread is interrupted; nothing is lost
   */
  public Taken<T> poll(long timeoutMillis) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      awaitLocked(timeoutMillis);
      return takeLocked();
    } finally {
      lock.unlock();
    }
  }

  /** Takes the latest value if there is one. Never blocks. */
  public Taken<T> take() {
    lock.lock();
    try {
      return takeLocked();
    } finally {
      lock.unlock();
    }
  }

  private Taken<T> takeLocked() {
    nudged = false;
    if (waiting != null) {
      T value = waiting;
      waiting = null;
      return new Taken<>(Polled.VALUE, Optional.of(value));
    }
    return new Taken<>(closed ? Polled.CLOSED : Polled.NOTHING, Optional.empty());
  }

  /**
   * Waits until {@link #take} would find something, or somebody asks for attention, at most so
   * long. Takes nothing.
   *
   * @throws InterruptedException if the waiting thread is interrupted; nothing is lost
   */
  public void await(long timeoutMillis) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      awaitLocked(timeoutMillis);
    } finally {
      lock.unlock();
    }
  }

  private void awaitLocked(long timeoutMillis) throws InterruptedException {
    long left = TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
    while (waiting == null && !nudged && !closed && left > 0) {
      left = changed.awaitNanos(left);
    }
  }
}
