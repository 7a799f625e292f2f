package dev.understudy.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.clusterconfig.ClusterConfig;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A machine that finds its log or its snapshots damaged, in virtual time. */
class RepairSimulationTest {
  private static final ClusterConfig CONFIG = new ClusterConfig(3, 600, 1);

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void itComesBackAsAnotherMemberAndHasItsVoteOnceItHasCaughtUp(long seed) {
    try (SimulatedCluster cluster = SimulatedCluster.of(3, CONFIG, seed).start()) {
      until(cluster, () -> cluster.isSettled(3));
      SimulatedMachine victim = cluster.anyMachine();
      final long before = member(victim);
      damage(cluster, victim);
      victim.start();
      until(cluster, () -> victim.peer().isPresent() && cluster.isSettled(3));
      assertThat(member(victim)).isNotEqualTo(before);
      assertThat(victim.peer().orElseThrow().recollection().registry().removed()).contains(before);
    }
  }

  /** Its vote may be the one that is missing, and must not be given from what is left. */
  @Test
  void itDoesNotStartWhileTheOthersAreNoMajority() {
    try (SimulatedCluster cluster = SimulatedCluster.of(3, CONFIG, 7).start()) {
      until(cluster, () -> cluster.isSettled(3));
      SimulatedMachine victim = cluster.leader().orElseThrow();
      SimulatedMachine other =
          cluster.machines().stream().filter(m -> !m.equals(victim)).findFirst().orElseThrow();
      damage(cluster, victim);
      other.crash();
      victim.start();
      cluster.time().run(30_000);
      assertThat(victim.peer()).isEmpty();
      assertThat(victim.lastReason()).contains("nothing was changed", "with --peers");
      assertThat(cluster.leader()).isEmpty();

      other.start();
      until(cluster, () -> cluster.isSettled(3));
    }
  }

  /** By now it has noted beside its log who is in the cluster. */
  private static void damage(SimulatedCluster cluster, SimulatedMachine victim) {
    cluster.time().run(2_000);
    victim.crash();
    // One of them may lie where nothing is stored yet.
    for (int i = 0; i < 300; i++) {
      victim.diskFaults().flipBit();
    }
  }

  private static long member(SimulatedMachine peer) {
    return peer.peer().orElseThrow().recollection().identity().memberId();
  }

  private static void until(SimulatedCluster cluster, BooleanSupplier state) {
    assertThat(cluster.time().runUntil(state, 120_000)).as("%s", cluster).isTrue();
  }
}
