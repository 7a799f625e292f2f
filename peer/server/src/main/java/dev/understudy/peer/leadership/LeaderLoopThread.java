package dev.understudy.peer.leadership;

import java.time.Duration;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns a {@link LeaderLoop} on a thread of its own until its source of notices closes. */
public final class LeaderLoopThread {
  private static final Logger LOG = LoggerFactory.getLogger(LeaderLoopThread.class);

  /** For a duty that was interrupted to come back. */
  private static final Duration AFTER_INTERRUPT = Duration.ofMillis(500);

  private final LeaderLoop loop;
  private final Consumer<Throwable> onFailure;
  private final Thread thread;

  /**
   * @param loop turned by nobody else
   * @param threads makes the thread
   * @param name the thread's name
   * @param onFailure told, on the loop's thread, of a bug that ended it: a peer whose loop has
   *     ended would lead without its duties and with a gate that nobody opens
   */
  public LeaderLoopThread(
      LeaderLoop loop, ThreadFactory threads, String name, Consumer<Throwable> onFailure) {
    this.loop = loop;
    this.onFailure = onFailure;
    this.thread = threads.newThread(this::run);
    thread.setName(name);
  }

  /** Starts the thread. */
  public void start() {
    thread.start();
  }

  /**
   * Waits for the loop to end; close the source of notices before. When a duty keeps it beyond the
   * time, it is interrupted.
   *
   * @return whether it ended
   */
  public boolean join(Duration timeout) throws InterruptedException {
    if (thread.getState() == Thread.State.NEW) {
      return true;
    }
    thread.join(timeout.toMillis());
    if (thread.isAlive()) {
      thread.interrupt();
      thread.join(AFTER_INTERRUPT.toMillis());
    }
    return !thread.isAlive();
  }

  private void run() {
    try {
      boolean running = true;
      while (running) {
        running = loop.turn(true);
      }
    } catch (InterruptedException e) {
      LOG.info("leader loop interrupted; stopping its duties");
      loop.stop();
    } catch (RuntimeException | Error e) {
      onFailure.accept(e);
      loop.stop();
    }
  }
}
