package dev.understudy.standby;

import dev.understudy.clusterconfig.FatalErrors;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** A {@link WorkLoop} on one dedicated thread. */
public final class ThreadLoop implements WorkLoop {
  /** A task may wait for a disk, or for threads that end. */
  private static final long CLOSE_TIMEOUT_MILLIS = 10_000;

  private final ScheduledThreadPoolExecutor executor;
  private volatile Thread thread;

  /** Starts the thread with the first task. */
  public ThreadLoop(String threadName) {
    executor =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread worker = new Thread(task, threadName);
              worker.setDaemon(true);
              thread = worker;
              return worker;
            },
            new ThreadPoolExecutor.DiscardPolicy());
    executor.setRemoveOnCancelPolicy(true);
    executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  @Override
  public void execute(Runnable task) {
    executor.execute(FatalErrors.heard(task));
  }

  @Override
  public void schedule(Runnable task, long delayMillis) {
    executor.schedule(FatalErrors.heard(task), delayMillis, TimeUnit.MILLISECONDS);
  }

  @Override
  public void close() {
    executor.shutdown(); // without an interrupt, which would break a save in the middle
    Thread worker = thread;
    if (worker == null || worker.equals(Thread.currentThread())) {
      return;
    }
    try {
      worker.join(CLOSE_TIMEOUT_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
