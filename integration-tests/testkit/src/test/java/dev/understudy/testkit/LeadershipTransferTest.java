package dev.understudy.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.clusterconfig.ClusterConfig;
import dev.understudy.clusterconfig.ErrorCode;
import dev.understudy.peer.AdminOutcome;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An operator says who is to lead. */
class LeadershipTransferTest {
  private static final ClusterConfig CONFIG = new ClusterConfig(3, 1800, 1);
  private static final long SOON_MILLIS = 60_000;

  private static AdminOutcome<String> transfer(SimulatedCluster cluster, String name) {
    CompletableFuture<AdminOutcome<String>> outcome =
        cluster
            .leader()
            .flatMap(SimulatedMachine::peer)
            .orElseThrow()
            .admin()
            .transferLeadership(name);
    assertThat(cluster.time().runUntil(outcome::isDone, SOON_MILLIS)).isTrue();
    return outcome.join();
  }

  private static SimulatedMachine follower(SimulatedCluster cluster) {
    SimulatedMachine leader = cluster.leader().orElseThrow();
    return cluster.peers().stream().filter(peer -> !peer.equals(leader)).findFirst().orElseThrow();
  }

  private static SimulatedCluster settled(long seed) {
    SimulatedCluster cluster = SimulatedCluster.of(4, CONFIG, seed).start();
    assertThat(cluster.time().runUntil(() -> cluster.isSettled(3), SOON_MILLIS)).isTrue();
    return cluster;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void theNamedMachineLeadsThen(long seed) {
    try (SimulatedCluster cluster = settled(seed)) {
      SimulatedMachine next = follower(cluster);
      assertThat(transfer(cluster, next.name())).isEqualTo(new AdminOutcome.Done<>(next.name()));
      assertThat(
              cluster
                  .time()
                  .runUntil(() -> cluster.leader().filter(next::equals).isPresent(), SOON_MILLIS))
          .isTrue();
      assertThat(transfer(cluster, next.name()))
          .as("it leads already")
          .isEqualTo(new AdminOutcome.Done<>(next.name()));
    }
  }

  @Test
  void oneThatCannotLeadIsRefusedAtOnceAndNobodyElseLeads() {
    try (SimulatedCluster cluster = settled(1)) {
      final SimulatedMachine leader = cluster.leader().orElseThrow();
      refused(cluster, "nobody", ErrorCode.KEY_NOT_FOUND);
      SimulatedMachine dead = follower(cluster);
      dead.crash();
      cluster.time().run(10_000);
      refused(cluster, dead.name(), ErrorCode.INVALID_FIELD);
      assertThat(cluster.leader()).contains(leader);
    }
  }

  private static void refused(SimulatedCluster cluster, String name, ErrorCode code) {
    assertThat(transfer(cluster, name))
        .isInstanceOfSatisfying(
            AdminOutcome.Refused.class,
            refused -> assertThat(refused.error().errorCode()).isEqualTo(code.number()));
  }
}
