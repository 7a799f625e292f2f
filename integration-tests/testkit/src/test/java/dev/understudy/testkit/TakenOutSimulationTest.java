package dev.understudy.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.clusterconfig.ClusterConfig;
import dev.understudy.clusterconfig.Removal;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** A machine that an operator takes out for good, in virtual time. */
class TakenOutSimulationTest {
  @Test
  void itStandsByThroughRestartsOfItAndOfEveryLeaderThoughASeatIsOpen() {
    try (SimulatedCluster cluster = SimulatedCluster.of(3, new ClusterConfig(3, 2, 1), 1).start()) {
      until(cluster, () -> cluster.isSettled(3));
      SimulatedMachine leader = cluster.leader().orElseThrow();
      SimulatedMachine out =
          cluster.peers().stream().filter(peer -> !peer.equals(leader)).findFirst().orElseThrow();
      var removed =
          cluster
              .newOperator()
              .remove(leader.peerUrl(), new Removal(out.name(), false, true), 10_000);
      until(cluster, () -> removed.isDone() && out.standby().isPresent());
      assertThat(removed.join().granted()).contains(out.name());

      cluster.time().run(10_000);
      assertThat(out.standby()).as("the seat is open to others").isPresent();
      out.crash();
      out.start();
      cluster.time().run(10_000);
      assertThat(out.standby()).as("it has started again").isPresent();
      for (SimulatedMachine machine : cluster.peers()) {
        machine.stop();
        machine.start();
      }
      cluster.time().run(20_000);
      assertThat(out.standby()).as("all others have started again").isPresent();
      out.stop();
      out.wipe();
      out.tellOfOthers();
      out.start();
      cluster.time().run(10_000);
      assertThat(out.standby()).as("it has lost its disk").isPresent();

      SimulatedMachine now = cluster.leader().orElseThrow();
      var allowed = now.peer().orElseThrow().admin().allow(out.name()).thenApply(Optional::of);
      now.receive(() -> {});
      until(cluster, () -> out.peer().isPresent());
      assertThat(allowed).isCompleted();
    }
  }

  private static void until(SimulatedCluster cluster, BooleanSupplier state) {
    assertThat(cluster.time().runUntil(state, 60_000)).as("%s", cluster).isTrue();
  }
}
