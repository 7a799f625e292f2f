package dev.understudy.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import dev.understudy.clusterconfig.ClusterConfig;
import dev.understudy.clusterconfig.Removal;
import dev.understudy.peer.LogCapture;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a whole cluster writes into its logs while one of its peers says nothing. */
class SilentPeerTest {
  private static final ClusterConfig CONFIG = new ClusterConfig(3, 7_200, 1);
  private static final long SOON_MILLIS = 60_000;
  private static final long HALF_AN_HOUR_MILLIS = 30 * 60_000;

  @Test
  void halfAnHourOfSilenceIsNoMoreThanAHundredLinesOnTheLeader() {
    try (SimulatedCluster cluster = SimulatedCluster.of(3, CONFIG, 1).start()) {
      assertThat(cluster.time().runUntil(() -> cluster.isSettled(3), SOON_MILLIS)).isTrue();
      SimulatedMachine leader = cluster.leader().orElseThrow();
      SimulatedMachine silent =
          cluster.peers().stream().filter(peer -> !peer.equals(leader)).findFirst().orElseThrow();
      silent.crash();
      try (LogCapture drivers = new LogCapture("dev.understudy.peer.driver", Level.INFO);
          LogCapture others = new LogCapture("dev.understudy", Level.INFO)) {
        cluster.time().run(HALF_AN_HOUR_MILLIS);
        assertThat(cluster.leader()).contains(leader);
        assertThat(drivers.lines())
            .hasSizeBetween(72, 77)
            .allMatch(line -> line.contains("peer " + silent.name()));
        // Each of the two tells at doubling intervals that it cannot open a stream.
        assertThat(others.lines()).hasSizeLessThanOrEqualTo(20);
      }
    }
  }

  /** It has heard nobody in that time, and learns within a heartbeat that they are there. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void aLeaderThatHasStoodStillRefusesNoRemovalForItsOwnSilence(long seed) {
    try (SimulatedCluster cluster = SimulatedCluster.of(3, CONFIG, seed).start()) {
      assertThat(cluster.time().runUntil(() -> cluster.isSettled(3), SOON_MILLIS)).isTrue();
      SimulatedMachine leader = cluster.leader().orElseThrow();
      SimulatedMachine out =
          cluster.peers().stream().filter(peer -> !peer.equals(leader)).findFirst().orElseThrow();
      cluster.time().run(50 * seed);
      leader.pause();
      cluster.time().run(600);
      leader.goOn();
      var removed =
          cluster.newOperator().remove(leader.peerUrl(), Removal.of(out.name()), SOON_MILLIS);
      assertThat(cluster.time().runUntil(removed::isDone, SOON_MILLIS)).isTrue();
      assertThat(removed.join().granted()).as("%s", removed.join()).contains(out.name());
    }
  }

  /**
   * What is proposed cannot be stopped: with the help of the peer that it takes out it would be
   * committed later, and leave two voters of which one may be gone for good.
   */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void aSeatIsNotTakenWhileTheLastVoteThatIsNeededWasNotHeardJustNow(long seed) {
    ClusterConfig config = new ClusterConfig(3, 2, 1);
    try (SimulatedCluster cluster = SimulatedCluster.of(3, config, seed).start()) {
      assertThat(cluster.time().runUntil(() -> cluster.isSettled(3), SOON_MILLIS)).isTrue();
      SimulatedMachine leader = cluster.leader().orElseThrow();
      List<SimulatedMachine> followers =
          cluster.peers().stream().filter(peer -> !peer.equals(leader)).toList();
      cluster.time().run(150 * seed);
      cluster.cutOff(List.of(followers.get(0)));
      cluster.time().run(1_400);
      followers.get(1).crash();
      cluster.time().run(3_000);
      cluster.healNetwork();
      cluster.time().run(3_000);
      assertThat(cluster.leader().flatMap(SimulatedMachine::peer).orElseThrow().recollection())
          .satisfies(
              now ->
                  assertThat(now.registry().byName(followers.get(0).name()))
                      .as("%s", cluster)
                      .isPresent());
    }
  }
}
