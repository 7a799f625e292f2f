package dev.understudy.peer.leadership;

import dev.understudy.peer.driver.Outcome;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

/**
 * Stamps the time into the log when a key is due to expire, so that it expires alike everywhere,
 * and now and then while there are keys with a time to live: what has passed of their lives since
 * the last stamp is forgotten when every peer that knows it ends. That is two small entries a
 * second at most, none while other entries carry the time, and none while nothing is to expire.
 */
public final class ExpiryStamps extends OneAtATimeDuty {
  /**
   * With the pause between two passes and the way into the log this stays within half a second,
   * which is what a restart of all peers may add to the life of a key.
   */
  private static final long FORGOTTEN_AT_MOST_MILLIS = 350;

  private final LeaderView view;

  public ExpiryStamps(LeaderView view, long intervalMillis) {
    super("expiry stamps", intervalMillis);
    this.view = view;
  }

  @Override
  Optional<? extends CompletableFuture<? extends Outcome<?>>> next(long nowMillis) {
    OptionalLong due = view.nextExpiryMillis();
    long now = view.clusterTimeMillis();
    return due.isPresent()
            && (due.getAsLong() <= now
                || now - view.stampedTimeMillis() >= FORGOTTEN_AT_MOST_MILLIS)
        ? Optional.of(view.stampTime())
        : Optional.empty();
  }
}
