package dev.understudy.peer.driver;

import dev.understudy.clusterconfig.FatalErrors;
import java.time.Duration;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns an {@link Agent} on a thread of its own. */
public final class AgentRunner {
  private static final Logger LOG = LoggerFactory.getLogger(AgentRunner.class);

  /** For an agent that was interrupted to come back. */
  private static final Duration AFTER_INTERRUPT = Duration.ofMillis(500);

  private final Agent agent;
  private final DutyCycleTracker turnTimes;
  private final LongSupplier nanoClock;
  private final Consumer<Throwable> onFailure;
  private final Thread thread;
  private volatile boolean running = true;

  /**
   * @param agent turned by nobody else
   * @param threads makes the thread
   * @param name the thread's
   * @param turnTimes learns how long the agent's turns took
   * @param nanoClock what measures them
   * @param onFailure hears, on the agent's thread, of a bug that ended it; must not block
   */
  public AgentRunner(
      Agent agent,
      ThreadFactory threads,
      String name,
      DutyCycleTracker turnTimes,
      LongSupplier nanoClock,
      Consumer<Throwable> onFailure) {
    this.agent = agent;
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
   * Ends the thread behind its present turn, and the agent with it. Blocks until then. An agent
   * that needs longer than the time for its turn is interrupted.
   *
   * @return whether it ended
   */
  public boolean stop(Duration timeout) throws InterruptedException {
    running = false;
    if (thread.getState() == Thread.State.NEW) {
      agent.stop();
      return true;
    }
    // Also when it is not asleep yet: the permit makes its next sleep end at once.
    LockSupport.unpark(thread);
    thread.join(timeout.toMillis());
    if (thread.isAlive()) {
      thread.interrupt();
      thread.join(AFTER_INTERRUPT.toMillis());
    }
    return !thread.isAlive();
  }

  private void run() {
    try {
      while (running && turn()) {
        agent.await();
      }
    } catch (InterruptedException e) {
      LOG.info("{} was interrupted and stops", thread.getName());
    } catch (RuntimeException | Error e) {
      FatalErrors.check(e);
      // A bug: what this peer would say from now on could be wrong, so it says nothing more.
      onFailure.accept(e);
    } finally {
      agent.stop();
    }
  }

  private boolean turn() {
    long begun = nanoClock.getAsLong();
    boolean more = agent.turn();
    turnTimes.took(nanoClock.getAsLong() - begun);
    return more;
  }
}
