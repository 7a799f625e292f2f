package dev.understudy.peer;

import dev.understudy.clusterconfig.ApiError;
import dev.understudy.clusterconfig.ErrorCode;
import dev.understudy.peer.driver.DriverProxy;
import dev.understudy.peer.driver.Outcome;
import dev.understudy.peer.driver.PeerStatus;
import dev.understudy.statemachine.Registry.Seat;
import dev.understudy.statemachine.StateMachine;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;

/**
 * Hands leadership to a machine that an operator names. Nothing is tried that cannot succeed: while
 * a transfer is under way, writes wait for it.
 *
 * @param clockMillis monotonic time
 * @param aliveWithinMillis a peer counts as alive when its leader heard it within this time; as
 *     long is waited until it leads
 */
record LeadershipTransfer(
    DriverProxy driver, StateMachine machine, LongSupplier clockMillis, long aliveWithinMillis) {
  private static final Outcome<Boolean> HANDED_OVER = new Outcome.Done<>(true);

  /** Called on the peer that leads. */
  CompletableFuture<AdminOutcome<String>> to(String name) {
    PeerStatus status = driver.status();
    Optional<Seat> seat = machine.registry().byName(name);
    if (seat.isEmpty()) {
      return refused(ErrorCode.KEY_NOT_FOUND, name);
    }
    long member = seat.get().member();
    if (member == status.member()) {
      return CompletableFuture.completedFuture(new AdminOutcome.Done<>(name));
    }
    if (!status.voters().contains(member)) {
      return refused(ErrorCode.INVALID_FIELD, name + " has no vote yet");
    }
    if (!status.heardWithin(member, clockMillis.getAsLong(), aliveWithinMillis)) {
      return refused(ErrorCode.INVALID_FIELD, name + " has not been heard of lately");
    }
    return driver
        .handOver(member, aliveWithinMillis)
        .thenCompose(
            outcome ->
                outcome.equals(HANDED_OVER)
                    ? CompletableFuture.completedFuture(new AdminOutcome.Done<>(nowLeading(name)))
                    : refused(ErrorCode.LEADER_ELECTION, name + " has not taken over in time"));
  }

  /** Another one may have been elected meanwhile. */
  private String nowLeading(String otherwise) {
    return machine.registry().byMember(driver.status().leader()).map(Seat::name).orElse(otherwise);
  }

  private static CompletableFuture<AdminOutcome<String>> refused(ErrorCode code, String cause) {
    return CompletableFuture.completedFuture(new AdminOutcome.Refused<>(ApiError.of(code, cause)));
  }
}
