package dev.understudy.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import dev.understudy.clusterconfig.ClusterConfig;
import dev.understudy.clusterconfig.Lineage;
import dev.understudy.peer.LogCapture;
import dev.understudy.raft.Message;
import dev.understudy.statemachine.Registry.Seat;
import dev.understudy.transport.PeerIdentity;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A candidate is told that it has no seat any more, by somebody in the name of a voter. */
class DenialSimulationTest {
  private static final ClusterConfig CONFIG = new ClusterConfig(3, 600, 1);
  private static final long SETTLED_WITHIN_MILLIS = 60_000;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void oneVoiceMakesItAskAndDemotesNobody(long seed) {
    try (SimulatedCluster cluster = SimulatedCluster.of(3, CONFIG, seed).start();
        LogCapture log =
            new LogCapture("dev.understudy.admin.machine.ModeController", Level.DEBUG)) {
      settle(cluster);
      SimulatedMachine left = cluster.machines().get(0);
      List<SimulatedMachine> others = cluster.machines().subList(1, 3);
      others.forEach(SimulatedMachine::crash);
      final int events = left.history().size();
      for (int i = 0; i < 40; i++) {
        cluster.time().run(250);
        deny(left, others.get(0).name());
      }
      cluster.time().run(5_000);
      assertThat(log.lines())
          .as("it was heard")
          .anyMatch(line -> line.contains(left.name() + " asks whether it still has its seat"));
      assertThat(left.peer()).isPresent();
      assertThat(left.history()).hasSize(events);
      others.forEach(SimulatedMachine::start);
      settle(cluster);
    }
  }

  private static void settle(SimulatedCluster cluster) {
    assertThat(cluster.time().runUntil(() -> cluster.isSettled(3), SETTLED_WITHIN_MILLIS)).isTrue();
  }

  private static void deny(SimulatedMachine candidate, String inTheNameOf) {
    var known = candidate.peer().orElseThrow().recollection();
    long denier = known.registry().byName(inTheNameOf).map(Seat::member).orElseThrow();
    long self = known.identity().memberId();
    PeerIdentity visitor =
        new PeerIdentity(
            known.identity().clusterId(),
            denier,
            URI.create("http://stranger:2380"),
            Lineage.UNSTATED);
    candidate.visited(
        to ->
            to.visit(
                visitor, new Message.PreVoteResponse(denier, self, Message.TERM_DENIED, false)));
  }
}
