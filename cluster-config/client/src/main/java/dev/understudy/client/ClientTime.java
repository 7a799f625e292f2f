package dev.understudy.client;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;

/** Time and threads as a client has them, for recipes over it. */
public interface ClientTime {
  /** A clock that never goes back. */
  long nanos();

  /** Blocks for so long. */
  void pause(long millis) throws InterruptedException;

  /**
   * Waits for what is under way.
   *
   * @throws TimeoutException if it has not ended within that time
   */
  <T> T await(Future<T> future, long millis)
      throws InterruptedException, ExecutionException, TimeoutException;

  /** Runs something on a thread of its own, a daemon. */
  Thread start(String name, Runnable task);
}
