package dev.understudy.peer.driver;

import java.util.concurrent.CompletableFuture;

/**
 * Something that was asked of the driver and waits for its turn.
 *
 * @param future the answer
 * @param work what the driver does about it
 */
record Question<T>(CompletableFuture<Outcome<T>> future, Runnable work) implements Runnable {

  @Override
  public void run() {
    work.run();
  }

  /** Answers in place of a driver that has stopped: nothing was done about it. Any thread. */
  void refuse() {
    future.complete(Refusals.stopping());
  }
}
