package dev.understudy.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.api.ClientBackend;
import dev.understudy.clusterconfig.ClusterConfig;
import dev.understudy.peer.PeerProbe;
import dev.understudy.peer.PeerServer;
import dev.understudy.store.Operation;
import dev.understudy.store.Result;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What a follower's clock has gained while another led is nothing that a key pays for. */
class FastFollowerTest {
  private static final ClusterConfig CONFIG = new ClusterConfig(3, 600, 1);
  private static final long TTL_MILLIS = 10_000;

  @Test
  void aKeyLivesItsTimeUnderALeaderWhoseClockWasFastBefore() {
    try (SimulatedCluster cluster = SimulatedCluster.of(3, CONFIG, 3).start()) {
      assertThat(cluster.time().runUntil(() -> cluster.isServing(3), 60_000)).isTrue();
      final SimulatedMachine leader = cluster.leader().orElseThrow();
      put(cluster, leader, "/forever", OptionalLong.of(1_000_000));
      cluster.machines().stream()
          .filter(machine -> !machine.equals(leader))
          .forEach(machine -> machine.clock().setMonotonicRate(1_100));
      cluster.time().run(60_000);
      cluster.machines().forEach(machine -> machine.clock().setMonotonicRate(MachineClock.RIGHT));
      cluster.time().run(1_000);
      final long askedMillis = cluster.time().nowMillis();
      put(cluster, leader, "/k", OptionalLong.of(TTL_MILLIS));
      leader.crash();
      assertThat(cluster.time().runUntil(() -> isGone(cluster), 10 * TTL_MILLIS)).isTrue();
      assertThat(cluster.time().nowMillis() - askedMillis).isGreaterThanOrEqualTo(TTL_MILLIS);
    }
  }

  /** Its successor has the entry, but does not know yet that it is committed. */
  @Test
  void aKeyLivesItsTimeThoughTheNextLeaderHadNotAppliedItWhenItWasElected() {
    try (SimulatedCluster cluster = SimulatedCluster.of(3, CONFIG, 3).start()) {
      assertThat(cluster.time().runUntil(() -> cluster.isServing(3), 60_000)).isTrue();
      final SimulatedMachine leader = cluster.leader().orElseThrow();
      final List<SimulatedMachine> others =
          cluster.machines().stream().filter(machine -> !machine.equals(leader)).toList();
      put(cluster, leader, "/forever", OptionalLong.empty());
      cluster.time().run(1_000);
      // Nothing is stamped meanwhile, as no key has an end.
      others.forEach(machine -> machine.clock().setMonotonicRate(1_100));
      cluster.time().run(60_000);
      others.forEach(machine -> machine.clock().setMonotonicRate(MachineClock.RIGHT));
      final long askedMillis = cluster.time().nowMillis();
      final long before = lastIndex(leader);
      CompletableFuture<Result> written = set(leader, "/k", OptionalLong.of(TTL_MILLIS));
      assertThat(
              cluster
                  .time()
                  .runUntil(() -> others.stream().allMatch(m -> lastIndex(m) > before), 5_000))
          .isTrue();
      cluster.network().divide((from, to) -> from.equals(leader.peerUrl()));
      assertThat(cluster.time().runUntil(written::isDone, 5_000)).isTrue();
      assertThat(others).noneMatch(machine -> holds(machine, "/k"));
      leader.crash();
      assertThat(cluster.time().runUntil(() -> holds(others.get(0), "/k"), 10_000)).isTrue();
      assertThat(cluster.time().runUntil(() -> isGone(cluster), 10 * TTL_MILLIS)).isTrue();
      assertThat(cluster.time().nowMillis() - askedMillis).isGreaterThanOrEqualTo(TTL_MILLIS);
    }
  }

  private static long lastIndex(SimulatedMachine machine) {
    return new PeerProbe(machine.peer().orElseThrow()).lastIndex();
  }

  private static boolean holds(SimulatedMachine machine, String key) {
    return machine.peer().orElseThrow().clientBackend().version().get(key, false)
        instanceof Result.Success;
  }

  private static CompletableFuture<Result> set(
      SimulatedMachine machine, String key, OptionalLong ttlMillis) {
    ClientBackend backend = machine.peer().map(PeerServer::clientBackend).orElseThrow();
    CompletableFuture<Result> written =
        backend.write(new Operation.Set(key, false, "v", ttlMillis, false));
    machine.wake();
    return written;
  }

  private static void put(
      SimulatedCluster cluster, SimulatedMachine machine, String key, OptionalLong ttlMillis) {
    CompletableFuture<Result> written = set(machine, key, ttlMillis);
    assertThat(cluster.time().runUntil(written::isDone, 5_000)).isTrue();
    assertThat(written.join()).isInstanceOf(Result.Success.class);
  }

  private static boolean isGone(SimulatedCluster cluster) {
    return cluster
        .leader()
        .filter(leader -> holds(leader, "/forever") && !holds(leader, "/k"))
        .isPresent();
  }
}
