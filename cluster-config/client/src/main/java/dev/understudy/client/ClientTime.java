package dev.understudy.client;

/** Time and threads as a client has them, for recipes over it. */
public interface ClientTime {
  /** A clock that never goes back. */
  long nanos();

  /** Blocks for so long. */
  void pause(long millis) throws InterruptedException;

  /** Runs something on a thread of its own, a daemon. */
  Thread start(String name, Runnable task);
}
