package dev.understudy.peer;

import dev.understudy.clusterconfig.ApiError;
import dev.understudy.clusterconfig.ErrorCode;
import dev.understudy.clusterconfig.Removal;
import dev.understudy.peer.driver.DriverProxy;
import dev.understudy.peer.driver.Outcome;
import dev.understudy.peer.leadership.Census;
import dev.understudy.raft.ConfChange.Step;
import dev.understudy.raft.ConfChange.StepType;
import dev.understudy.statemachine.Command.ChangeSeats;
import dev.understudy.statemachine.Registry;
import dev.understudy.statemachine.Registry.Seat;
import dev.understudy.statemachine.SeatResult;
import dev.understudy.statemachine.StateMachine;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** An operator takes a seat away. Asked on the leader, from any thread. */
final class SeatRemoval {
  private static final Outcome<Boolean> HANDED_OVER = new Outcome.Done<>(true);

  private final DriverProxy driver;
  private final StateMachine machine;
  private final SeatNeed need;
  private final AdminAnswers answers;
  private final TakenOut takenOut;
  private final LongSupplier clockMillis;
  private final long aliveWithinMillis;
  private final long countedOnWithinMillis;

  /**
   * @param census knows the machines
   * @param aliveWithinMillis a peer can take leadership over that was heard within this time
   * @param countedOnWithinMillis a shorter time, for the votes that are counted on
   */
  SeatRemoval(
      DriverProxy driver,
      StateMachine machine,
      Census census,
      AdminAnswers answers,
      TakenOut takenOut,
      LongSupplier clockMillis,
      long aliveWithinMillis,
      long countedOnWithinMillis) {
    this.countedOnWithinMillis = countedOnWithinMillis;
    this.driver = driver;
    this.machine = machine;
    this.need = new SeatNeed(driver::status, census::members, countedOnWithinMillis);
    this.answers = answers;
    this.takenOut = takenOut;
    this.clockMillis = clockMillis;
    this.aliveWithinMillis = aliveWithinMillis;
  }

  CompletableFuture<AdminOutcome<String>> remove(Removal removal) {
    Optional<Seat> seat = machine.registry().byName(removal.name());
    if (seat.isEmpty()) {
      return removal.forGood()
          ? markOnly(removal.name())
          : AdminAnswers.refused(ApiError.of(ErrorCode.KEY_NOT_FOUND, removal.name()));
    }
    ChangeSeats change = ChangeSeats.take(removal.name(), seat.get().member());
    Optional<ApiError> refusal = refusal(change);
    if (refusal.isPresent()) {
      return AdminAnswers.refused(refusal.get());
    }
    return unlessStranding(
        removal,
        seat.get(),
        () ->
            removal.forGood()
                ? markedFirst(removal, seat.get(), change)
                : takeOrHandOver(removal, seat.get(), change));
  }

  /**
   * Takes a seat if those who are left could decide. A leader whose process has stood still for a
   * moment has heard nobody in it, and knows with the answers to its next heartbeats who is alive:
   * nothing is refused before these can have come.
   */
  private CompletableFuture<AdminOutcome<String>> unlessStranding(
      Removal removal, Seat seat, Supplier<CompletableFuture<AdminOutcome<String>>> taking) {
    return removal.forced() || need.error(seat).isEmpty()
        ? taking.get()
        : driver
            .awaitState(() -> need.isSpared(seat), countedOnWithinMillis)
            .thenCompose(whatever -> unlessStranded(seat, taking));
  }

  private CompletableFuture<AdminOutcome<String>> unlessStranded(
      Seat seat, Supplier<CompletableFuture<AdminOutcome<String>>> taking) {
    return driver.status().isLeader()
        ? need.error(seat)
            .<CompletableFuture<AdminOutcome<String>>>map(AdminAnswers::refused)
            .orElseGet(taking)
        : answers.notLeader();
  }

