package dev.understudy.client;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Where the client takes time and threads from: the system. */
final class ClientThreads implements ClientTime {
  @Override
  public long nanos() {
    return System.nanoTime();
  }

  @Override
  public void pause(long millis) throws InterruptedException {
    boolean never = new CountDownLatch(1).await(millis, TimeUnit.MILLISECONDS);
    if (never) {
      throw new IllegalStateException("nobody counts it down");
    }
  }

  @Override
  public <T> T await(Future<T> future, long millis)
      throws InterruptedException, ExecutionException, TimeoutException {
    return future.get(millis, TimeUnit.MILLISECONDS);
  }

  @Override
  public Thread start(String name, Runnable task) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }
}
