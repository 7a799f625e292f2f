package dev.understudy.peer.driver;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * Gathers the answers of one turn of the driver and gives them out together, on another thread:
 * what hangs on a future (an HTTP response, say) must not run on the driver's.
 *
 * <p>For the driver's thread only.
 */
final class Completions {
  private record Answer<T>(CompletableFuture<T> future, T value) {
    void give() {
      future.complete(value);
    }
  }

  private final Executor executor;
  private List<Answer<?>> answers = new ArrayList<>();

  Completions(Executor executor) {
    this.executor = executor;
  }

  <T> void add(CompletableFuture<T> future, T value) {
    answers.add(new Answer<>(future, value));
  }

  /** Hands everything gathered to the executor, as one task and in order. */
  void flush() {
    if (answers.isEmpty()) {
      return;
    }
    List<Answer<?>> batch = answers;
    answers = new ArrayList<>(batch.size());
    try {
      executor.execute(() -> batch.forEach(Answer::give));
    } catch (RejectedExecutionException e) {
      // The peer has ended around its driver; better an answer from this thread than none.
      batch.forEach(Answer::give);
    }
  }
}
