package dev.understudy.transport;

import java.util.concurrent.RejectedExecutionException;

/**
 * Runs short tasks later: on a thread in production, in virtual time in a simulation. Any thread
 * may schedule and cancel; neither blocks.
 */
@FunctionalInterface
public interface Timer {
  /** A task that has not run yet, or has. */
  @FunctionalInterface
  interface Cancellable {
    /** Keeps the task from running, unless it runs or has run already. Idempotent. */
    void cancel();
  }

  /**
   * Runs a task once.
   *
   * @param delayMillis after so many milliseconds, never earlier; at once when not positive
   * @param task short, never blocks, throws nothing
   * @throws RejectedExecutionException once the timer has ended
   */
  Cancellable schedule(long delayMillis, Runnable task);
}
