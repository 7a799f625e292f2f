package dev.understudy.peer;

import dev.understudy.clusterconfig.JoinRequest;
import dev.understudy.clusterconfig.LocalData;
import dev.understudy.clusterconfig.MachineUrl;
import dev.understudy.peer.driver.DriverProxy;
import dev.understudy.peer.driver.Outcome;
import dev.understudy.peer.leadership.SeatSwap;
import dev.understudy.peer.leadership.SeatSwap.Understudy;
import dev.understudy.raft.ConfChange.Step;
import dev.understudy.raft.ConfChange.StepType;
import dev.understudy.statemachine.Command.ChangeSeats;
import dev.understudy.statemachine.Registry;
import dev.understudy.statemachine.Registry.Seat;
import dev.understudy.statemachine.SeatResult;
import java.net.URI;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Brings standbys in as learners without seats, see {@link SeatSwap}. For any thread.
 *
 * <p>All releases in a cluster must judge an entry alike, and they refuse a learner that has no
 * seat unless the entry says something of a seat. So it says again where the leader is, which
 * changes nothing: nobody else readdresses a leader that has taken up its duties.
 */
final class UnderstudyJoin {
  private final DriverProxy driver;
  private final Supplier<Registry> registry;
  private final SeatSwap swap;

  UnderstudyJoin(DriverProxy driver, Supplier<Registry> registry, SeatSwap swap) {
    this.driver = driver;
    this.registry = registry;
    this.swap = swap;
  }

  /** The member that a machine is already, as understudy with the data that it has; else empty. */
  Optional<Understudy> present(JoinRequest request) {
    return ofName(request)
        .filter(u -> MachineUrl.same(u.machine().peerUrl(), request.peerUrl()))
        .filter(
            u -> request.data() instanceof LocalData.Held held && held.memberId() == u.member());
  }

  private Optional<Understudy> ofName(JoinRequest request) {
    return swap.understudy().filter(u -> u.machine().name().equals(request.name()));
  }

  /** What the machine would take in the end; refused now when that would be. */
  ChangeSeats intended(JoinRequest request, long member) {
    long leaving = swap.seatFor(request.name()).orElse(0L);
    return ChangeSeats.replace(request.machine(), member, leaving);
  }

  /**
   * Brings a machine in, in place of the member that it was when it asked before.
   *
   * @return empty when another was faster
   */
  Optional<CompletableFuture<Outcome<SeatResult>>> bringIn(JoinRequest request, long member) {
    Optional<Seat> leader = registry.get().byMember(driver.status().member());
    Optional<Understudy> before = ofName(request);
    if (leader.isEmpty() || !swap.begin(before, request.machine(), member)) {
      return Optional.empty();
    }
    driver.introduce(member, request.name());
    Step add = new Step(StepType.ADD_LEARNER, member);
    Step[] steps =
        before
            .map(gone -> new Step[] {new Step(StepType.REMOVE, gone.member()), add})
            .orElseGet(() -> new Step[] {add});
    return Optional.of(
        driver
            .changeMembership(Optional.of(ChangeSeats.readdress(leader.get().machine())), steps)
            .whenComplete((outcome, bug) -> proposed(outcome, request, member)));
  }

  private void proposed(Outcome<SeatResult> outcome, JoinRequest request, long member) {
    if (outcome instanceof Outcome.Done<SeatResult> done
        && done.value() instanceof SeatResult.Changed) {
      driver.reach(member, URI.create(request.peerUrl()));
    } else {
      swap.notBegun(member);
    }
  }
}
