package dev.understudy.peer.leadership;

import dev.understudy.peer.driver.Outcome;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

/**
 * Stamps the time into the log when a key is due to expire, so that it expires alike everywhere.
 * Sends nothing otherwise.
 */
public final class ExpiryStamps extends OneAtATimeDuty {
  private final LeaderView view;

  public ExpiryStamps(LeaderView view, long intervalMillis) {
    super("expiry stamps", intervalMillis);
    this.view = view;
  }

  @Override
  Optional<? extends CompletableFuture<? extends Outcome<?>>> next(long nowMillis) {
    OptionalLong due = view.nextExpiryMillis();
    return due.isPresent() && due.getAsLong() <= view.clusterTimeMillis()
        ? Optional.of(view.stampTime())
        : Optional.empty();
  }
}
