package dev.understudy.peer.driver;

import java.time.Duration;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** Turns a {@link Driver} on a thread of its own. */
public final class DriverThread {
  private final Driver driver;
  private final Consumer<Throwable> onFailure;
  private final Thread thread;
  private final DutyCycleTracker turnTimes;
  private final LongSupplier nanoClock;
  private volatile boolean running = true;

  /**
   * @param threads makes the thread
   * @param name the thread's name
   * @param turnTimes learns how long the driver's turns took
   * @param nanoClock what measures them
   * @param onFailure told, on the driver's thread, of a bug that ended it; must not block
   */
  public DriverThread(
      Driver driver,
      ThreadFactory threads,
      String name,
      DutyCycleTracker turnTimes,
      LongSupplier nanoClock,
      Consumer<Throwable> onFailure) {
    this.driver = driver;
    this.turnTimes = turnTimes;
    this.nanoClock = nanoClock;
    this.onFailure = onFailure;
    this.thread = threads.newThread(this::run);
    thread.setName(name);
  }

  /** Starts the thread. */
  public void start() {
    thread.start();
  }

  /**
   * Ends the thread; whatever is under way is answered before it ends.
   *
   * @return whether it ended in time
   */
  public boolean stop(Duration timeout) throws InterruptedException {
    running = false;
    if (thread.getState() == Thread.State.NEW) {
      driver.stop();
      return true;
    }
    // Also when it is not asleep yet: the permit makes its next sleep end at once.
    LockSupport.unpark(thread);
    thread.join(timeout.toMillis());
    return !thread.isAlive();
  }

  private void run() {
    try {
      while (running) {
        long begun = nanoClock.getAsLong();
        driver.turn();
        turnTimes.took(nanoClock.getAsLong() - begun);
        driver.await();
      }
    } catch (RuntimeException | Error e) {
      // A bug: what this peer would say from now on could be wrong, so it says nothing more.
      onFailure.accept(e);
    } finally {
      driver.stop();
    }
  }
}
