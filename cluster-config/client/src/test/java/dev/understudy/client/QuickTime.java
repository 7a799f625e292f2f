package dev.understudy.client;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A clock that nothing but pauses and silence puts forward; threads are real ones. The time of a
 * request that a server has been told not to answer is over once the server has it, and no other
 * request's is, however slow the machine.
 */
final class QuickTime implements ClientTime {
  private static final long LOOKS_EVERY_MILLIS = 5;
  private static final long GIVES_UP_MILLIS = 60_000;

  private final AtomicLong skippedNanos = new AtomicLong();
  private final AtomicInteger givenUp = new AtomicInteger();
  private final ScriptedServer silent;

  /**
   * @param silent the one that may be silent
   */
  QuickTime(ScriptedServer silent) {
    this.silent = silent;
  }

  @Override
  public long nanos() {
    return skippedNanos.get();
  }

  @Override
  public void pause(long millis) throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    skippedNanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(millis));
  }

  @Override
  public <T> T await(Future<T> future, long millis)
      throws InterruptedException, ExecutionException, TimeoutException {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(GIVES_UP_MILLIS);
    while (true) {
      try {
        return future.get(LOOKS_EVERY_MILLIS, TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        if (silent.unanswered() > givenUp.get()) {
          givenUp.incrementAndGet();
          pause(millis);
          throw e;
        }
        if (System.nanoTime() - end > 0) {
          throw e;
        }
      }
    }
  }

  @Override
  public Thread start(String name, Runnable task) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }
}
