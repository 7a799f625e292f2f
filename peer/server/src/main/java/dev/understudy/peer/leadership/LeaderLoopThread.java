package dev.understudy.peer.leadership;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns a {@link LeaderLoop} on a thread of its own until its source of notices closes. */
public final class LeaderLoopThread {

  private static final Logger log = LoggerFactory.getLogger(LeaderLoopThread.class);

  private final LeaderLoop loop;
  private final Thread thread;

  /**
   * @param loop turned by nobody else
   * @param name the thread's name
   */
  public LeaderLoopThread(LeaderLoop loop, String name) {
    this.loop = loop;
    this.thread = new Thread(this::run, name);
    thread.setDaemon(true);
  }

  /** Starts the thread. */
  public void start() {
    thread.start();
  }

  /**
   * Waits for the loop to end; close the source of notices before.
   *
   * @return whether it ended in time
   */
  public boolean join(Duration timeout) throws InterruptedException {
    if (thread.getState() == Thread.State.NEW) {
      return true;
    }
    thread.join(timeout.toMillis());
    return !thread.isAlive();
  }

  private void run() {
    try {
      boolean running = true;
      while (running) {
        running = loop.turn(true);
      }
    } catch (InterruptedException e) {
      log.info("leader loop interrupted; stopping its duties");
      loop.stop();
    }
  }
}
