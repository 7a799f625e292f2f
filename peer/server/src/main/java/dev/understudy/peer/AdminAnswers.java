package dev.understudy.peer;

import dev.understudy.clusterconfig.ApiError;
import dev.understudy.clusterconfig.ErrorCode;
import dev.understudy.peer.driver.DriverProxy;
import dev.understudy.peer.driver.Outcome;
import dev.understudy.statemachine.Registry;
import dev.understudy.statemachine.Registry.Seat;
import dev.understudy.statemachine.SeatResult;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;

/** What the admin API answers, by what has become of a request in the log. For any thread. */
final class AdminAnswers {
  private final DriverProxy driver;
  private final Supplier<Registry> registry;

  AdminAnswers(DriverProxy driver, Supplier<Registry> registry) {
    this.driver = driver;
    this.registry = registry;
  }

  <T> AdminOutcome<T> seats(Outcome<SeatResult> outcome, Function<SeatResult.Changed, T> read) {
    return of(
        outcome,
        result ->
            result instanceof SeatResult.Refused refused
                ? new AdminOutcome.Refused<>(ApiError.of(refused.code(), refused.cause()))
                : new AdminOutcome.Done<>(read.apply((SeatResult.Changed) result)));
  }

  <R, T> AdminOutcome<T> of(Outcome<R> outcome, Function<R, AdminOutcome<T>> read) {
    if (outcome instanceof Outcome.Done<R> done) {
      return read.apply(done.value());
    }
    if (outcome instanceof Outcome.NotDone<R> notDone) {
      return notDone.reason() == Outcome.Reason.NO_LEADER
          ? new AdminOutcome.NotLeader<>(leaderElsewhere())
          : new AdminOutcome.Refused<>(ApiError.of(ErrorCode.LEADER_ELECTION, notDone.cause()));
    }
    return new AdminOutcome.Refused<>(
        ApiError.of(ErrorCode.RAFT_INTERNAL, ((Outcome.Unknown<R>) outcome).cause()));
  }

  <T> CompletableFuture<AdminOutcome<T>> notLeader() {
    return CompletableFuture.completedFuture(new AdminOutcome.NotLeader<>(leaderElsewhere()));
  }

  /** Never this peer itself: a redirect to where one is would not end. */
  Optional<String> leaderElsewhere() {
    return driver.status().isLeader()
        ? Optional.empty()
        : registry.get().byMember(driver.status().leader()).map(Seat::peerUrl);
  }

  static <T> CompletableFuture<AdminOutcome<T>> refused(ApiError error) {
    return CompletableFuture.completedFuture(new AdminOutcome.Refused<>(error));
  }
}
