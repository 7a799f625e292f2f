package dev.understudy.client.recipes;

import dev.understudy.client.ClientTime;
import java.time.Duration;

/** Does something again and again on a thread of its own, until it is ended. */
final class Renewal {
  private static final long END_TIMEOUT_MILLIS = 5_000;

  /** What is done, and how long to wait before. */
  interface Task {
    /** 1 at least. */
    long pauseMillis();

    /**
     * @return whether it is to be done again
     */
    boolean run() throws InterruptedException;
  }

  private final Thread thread;
  private volatile boolean ended;

  Renewal(ClientTime time, String name, Task task) {
    thread =
        time.start(
            name,
            () -> {
              try {
                boolean goOn = true;
                while (!ended && goOn) {
                  time.pause(task.pauseMillis());
                  goOn = !ended && task.run();
                }
              } catch (InterruptedException e) {
                ended = true; // by end
              }
            });
  }

  /** A third of a life: two renewals may fail. */
  static long pauseMillis(Duration ttl) {
    return Math.max(1, ttl.toMillis() / 3);
  }

  /** Waits until nothing of it is under way any more. Idempotent. */
  void end() {
    ended = true;
    if (thread.equals(Thread.currentThread())) {
      return;
    }
    thread.interrupt();
    try {
      thread.join(END_TIMEOUT_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
