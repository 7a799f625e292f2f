package dev.understudy.peer.leadership;

import dev.understudy.api.BackendFailure;
import dev.understudy.peer.driver.DriverProxy;
import dev.understudy.peer.driver.Outcome;
import dev.understudy.peer.driver.ReadGate;
import dev.understudy.transport.Timer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.LongSupplier;

/**
 * Linearizable reads on their way: through the gate, then confirmed by a quorum. A read whose
 * leadership changes in between asks again, until its one deadline; then it is certain that it was
 * not answered. Any thread; nothing blocks.
 */
public final class LinearizableReads {
  private final ReadGate gate;
  private final DriverProxy driver;
  private final Timer timer;
  private final LongSupplier clockMillis;
  private final long timeoutMillis;

  /**
   * @param timer for the deadlines of reads that wait at the gate
   * @param clockMillis monotonic time in milliseconds
   * @param timeoutMillis what a read may take in all
   */
  public LinearizableReads(
      ReadGate gate,
      DriverProxy driver,
      Timer timer,
      LongSupplier clockMillis,
      long timeoutMillis) {
    this.gate = gate;
    this.driver = driver;
    this.timer = timer;
    this.clockMillis = clockMillis;
    this.timeoutMillis = timeoutMillis;
  }

  /**
   * Waits until the applied state shows everything that was acknowledged before this call.
   *
   * @return completes then; fails with a {@link BackendFailure.NotApplied}, at the deadline at the
   *     latest
   */
  public CompletableFuture<Void> read() {
    return read(timeoutMillis);
  }

  /** As {@link #read()}, with another deadline. */
  public CompletableFuture<Void> read(long withinMillis) {
    CompletableFuture<Void> result = new CompletableFuture<>();
    attempt(clockMillis.getAsLong() + withinMillis, result);
    return result;
  }

  private void attempt(long deadlineMillis, CompletableFuture<Void> result) {
    CompletableFuture<Boolean> passage = gate.await();
    if (!passage.isDone()) {
      endAt(deadlineMillis, passage);
    }
    passage.whenComplete(
        (passed, failure) -> {
          long leftMillis = deadlineMillis - clockMillis.getAsLong();
          if (failure != null) {
            refuse(result, failure.getMessage());
          } else if (leftMillis <= 0) {
            refuse(result, "leadership is not established yet");
          } else if (passed) {
            confirm(deadlineMillis, leftMillis, result);
          } else {
            attempt(deadlineMillis, result);
          }
        });
  }

  private void endAt(long deadlineMillis, CompletableFuture<Boolean> passage) {
    try {
      long leftMillis = Math.max(0, deadlineMillis - clockMillis.getAsLong());
      Timer.Cancellable end = timer.schedule(leftMillis, () -> passage.complete(false));
      passage.whenComplete((passed, failure) -> end.cancel());
    } catch (RejectedExecutionException e) {
      // The peer has ended; asking again finds a gate that lets pass and a driver that refuses.
      passage.complete(false);
    }
  }

  private void confirm(long deadlineMillis, long leftMillis, CompletableFuture<Void> result) {
    driver
        .confirmRead(leftMillis)
        .thenAccept(
            outcome -> {
              if (!(outcome instanceof Outcome.Done)) {
                result.completeExceptionally(BackendFailures.of(outcome));
              } else if (gate.holdsBack()) {
                // Leadership came in between; this leader answers nothing before it is established.
                attempt(deadlineMillis, result);
              } else {
                result.complete(null);
              }
            });
  }

  private static void refuse(CompletableFuture<Void> result, String cause) {
    result.completeExceptionally(new BackendFailure.NotApplied(cause));
  }
}
