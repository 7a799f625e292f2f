package dev.understudy.peer.leadership;

import dev.understudy.peer.driver.Outcome;
import dev.understudy.peer.driver.Outcome.Done;
import dev.understudy.statemachine.SeatResult;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A duty that asks for one thing of the cluster and for the next only when that is answered. */
abstract class OneAtATimeDuty implements Duty {
  private static final Logger LOG = LoggerFactory.getLogger(OneAtATimeDuty.class);

  private final String name;
  private final long intervalMillis;
  private CompletableFuture<? extends Outcome<?>> asked;
  private Runnable wake = () -> {};

  OneAtATimeDuty(String name, long intervalMillis) {
    this.name = name;
    this.intervalMillis = intervalMillis;
  }

  @Override
  public final String name() {
    return name;
  }

  @Override
  public final long intervalMillis() {
    return intervalMillis;
  }

  @Override
  public final void wakeBy(Runnable waking) {
    wake = waking;
  }

  /**
   * Whether what was asked last has been done. Of what was refused this is never so: it is asked
   * again after an interval, not at once and for ever.
   */
  final boolean isDone() {
    return asked != null
        && asked.isDone()
        && !asked.isCompletedExceptionally()
        && failure(asked.join()).isEmpty();
  }

  @Override
  public void start(long term, long nowMillis) {
    asked = null;
  }

  @Override
  public final void pass(long nowMillis) {
    if (asked != null) {
      if (!asked.isDone()) {
        return;
      }
      // Forgotten first: should looking at it throw, the next pass must not meet it again.
      CompletableFuture<? extends Outcome<?>> answered = asked;
      asked = null;
      tellFailure(answered.join());
    }
    asked = next(nowMillis).orElse(null);
    if (asked != null) {
      asked.whenComplete((outcome, bug) -> wake.run());
    }
  }

  @Override
  public void stop() {
    // What was asked goes on; its answer concerns nobody any more.
    asked = null;
  }

  /** What to ask for now, if anything. Called only while nothing is under way. */
  abstract Optional<? extends CompletableFuture<? extends Outcome<?>>> next(long nowMillis);

  private void tellFailure(Outcome<?> outcome) {
    failure(outcome).ifPresent(why -> LOG.info("{}: not done, trying again: {}", name, why));
  }

  private static Optional<String> failure(Outcome<?> outcome) {
    if (outcome instanceof Done<?> done) {
      return done.value() instanceof SeatResult.Refused refused
          ? Optional.of(refused.cause())
          : Optional.empty();
    }
    return Optional.of(
        outcome instanceof Outcome.NotDone<?> notDone
            ? notDone.cause()
            : "unknown whether it happened: " + ((Outcome.Unknown<?>) outcome).cause());
  }
}
