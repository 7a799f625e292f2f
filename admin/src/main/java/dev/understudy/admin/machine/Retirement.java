package dev.understudy.admin.machine;

import dev.understudy.peer.PeerServer;
import dev.understudy.standby.WorkLoop;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * The way of a machine out of its cluster and from its clients, before it is closed. A leader hands
 * leadership over while it answers as ever; then no new connections are taken, and each of the
 * others ends with its next answer; what comes on them meanwhile is answered; what comes after that
 * is refused as certainly not done, and what is still under way ends.
 *
 * <p>Every step has its bound: usually all of it takes milliseconds, at most some five seconds. For
 * the mode loop only.
 */
final class Retirement {
  /** Usually a matter of milliseconds; whoever does not take over by then never may. */
  private static final long HAND_OVER_MILLIS = 1_000;

  private static final long QUIET_MILLIS = 300;

  /** Nothing new comes by then; whoever still waits would otherwise hear that nobody knows. */
  private static final long LAST_QUIET_MILLIS = 3_000;

  /** A client that sends one request after the other learns in this time that it must go. */
  private static final long GRACE_MILLIS = 100;

  private final WorkLoop loop;
  private final MachinePorts ports;
  private final Optional<PeerServer> peer;
  private final CompletableFuture<Void> ended = new CompletableFuture<>();

  /**
   * @param peer what answers now; empty for a standby that holds no data, whose clients wait for
   *     others
   */
  Retirement(WorkLoop loop, MachinePorts ports, Optional<PeerServer> peer) {
    this.loop = loop;
    this.ports = ports;
    this.peer = peer;
  }

  /** Begins; completes when the machine can be closed, never exceptionally. */
  CompletableFuture<Void> begin() {
    if (peer.isEmpty()) {
      ports.drain();
      ended.complete(null);
    } else {
      after(() -> peer.get().handOver(HAND_OVER_MILLIS), this::drain);
    }
    return ended;
  }

  private void drain() {
    ports.drain();
    after(this::quiet, () -> loop.schedule(this::refuse, GRACE_MILLIS));
  }

  private void refuse() {
    after(
        this::quiet,
        () -> {
          ports.answerNothing();
          after(this::lastQuiet, () -> ended.complete(null));
        });
  }

  private CompletableFuture<Void> quiet() {
    return peer.orElseThrow().awaitQuiet(QUIET_MILLIS);
  }

  private CompletableFuture<Void> lastQuiet() {
    return peer.orElseThrow().awaitQuiet(LAST_QUIET_MILLIS);
  }

  private void after(Supplier<CompletableFuture<Void>> step, Runnable next) {
    step.get().whenComplete((done, failure) -> loop.execute(next));
  }
}
