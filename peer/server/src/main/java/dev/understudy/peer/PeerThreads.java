package dev.understudy.peer;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The threads of a peer that belong to no part of it alone. */
final class PeerThreads {
  private static final Logger LOG = LoggerFactory.getLogger(PeerThreads.class);
  private static final Duration END_TIMEOUT = Duration.ofSeconds(5);

  /** An executor has ended a moment before its thread has, and close promises the threads' end. */
  private final Queue<Thread> threads = new ConcurrentLinkedQueue<>();

  private final ExecutorService answers;
  private final ExecutorService background;
  private final ScheduledThreadPoolExecutor timer;

  PeerThreads(String name) {
    answers = Executors.newSingleThreadExecutor(task -> daemon(task, "answers-" + name));
    background = Executors.newSingleThreadExecutor(task -> daemon(task, "snapshots-" + name));
    timer = new ScheduledThreadPoolExecutor(1, task -> daemon(task, "timer-" + name));
    timer.setRemoveOnCancelPolicy(true);
  }

  private Thread daemon(Runnable task, String name) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    threads.add(thread);
    return thread;
  }

  /** Completes futures, in order; what hangs on them must not block for long. */
  Executor answers() {
    return answers;
  }

  /** Writes snapshots, one after the other. */
  Executor background() {
    return background;
  }

  /** For short tasks that never block. */
  ScheduledExecutorService timer() {
    return timer;
  }

  /** Ends all of them after what they were given; says so when one does not end in time. */
  void close() {
    timer.shutdownNow();
    awaitEnd("snapshots", timeout -> ended(background, timeout));
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
  interface Ending {
    boolean within(Duration timeout) throws InterruptedException;
  }

  /** Waits for the end of something, but not for ever. */
  static void awaitEnd(String what, Ending ending) {
    try {
      if (!ending.within(END_TIMEOUT)) {
        LOG.warn("the thread of the {} has not ended within {}", what, END_TIMEOUT);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
