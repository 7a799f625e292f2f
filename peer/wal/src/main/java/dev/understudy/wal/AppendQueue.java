package dev.understudy.wal;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** What waits for the log's thread: bounded, and taken all at once. */
final class AppendQueue {
  /** A batch and what to do once it is durable. */
  record Pending(WalBatch batch, Runnable onDurable) {}

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final ArrayDeque<Pending> waiting = new ArrayDeque<>();
  private final int capacity;
  private boolean woken;
  private boolean closed;

  AppendQueue(int capacity) {
    this.capacity = capacity;
  }

  AppendOutcome offer(WalBatch batch, Runnable onDurable) {
    lock.lock();
    try {
      if (closed) {
        return AppendOutcome.REFUSED;
      }
      if (waiting.size() >= capacity) {
        return AppendOutcome.FULL;
      }
      waiting.addLast(new Pending(batch, onDurable));
      changed.signal();
      return AppendOutcome.ACCEPTED;
    } finally {
      lock.unlock();
    }
  }

  /** Moves everything that waits to the end of {@code target}. */
  void drainTo(Collection<Pending> target) {
    lock.lock();
    try {
      target.addAll(waiting);
      waiting.clear();
    } finally {
      lock.unlock();
    }
  }

  /** Returns when something waits, when {@link #wake} was called, or after {@code millis}. */
  void awaitWork(long millis) throws InterruptedException {
    lock.lock();
    try {
      long nanos = TimeUnit.MILLISECONDS.toNanos(millis);
      while (waiting.isEmpty() && !woken && !closed && nanos > 0) {
        nanos = changed.awaitNanos(nanos);
      }
      woken = false;
    } finally {
      lock.unlock();
    }
  }

  /** Returns after {@code millis}, whatever waits, or as soon as the queue is closed. */
  void pause(long millis) throws InterruptedException {
    lock.lock();
    try {
      long nanos = TimeUnit.MILLISECONDS.toNanos(millis);
      while (!closed && nanos > 0) {
        nanos = changed.awaitNanos(nanos);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Ends the present {@link #awaitWork}, or the next. */
  void wake() {
    lock.lock();
    try {
      woken = true;
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  /** Takes nothing more; what waits can still be drained. */
  void close() {
    lock.lock();
    try {
      closed = true;
      changed.signal();
    } finally {
      lock.unlock();
    }
  }
}
