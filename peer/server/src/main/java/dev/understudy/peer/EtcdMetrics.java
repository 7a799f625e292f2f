package dev.understudy.peer;

import dev.understudy.clusterconfig.HexId;
import dev.understudy.peer.driver.DriverProxy;
import dev.understudy.peer.driver.RaftCounts;
import dev.understudy.statemachine.StateMachine;
import dev.understudy.store.Counter;
import dev.understudy.store.Statistics;
import dev.understudy.transport.RoundTrips;
import dev.understudy.transport.Transport;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.Collector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricMetadata;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;

/**
 * What {@code /metrics} tells by etcd's names, so that dashboards and alerts that are there already
 * go on: where the same is measured here, and nowhere else. Names and meanings are those of etcd
 * 3.4; there is no backend beside the log here, so nothing is told of its commits.
 */
final class EtcdMetrics {
  /** What etcd calls the operations that its store counts; each fails or succeeds. */
  private enum Action {
    SET("set", Counter.SETS_SUCCESS, Counter.SETS_FAIL),
    CREATE("create", Counter.CREATE_SUCCESS, Counter.CREATE_FAIL),
    UPDATE("update", Counter.UPDATE_SUCCESS, Counter.UPDATE_FAIL),
    DELETE("delete", Counter.DELETE_SUCCESS, Counter.DELETE_FAIL),
    SWAP("compareAndSwap", Counter.COMPARE_AND_SWAP_SUCCESS, Counter.COMPARE_AND_SWAP_FAIL),
    SWAP_AWAY(
        "compareAndDelete", Counter.COMPARE_AND_DELETE_SUCCESS, Counter.COMPARE_AND_DELETE_FAIL);

    private final String wireName;
    private final Counter succeeded;
    private final Counter failed;

    Action(String wireName, Counter succeeded, Counter failed) {
      this.wireName = wireName;
      this.succeeded = succeeded;
      this.failed = failed;
    }
  }

  private final PrometheusRegistry registry;
  private final Meters meters;

  /**
   * @param registry to which they are added
   */
  EtcdMetrics(PrometheusRegistry registry) {
    this.registry = registry;
    this.meters = new Meters(registry, "etcd_");
  }

  EtcdMetrics server(PeerOptions options, DriverProxy driver, RaftCounts counts) {
    meters.gauge(
        "server_has_leader", "1 if a leader is known.", () -> flag(driver.status().leader() != 0));
    meters.gauge(
        "server_is_leader", "1 on the peer that leads.", () -> flag(driver.status().isLeader()));
    meters.gauge(
        "server_is_learner",
        "1 on a member that has no vote yet.",
        () -> flag(driver.status().learners().contains(driver.status().member())));
    meters.counter(
        "server_leader_changes_seen",
        "Leaders in new terms that this peer has learned of.",
        () -> counts.of(RaftCounts.Event.LEADER_CHANGED));
    meters.counter(
        "server_proposals_committed",
        "The last entry known to be committed.",
        () -> driver.status().commit());
    meters.counter(
        "server_proposals_applied",
        "The last entry applied here.",
        () -> driver.status().applied());
    meters.gauge(
        "server_proposals_pending",
        "Writes of this peer that waited to be applied, as of the last tick.",
        driver::pendingProposals);
    meters.counter(
        "server_proposals_failed",
        "Writes of this peer of which is unknown what became of them.",
        driver::failedProposals);
    meters.gauge(
        "server_quota_backend_bytes",
        "At so many bytes of keys, writes that take memory are refused.",
        () -> options.driver().maxTreeBytes());
    labelled(
        "server_version", "1 for this program's version.", "server_version", options.version());
    return this;
  }

  /** The id that other peers and the log call this one by. */
  EtcdMetrics id(long member) {
    labelled("server_id", "1 for this member's id.", "server_id", HexId.text(member));
    return this;
  }

  EtcdMetrics disk(LogSyncs syncs) {
    MetricMetadata name =
        new MetricMetadata(
            "etcd_disk_wal_fsync_duration_seconds",
            "How long the syncs of the log took that made writes durable.");
    registry.register(
        new Collector() {
          @Override
          public MetricSnapshot collect() {
            return new HistogramSnapshot(name, syncs.durations().collect().getDataPoints());
          }

          @Override
          public String getPrometheusName() {
            return name.getPrometheusName();
          }
        });
    meters.counter(
        "disk_wal_write_bytes",
        "Bytes of records that syncs of the log made durable.",
        syncs::syncedBytes);
    return this;
  }

  /** By pings of streams that have nothing to say, one a second each. */
  EtcdMetrics network(Transport network) {
    MetricMetadata name =
        new MetricMetadata(
            "etcd_network_peer_round_trip_time_seconds", "Round trips to other peers, by member.");
    registry.register(
        new Collector() {
          @Override
          public MetricSnapshot collect() {
            return new HistogramSnapshot(
                name,
                network.traffic().roundTrips().entrySet().stream()
                    .map(each -> roundTrips(each.getKey(), each.getValue()))
                    .toList());
          }

          @Override
          public String getPrometheusName() {
            return name.getPrometheusName();
          }
        });
    return this;
  }

  private static HistogramDataPointSnapshot roundTrips(long member, RoundTrips trips) {
    ClassicHistogramBuckets.Builder buckets = ClassicHistogramBuckets.builder();
    for (int i = 0; i < trips.counts().size(); i++) {
      buckets.bucket(RoundTrips.upperBoundSeconds(i), trips.counts().get(i));
    }
    return HistogramDataPointSnapshot.builder()
        .labels(Labels.of("To", HexId.text(member)))
        .classicHistogramBuckets(buckets.build())
        .sum(trips.totalSeconds())
        .build();
  }

  EtcdMetrics store(StateMachine machine) {
    CounterWithCallback.builder()
        .name("etcd_debugging_store_writes")
        .help("Writes that were applied, as this peer's state counts them.")
        .labelNames("action")
        .callback(
            callback -> {
              Statistics applied = machine.version().statistics();
              for (Action action : Action.values()) {
                callback.call(
                    applied.get(action.succeeded) + applied.get(action.failed), action.wireName);
              }
            })
        .register(registry);
    meters.counter(
        "debugging_store_expires",
        "Keys that have expired.",
        () -> machine.version().statistics().get(Counter.EXPIRE_COUNT));
    meters.gauge(
        "debugging_store_watchers",
        "Watches that wait at this peer.",
        () -> machine.watchers().count());
    return this;
  }

  private static int flag(boolean value) {
    return value ? 1 : 0;
  }

  private void labelled(String name, String help, String label, String value) {
    GaugeWithCallback.builder()
        .name("etcd_" + name)
        .help(help)
        .labelNames(label)
        .callback(callback -> callback.call(1, value))
        .register(registry);
  }
}
