package dev.understudy.raft;

import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/**
 * How a core behaves. Immutable; one object serves any number of groups.
 *
 * @param electionTicks the ticks without a leader's word after which a follower may campaign; the
 *     actual timeout is drawn from [electionTicks, 2·electionTicks)
 * @param heartbeatTicks the ticks between two heartbeats of a leader
 * @param features what is on
 * @param limits limits of sizes and counts; those that are not given have their defaults
 */
public record RaftConfig(
    int electionTicks, int heartbeatTicks, Set<Feature> features, Map<Limit, Long> limits) {
  /**
   * Ten heartbeats per election: one lost packet must not depose a leader. PreVote and CheckQuorum
   * keep a member that comes back from disturbing the group, and a leader that is cut off from
   * believing in itself. Reads ask a quorum, since clocks may stop. A removed leader steps down,
   * because it cannot take proposals any more. Proposals are forwarded, so that any member can take
   * a write.
   */
  public static final RaftConfig DEFAULT =
      new RaftConfig(
          10,
          1,
          EnumSet.complementOf(EnumSet.of(Feature.LEASE_READS, Feature.ASYNC_STORAGE_WRITES)),
          Map.of());

  public RaftConfig {
    Check.argument(heartbeatTicks > 0, "heartbeatTicks must be positive");
    Check.argument(
        electionTicks > heartbeatTicks, "electionTicks must be more than heartbeatTicks");
    Check.argument(electionTicks < 1 << 30, "electionTicks is too large");
    Check.argument(
        !features.contains(Feature.LEASE_READS) || features.contains(Feature.CHECK_QUORUM),
        "lease-based reads need CHECK_QUORUM: without it no lease holds");
    Set<Feature> on = EnumSet.noneOf(Feature.class);
    on.addAll(features);
    features = Collections.unmodifiableSet(on);
    Map<Limit, Long> all = new EnumMap<>(Limit.class);
    for (Limit limit : Limit.values()) {
      long value = limits.getOrDefault(limit, limit.byDefault());
      Check.argument(value >= limit.least(), limit + " must be at least " + limit.least());
      all.put(limit, value);
    }
    limits = Collections.unmodifiableMap(all);
  }

  /** Whether a feature is on. */
  public boolean has(Feature feature) {
    return features.contains(feature);
  }

  /** The value of a limit; {@link Limit#NONE} for none. */
  public long limit(Limit limit) {
    return limits.get(limit);
  }

  /** With other timeouts. */
  public RaftConfig withTicks(int election, int heartbeat) {
    return new RaftConfig(election, heartbeat, features, limits);
  }

  /** With a feature on or off. */
  public RaftConfig with(Feature feature, boolean on) {
    Set<Feature> changed = EnumSet.noneOf(Feature.class);
    changed.addAll(features);
    if (on) {
      changed.add(feature);
    } else {
      changed.remove(feature);
    }
    return new RaftConfig(electionTicks, heartbeatTicks, changed, limits);
  }

  /** With another limit. */
  public RaftConfig with(Limit limit, long value) {
    Map<Limit, Long> changed = new EnumMap<>(limits);
    changed.put(limit, value);
    return new RaftConfig(electionTicks, heartbeatTicks, features, changed);
  }

  /** Without any limit, for tests and simulations. */
  public RaftConfig withoutLimits() {
    RaftConfig config = this;
    for (Limit limit : Limit.values()) {
      config = config.with(limit, Limit.NONE);
    }
    return config;
  }
}
