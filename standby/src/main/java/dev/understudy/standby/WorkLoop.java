package dev.understudy.standby;

import java.util.concurrent.Executor;

/**
 * Where a standby or a machine works: one task after the other, and a timer. In production it has a
 * thread; a test turns it by hand, a simulation runs it in virtual time.
 */
public interface WorkLoop extends Executor, AutoCloseable {
  /**
   * Runs the task later, after those that were given before. Never blocks and never throws: once
   * the loop is closed, tasks are dropped.
   */
  @Override
  void execute(Runnable task);

  /** As {@link #execute}, after the given time has passed. */
  void schedule(Runnable task, long delayMillis);

  /**
   * Drops what has not begun and waits, to a deadline, for the task that runs; when called by that
   * task itself it does not wait.
   */
  @Override
  void close();
}
