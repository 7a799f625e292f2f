package dev.understudy.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.api.ClientBackend;
import dev.understudy.clusterconfig.ClusterConfig;
import dev.understudy.peer.PeerServer;
import dev.understudy.store.Operation;
import dev.understudy.store.Result;
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

  private static void put(
      SimulatedCluster cluster, SimulatedMachine machine, String key, OptionalLong ttlMillis) {
    ClientBackend backend = machine.peer().map(PeerServer::clientBackend).orElseThrow();
    CompletableFuture<Result> written =
        backend.write(new Operation.Set(key, false, "v", ttlMillis, false));
    machine.wake();
    assertThat(cluster.time().runUntil(written::isDone, 5_000)).isTrue();
    assertThat(written.join()).isInstanceOf(Result.Success.class);
  }

  private static boolean isGone(SimulatedCluster cluster) {
    return cluster
        .leader()
        .flatMap(SimulatedMachine::peer)
        .map(PeerServer::clientBackend)
        .filter(backend -> backend.version().get("/forever", false) instanceof Result.Success)
        .filter(backend -> !(backend.version().get("/k", false) instanceof Result.Success))
        .isPresent();
  }
}
