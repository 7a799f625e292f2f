package dev.understudy.client;

import java.util.concurrent.atomic.AtomicLong;

/** A clock that pauses put forward, and that goes besides; threads are real ones. */
final class QuickTime implements ClientTime {
  private final AtomicLong skippedNanos = new AtomicLong();

  @Override
  public long nanos() {
    return System.nanoTime() + skippedNanos.get();
  }

  @Override
  public void pause(long millis) throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    skippedNanos.addAndGet(millis * 1_000_000);
  }

  @Override
  public Thread start(String name, Runnable task) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }
}
