package dev.understudy.peer;

import dev.understudy.clusterconfig.ApiError;
import dev.understudy.clusterconfig.ErrorCode;
import dev.understudy.clusterconfig.JoinReply;
import dev.understudy.clusterconfig.JoinRequest;
import dev.understudy.clusterconfig.MachineUrl;
import dev.understudy.peer.driver.DriverProxy;
import dev.understudy.peer.driver.Outcome;
import dev.understudy.peer.leadership.LiveVoters;
import dev.understudy.raft.ConfChange.Step;
import dev.understudy.raft.ConfChange.StepType;
import dev.understudy.statemachine.Command.ChangeSeats;
import dev.understudy.statemachine.Registry;
import dev.understudy.statemachine.Registry.Seat;
import dev.understudy.statemachine.SeatResult;
import dev.understudy.statemachine.StateMachine;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;

/** Gives machines seats as new members. Asked on the leader, from any thread. */
final class SeatGrant {
  private final DriverProxy driver;
  private final StateMachine machine;
  private final long clusterId;
  private final Replicas replicas;
  private final AdminAnswers answers;
  private final LongSupplier clockMillis;
  private final long countedOnWithinMillis;

  /**
   * @param replicas know under which id a machine comes
   * @param clockMillis monotonic
   * @param countedOnWithinMillis votes are counted on that were heard within this time
   */
  SeatGrant(
      DriverProxy driver,
      StateMachine machine,
      long clusterId,
      Replicas replicas,
      AdminAnswers answers,
      LongSupplier clockMillis,
      long countedOnWithinMillis) {
    this.driver = driver;
    this.machine = machine;
    this.clusterId = clusterId;
    this.replicas = replicas;
    this.answers = answers;
    this.clockMillis = clockMillis;
    this.countedOnWithinMillis = countedOnWithinMillis;
  }

  /** An open seat. */
  CompletableFuture<AdminOutcome<JoinReply>> open(JoinRequest request) {
    long member = replicas.idForSeat(request);
    ChangeSeats change = ChangeSeats.replace(request.machine(), member, 0);
    return judged(change)
        .<CompletableFuture<AdminOutcome<JoinReply>>>map(AdminAnswers::refused)
        .orElseGet(
            () ->
                driver
                    .changeMembership(Optional.of(change), new Step(StepType.ADD_LEARNER, member))
                    .thenApply(outcome -> seated(outcome, member, "")));
  }

  /**
   * The seat of a member that the machine has been and is not any more. A learner comes for a
   * voter, so there is one vote less until it has caught up; where that vote would be missed, the
   * seat stays whose it is: its member may come back, and then there is still a majority.
   *
   * @param because why the machine is not that member any more
   */
  CompletableFuture<AdminOutcome<JoinReply>> instead(
      JoinRequest request, Seat seat, String because) {
    long member = replicas.idForSeat(request);
    ChangeSeats change = ChangeSeats.replace(request.machine(), member, seat.member());
    Step[] steps = {
      new Step(StepType.REMOVE, seat.member()), new Step(StepType.ADD_LEARNER, member)
    };
    Optional<ApiError> refusal = judged(change);
    if (refusal.isPresent()) {
      return AdminAnswers.refused(refusal.get());
    }
    return driver
        .changeMembership(() -> obstacle(seat, steps), Optional.of(change), steps)
        .thenApply(
            outcome -> isNeeded(outcome) ? stillNeeded(seat) : seated(outcome, member, because));
  }

  /** Asked when the changes before this one are applied. */
  private Optional<SeatResult.Refused> obstacle(Seat seat, Step... steps) {
    return LiveVoters.survive(
            driver.status(), clockMillis.getAsLong(), countedOnWithinMillis, steps)
        ? Optional.empty()
        : Optional.of(new SeatResult.Refused(ErrorCode.SEAT_NEEDED, seat.name()));
  }

  private static boolean isNeeded(Outcome<SeatResult> outcome) {
    return outcome instanceof Outcome.Done<SeatResult> done
        && done.value() instanceof SeatResult.Refused refused
        && refused.code() == ErrorCode.SEAT_NEEDED;
  }

  /** As of a member that is alive: the machine asks again for a while. */
  private static AdminOutcome<JoinReply> stillNeeded(Seat seat) {
    return new AdminOutcome.Refused<>(
        alreadyHeld(
            seat.name()
                + " holds a seat, and without its vote no majority of the voters would be alive"));
  }

  /** A seat is somebody else's. */
  static ApiError alreadyHeld(String cause) {
    return ApiError.of(ErrorCode.KEY_EXISTS, cause)
        .withHttpStatus(ErrorCode.PEER_ADDRESS_TAKEN.httpStatus());
  }

  private AdminOutcome<JoinReply> seated(Outcome<SeatResult> outcome, long member, String because) {
    return answers.seats(
        outcome, changed -> new JoinReply(changed.index(), member, clusterId, because));
  }

  /**
   * Refuses early what would be refused when it is applied, and what cannot be refused there
   * because older versions would not: another spelling of another machine's address.
   */
  Optional<ApiError> judged(ChangeSeats change) {
    for (Seat other : machine.registry().all()) {
      if (!other.name().equals(change.name())
          && MachineUrl.same(other.peerUrl(), change.peerUrl())) {
        return Optional.of(
            ApiError.of(
                ErrorCode.PEER_ADDRESS_TAKEN, change.peerUrl() + " belongs to " + other.name()));
      }
    }
    Registry.Verdict verdict = machine.registry().judge(change, machine.config().activeSize());
    return verdict instanceof Registry.Verdict.Refused refused
        ? Optional.of(ApiError.of(refused.code(), refused.cause()))
        : Optional.empty();
  }
}