  private Optional<ApiError> refusal(ChangeSeats change) {
    Registry.Verdict verdict = machine.registry().judge(change, machine.config().activeSize());
    return verdict instanceof Registry.Verdict.Refused refused
        ? Optional.of(ApiError.of(refused.code(), refused.cause()))
        : Optional.empty();
  }

  private CompletableFuture<AdminOutcome<String>> markOnly(String name) {
    return takenOut
        .add(name)
        .thenApply(outcome -> answers.of(outcome, result -> new AdminOutcome.Done<>(name)));
  }

  /** Before it has lost its seat it cannot take another; if it keeps it, it is not marked. */
  private CompletableFuture<AdminOutcome<String>> markedFirst(
      Removal removal, Seat seat, ChangeSeats change) {
    return markOnly(seat.name())
        .thenCompose(
            marked ->
                marked instanceof AdminOutcome.Done
                    ? takeOrHandOver(removal, seat, change)
                        .thenCompose(taken -> unmarked(taken, seat))
                    : CompletableFuture.completedFuture(marked));
  }

  private CompletableFuture<AdminOutcome<String>> unmarked(AdminOutcome<String> taken, Seat seat) {
    return taken instanceof AdminOutcome.Refused && driver.status().isLeader()
        ? takenOut.remove(seat.name()).thenApply(whatever -> taken)
        : CompletableFuture.completedFuture(taken);
  }

  private CompletableFuture<AdminOutcome<String>> takeOrHandOver(
      Removal removal, Seat seat, ChangeSeats change) {
    return seat.member() == driver.status().member()
        ? handOver(removal, seat, change)
        : takeSeat(removal, seat, change);
  }

  /**
   * Whether those who are left could decide is asked again when the removals before this one are
   * done: of several at once each might be harmless without the others.
   */
  private CompletableFuture<AdminOutcome<String>> takeSeat(
      Removal removal, Seat seat, ChangeSeats change) {
    AtomicReference<ApiError> stranded = new AtomicReference<>();
    return tried(removal, seat, change, stranded)
        .thenCompose(
            taken ->
                stranded.get() == null
                    ? CompletableFuture.completedFuture(taken)
                    : unlessStranding(
                        removal,
                        seat,
                        () -> tried(removal, seat, change, new AtomicReference<>())));
  }

  private CompletableFuture<AdminOutcome<String>> tried(
      Removal removal, Seat seat, ChangeSeats change, AtomicReference<ApiError> stranded) {
    return driver
        .changeMembership(
            () -> removal.forced() ? Optional.empty() : obstacle(seat, stranded),
            Optional.of(change),
            new Step(StepType.REMOVE, seat.member()))
        .thenApply(
            outcome ->
                stranded.get() == null
                    ? answers.seats(outcome, changed -> seat.name())
                    : new AdminOutcome.Refused<>(stranded.get()));
  }

  private Optional<SeatResult.Refused> obstacle(Seat seat, AtomicReference<ApiError> stranded) {
    Optional<ApiError> error = need.error(seat);
    error.ifPresent(stranded::set);
    return error.map(e -> new SeatResult.Refused(ErrorCode.SEAT_NEEDED, e.cause()));
  }

  /**
   * A leader that is to lose its seat hands leadership over first and sends the asker to the next
   * leader: without one, nobody would be left to bring its removal to the others. When nobody takes
   * over in time, it removes itself.
   */
  private CompletableFuture<AdminOutcome<String>> handOver(
      Removal removal, Seat own, ChangeSeats change) {
    Optional<Long> successor =
        Succession.of(driver.status(), clockMillis.getAsLong(), aliveWithinMillis);
    if (successor.isEmpty()) {
      return takeSeat(removal, own, change);
    }
    return driver
        .handOver(successor.get(), aliveWithinMillis)
        .thenCompose(
            outcome ->
                outcome.equals(HANDED_OVER)
                    ? CompletableFuture.completedFuture(
                        new AdminOutcome.NotLeader<>(answers.leaderElsewhere()))
                    : takeSeat(removal, own, change));
  }
}
