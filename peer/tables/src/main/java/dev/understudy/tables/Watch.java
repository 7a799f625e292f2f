package dev.understudy.tables;

import java.util.Objects;

/**
 * Waits for a change of what one {@link Read} has answered. Fires at most once and is forgotten
 * then; one that is no longer needed must be {@linkplain #close closed}. For any thread.
 *
 * @param <T> the answer
 */
public final class Watch<T> implements AutoCloseable {
  private final Tables tables;
  private final Read<T> read;
  private final Runnable changed;
  private volatile Snapshot snapshot;

  Watch(Tables tables, Read<T> read, Snapshot snapshot, Runnable changed) {
    this.tables = tables;
    this.read = read;
    this.snapshot = snapshot;
    this.changed = Objects.requireNonNull(changed);
  }

  /** The answer when the watch began: it fires at the first change after that. */
  public T answer() {
    return read.of(snapshot());
  }

  /**
   * The tables when the watch began.
   *
   * @throws IllegalStateException once they were let go of
   */
  public Snapshot snapshot() {
    Snapshot began = snapshot;
    if (began == null) {
      throw new IllegalStateException("the watch goes on without its answer");
    }
    return began;
  }

  /**
   * Lets go of the answer, and of the tables with it: whoever waits for long would keep every row
   * in memory that there was when it began.
   */
  public void forgetAnswer() {
    snapshot = null;
  }

  Read<T> read() {
    return read;
  }

  void fire() {
    changed.run();
  }

  /**
   * Forgets it. It may still fire if that has begun already. Has no effect after the first time.
   */
  @Override
  public void close() {
    tables.forget(this);
  }
}
