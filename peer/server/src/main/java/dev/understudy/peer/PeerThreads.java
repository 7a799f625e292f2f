package dev.understudy.peer;

import dev.understudy.clusterconfig.FailureText;
import dev.understudy.clusterconfig.FatalErrors;
import dev.understudy.peer.driver.Agent;
import dev.understudy.peer.driver.AgentRunner;
import dev.understudy.peer.driver.DutyCycleTracker;
import dev.understudy.transport.Timer;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a peer on threads of its own: the driver's, the leader loop's, one that gives out answers,
 * one for snapshots, one for passwords and one for what is timed. The log gets its own two from
 * here, and waits for them when it is closed.
 */
public final class PeerThreads implements PeerRunner {
  private static final Logger LOG = LoggerFactory.getLogger(PeerThreads.class);
  private static final Duration END_TIMEOUT = Duration.ofSeconds(5);

  /** An executor has ended a moment before its thread has, and close promises the threads' end. */
  private final Queue<Thread> threads = new ConcurrentLinkedQueue<>();

  private final ExecutorService answers;
  private final ExecutorService background;
  private final ExecutorService hashing;
  private final ScheduledThreadPoolExecutor timer;
  private final String name;
  private final LongSupplier nanoClock;
  private AgentRunner driver;
  private AgentRunner leaderLoop;

  /**
   * @param name the machine's, part of the threads' names
   * @param nanoClock measures how long the driver's turns take
   */
  public PeerThreads(String name, LongSupplier nanoClock) {
    this.name = name;
    this.nanoClock = nanoClock;
    answers = Executors.newSingleThreadExecutor(task -> joined(task, "answers-" + name));
    background = Executors.newSingleThreadExecutor(task -> joined(task, "snapshots-" + name));
    hashing = Executors.newSingleThreadExecutor(task -> joined(task, "passwords-" + name));
    timer = new ScheduledThreadPoolExecutor(1, task -> joined(task, "timer-" + name));
    timer.setRemoveOnCancelPolicy(true);
  }

  private Thread joined(Runnable task, String threadName) {
    Thread thread = daemon(task);
    thread.setName(threadName);
    threads.add(thread);
    return thread;
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task);
    thread.setDaemon(true);
    return thread;
  }

  /** The log names its threads by the member's id, and there may be several machines. */
  private Thread daemonOfMachine(Runnable task) {
    return daemon(
        () -> {
          Thread self = Thread.currentThread();
          self.setName(self.getName() + "-" + name);
          task.run();
        });
  }

  @Override
  public Executor answers() {
    return answers;
  }

  @Override
  public Executor background() {
    return background;
  }

  @Override
  public Executor hashing() {
    return hashing;
  }

  @Override
  public Timer timer() {
    return (delayMillis, task) -> {
      Future<?> scheduled =
          timer.schedule(FatalErrors.heard(task), delayMillis, TimeUnit.MILLISECONDS);
      return () -> scheduled.cancel(false);
    };
  }

  @Override
  public void start(Loops loops) {
    driver = runner(loops.driver(), "driver-", loops.turnTimes(), loops.onFailure());
    leaderLoop = runner(loops.leaderLoop(), "leader-", new DutyCycleTracker(), loops.onFailure());
    loops.wal().start(this::daemonOfMachine);
    driver.start();
    leaderLoop.start();
  }

  private AgentRunner runner(
      Agent agent, String prefix, DutyCycleTracker turnTimes, Consumer<Throwable> onFailure) {
    return new AgentRunner(
        agent, PeerThreads::daemon, prefix + name, turnTimes, nanoClock, onFailure);
  }

  @Override
  public void await(CompletableFuture<?> done, long timeoutMillis) {
    try {
      done.get(timeoutMillis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (TimeoutException | ExecutionException e) {
      LOG.debug("not done before the end: {}", FailureText.of(e));
    }
  }

  @Override
  public void stop() {
    if (driver != null) {
      awaitEnd("driver", driver::stop);
      awaitEnd("leader loop", leaderLoop::stop);
    }
  }

  /** Logs a warning when one does not end in time. */
  @Override
  public void close() {
    timer.shutdownNow();
    awaitEnd("snapshots", timeout -> ended(background, timeout));
    awaitEnd("passwords", timeout -> ended(hashing, timeout));
    awaitEnd("answers", timeout -> ended(answers, timeout));
    awaitEnd("timer", timeout -> timer.awaitTermination(timeout.toMillis(), TimeUnit.MILLISECONDS));
    threads.forEach(thread -> awaitEnd(thread.getName(), timeout -> ended(thread, timeout)));
  }

  private static boolean ended(ExecutorService executor, Duration timeout)
      throws InterruptedException {
    executor.shutdown();
    return executor.awaitTermination(timeout.toMillis(), TimeUnit.MILLISECONDS);
  }

  private static boolean ended(Thread thread, Duration timeout) throws InterruptedException {
    thread.join(timeout.toMillis());
    return !thread.isAlive();
  }

  /** A wait for something to end. */
  @FunctionalInterface
  private interface Ending {
    boolean within(Duration timeout) throws InterruptedException;
  }

  /** Waits for the end of something, but not for ever. */
  private static void awaitEnd(String what, Ending ending) {
    try {
      if (!ending.within(END_TIMEOUT)) {
        LOG.warn("the thread of the {} has not ended within {}", what, END_TIMEOUT);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
