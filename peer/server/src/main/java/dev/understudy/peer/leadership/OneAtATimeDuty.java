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
  }

  @Override
  public void stop() {
    // What was asked goes on; its answer concerns nobody any more.
    asked = null;
  }

  /** What to ask for now, if anything. Called only while nothing is under way. */
  abstract Optional<? extends CompletableFuture<? extends Outcome<?>>> next(long nowMillis);

  private void tellFailure(Outcome<?> outcome) {
    boolean fulfilled =
        outcome instanceof Done<?> done && !(done.value() instanceof SeatResult.Refused);
    if (!fulfilled) {
      LOG.info("{}: what was asked did not happen, trying again: {}", name, outcome);
    }
  }
}
