package dev.understudy.peer;

import dev.understudy.peer.driver.Outcome;
import dev.understudy.statemachine.Command.WriteKey;
import dev.understudy.store.Operation;
import dev.understudy.store.Result;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

/**
 * Commands of which each leaves a key of its own: what is done twice, or not at all, is counted.
 */
final class InOrderKeys {
  private InOrderKeys() {}

  /** Proposes one more at a peer. */
  static CompletableFuture<Outcome<Result>> append(SimulatedPeer to) {
    CompletableFuture<Outcome<Result>> asked =
        to.life()
            .driver
            .propose(
                new WriteKey(new Operation.CreateInOrder("/q", false, "v", OptionalLong.empty())));
    to.life().poke(0);
    return asked;
  }

  /** How many a peer has applied. */
  static long queued(SimulatedPeer at) {
    return at.life().machine.version().get("/q", false) instanceof Result.Success found
        ? found.event().node().nodes().size()
        : 0;
  }
}
