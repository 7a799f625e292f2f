package dev.understudy.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.clusterconfig.ClusterConfig;
import dev.understudy.clusterconfig.Removal;
import dev.understudy.peer.PeerServer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
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

  /** Closing streams and files takes longer than to say where the leader is. */
  @Test
  void clientsAreRedirectedBeforeTheLastOfThePeerIsClosed() {
    try (SimulatedCluster cluster =
        SimulatedCluster.of(3, new ClusterConfig(3, 60, 1), 1).start()) {
      until(cluster, () -> cluster.isSettled(3));
      SimulatedMachine leader = cluster.leader().orElseThrow();
      SimulatedMachine out =
          cluster.peers().stream().filter(peer -> !peer.equals(leader)).findFirst().orElseThrow();
      PeerServer peer = out.peer().orElseThrow();
      List<CompletableFuture<Boolean>> askedOfPeer = new ArrayList<>();
      cluster.addListener(
          new ClusterListener() {
            @Override
            public void noted(String machine, String what) {
              if (machine.equals(out.name()) && what.startsWith("changed standby")) {
                assertThat(out.standby()).isPresent();
                askedOfPeer.add(peer.awaitVote(1));
                assertThat(askedOfPeer.get(0)).as("the peer has not stopped").isNotDone();
              }
            }
          });
      cluster.newOperator().remove(leader.peerUrl(), Removal.of(out.name()), 10_000);
      until(cluster, () -> !askedOfPeer.isEmpty());
      assertThat(askedOfPeer).singleElement().satisfies(asked -> assertThat(asked).isCompleted());
    }
  }

  private static void until(SimulatedCluster cluster, BooleanSupplier state) {
    assertThat(cluster.time().runUntil(state, 60_000)).as("%s", cluster).isTrue();
  }
}
