package dev.understudy.peer;

import dev.understudy.clusterconfig.ClusterConfig;
import dev.understudy.clusterconfig.SeatPreference;
import dev.understudy.clusterconfig.Servers;
import dev.understudy.peer.leadership.Census;
import dev.understudy.peer.leadership.SeatSwap;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Whom a seat goes to first. Each of thousands of standbys asks with every sync while there is a
 * seat to be had, so what was found is kept for a while. For any thread.
 */
final class SeatPreferences {
  private static final long KEPT_MILLIS = 500;

  private final Census census;
  private final SeatSwap swap;
  private final Supplier<ClusterConfig> config;
  private final OperatorSettings settings;
  private final LongSupplier clockMillis;

  /** Found again by several at once rather than waited for. */
  private volatile Found last = new Found(SeatPreference.NONE, 0, Long.MIN_VALUE / 2);

  /** What was found, for the seat of whom, and when. */
  private record Found(SeatPreference preference, long dead, long atMillis) {}

  /**
   * @param clockMillis monotonic
   */
  SeatPreferences(
      Census census,
      SeatSwap swap,
      Supplier<ClusterConfig> config,
      OperatorSettings settings,
      LongSupplier clockMillis) {
    this.census = census;
    this.swap = swap;
    this.config = config;
    this.settings = settings;
    this.clockMillis = clockMillis;
  }

  SeatPreference get() {
    long now = clockMillis.getAsLong();
    long dead = swap.deadOrSoon().orElse(0L);
    Found found = last;
    if (found.dead() != dead || now - found.atMillis() > KEPT_MILLIS) {
      found = new Found(find(dead), dead, now);
      last = found;
    }
    return found.preference();
  }

  private SeatPreference find(long dead) {
    Servers servers = census.all();
    return servers.all().isEmpty()
        ? SeatPreference.NONE
        : SeatPreference.of(
            servers,
            dead,
            census.watchedMillis(),
            config.get(),
            settings.autopilot().value(),
            settings.scheduler().value());
  }
}
