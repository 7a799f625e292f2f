package dev.understudy.peer;

import dev.understudy.transport.Timer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/**
 * Whether a quorum confirms a read of this peer within a second, as etcd finds it out. One read is
 * under way at a time, and all who ask meanwhile share it, so that no number of probes is a burden.
 * Any thread; nothing blocks.
 */
final class HealthCheck {
  static final long TIMEOUT_MILLIS = 1_000;

  private final Supplier<CompletableFuture<?>> read;
  private final Timer timer;
  private final AtomicReference<CompletableFuture<Boolean>> underWay = new AtomicReference<>();

  /**
   * @param read begins a linearizable read that does not go on for much longer than the time
   */
  HealthCheck(Supplier<CompletableFuture<?>> read, Timer timer) {
    this.read = read;
    this.timer = timer;
  }

  /** Completes with the answer after {@link #TIMEOUT_MILLIS} at the latest. */
  CompletableFuture<Boolean> check() {
    CompletableFuture<Boolean> mine = new CompletableFuture<>();
    CompletableFuture<Boolean> current = underWay.compareAndExchange(null, mine);
    if (current != null) {
      return current;
    }
    mine.whenComplete((healthy, failure) -> underWay.compareAndSet(mine, null));
    begin(mine);
    return mine;
  }

  private void begin(CompletableFuture<Boolean> answer) {
    try {
      Timer.Cancellable end = timer.schedule(TIMEOUT_MILLIS, () -> answer.complete(false));
      answer.whenComplete((healthy, failure) -> end.cancel());
      read.get().whenComplete((done, failure) -> answer.complete(failure == null));
    } catch (RejectedExecutionException e) {
      answer.complete(false); // the peer has ended
    }
  }
}
