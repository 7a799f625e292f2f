package dev.understudy.tables;

import java.util.List;
import java.util.Objects;

/**
 * Tables that change together. One thread at a time writes: the writer, who begins transactions,
 * commits and restores. Everything else may be called from any thread; nothing here waits for more
 * than a walk in memory.
 */
public final class Tables {
  private final Object lock = new Object();
  private final Watches watches = new Watches();
  private volatile Snapshot current;
  private boolean closed;

  private Tables(Snapshot current) {
    this.current = current;
  }

  /** Tables without rows. */
  public static Tables of(Table<?>... tables) {
    return new Tables(Snapshot.empty(List.of(tables)));
  }

  /** The tables as of now. */
  public Snapshot current() {
    return current;
  }

  /** Begins a change; nothing happens until it is committed, and only one may be at a time. */
  public Transaction begin() {
    return new Transaction(this, current);
  }

  /**
   * Asks, and is told when the answer is no longer what it was: when a row comes, goes or changes
   * that the question is about, and for nothing else.
   *
   * @param changed is called once, by the writer's thread and without a lock, after the change can
   *     be read; must not block
   */
  public <T> Watch<T> watch(Read<T> read, Runnable changed) {
    Watch<T> watch;
    synchronized (lock) {
      Snapshot now = current;
      now.rows(read.table());
      watch = new Watch<>(this, read, now, changed);
      if (!closed) {
        watches.add(watch);
        return watch;
      }
    }
    watch.fire();
    return watch;
  }

  /** Tells whoever watches, whatever it is, and from now on everybody at once. Idempotent. */
  public void close() {
    List<Watch<?>> fired;
    synchronized (lock) {
      closed = true;
      fired = watches.takeAll();
    }
    fired.forEach(Watch::fire);
  }

  /** How many wait. */
  public int watchCount() {
    synchronized (lock) {
      return watches.size();
    }
  }

  /** Replaces everything, and tells whoever watches, whatever it is. */
  public void restore(Snapshot snapshot) {
    Objects.requireNonNull(snapshot);
    List<Watch<?>> fired;
    synchronized (lock) {
      if (!snapshot.hasTablesOf(current)) {
        throw new IllegalArgumentException("a snapshot of other tables");
      }
      current = snapshot;
      fired = watches.takeAll();
    }
    fired.forEach(Watch::fire);
  }

  void publish(Snapshot base, Snapshot next, List<Transaction.Change<?>> changes) {
    List<Watch<?>> fired;
    synchronized (lock) {
      if (!Objects.equals(current, base)) {
        throw new IllegalStateException("another transaction was committed meanwhile");
      }
      current = next;
      fired = watches.take(changes);
    }
    fired.forEach(Watch::fire);
  }

  void forget(Watch<?> watch) {
    synchronized (lock) {
      watches.remove(watch);
    }
  }
}
