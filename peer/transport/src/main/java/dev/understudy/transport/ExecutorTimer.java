package dev.understudy.transport;

import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * The {@link Timer} of a world that has threads.
 *
 * @param executor started and ended by its owner; should forget tasks that are cancelled
 */
public record ExecutorTimer(ScheduledExecutorService executor) implements Timer {
  @Override
  public Cancellable schedule(long delayMillis, Runnable task) {
    Future<?> scheduled = executor.schedule(task, delayMillis, TimeUnit.MILLISECONDS);
    return () -> scheduled.cancel(false);
  }
}
