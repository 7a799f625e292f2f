package dev.understudy.peer.driver;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A request to the driver that waits for its turn. Either the driver does something about it or it
 * is refused, never both: who has been refused may rely on it that nothing was done.
 */
final class DriverTask<T> implements Runnable {
  private final CompletableFuture<Outcome<T>> future;
  private final Runnable work;
  private final AtomicBoolean decided = new AtomicBoolean();

  /**
   * @param future the answer
   * @param work what the driver does about it; sees to the answer
   */
  DriverTask(CompletableFuture<Outcome<T>> future, Runnable work) {
    this.future = future;
    this.work = work;
  }

  /** On the driver's thread. */
  @Override
  public void run() {
    if (decided.compareAndSet(false, true)) {
      work.run();
    }
  }

  /**
   * Answers in place of a driver that has stopped, unless it had begun to do something about it:
   * then whoever ends what it began answers. Any thread.
   */
  void refuse() {
    if (decided.compareAndSet(false, true)) {
      future.complete(Rejections.stopping());
    }
  }
}
