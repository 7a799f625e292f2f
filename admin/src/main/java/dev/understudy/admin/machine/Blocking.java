package dev.understudy.admin.machine;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** Waits for futures that complete by themselves within their deadline. */
final class Blocking {
  private Blocking() {}

  /** The value of a future that never fails. */
  static <T> T get(CompletableFuture<T> future) throws InterruptedException {
    try {
      return future.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("a future failed that never should", e.getCause());
    }
  }
}
