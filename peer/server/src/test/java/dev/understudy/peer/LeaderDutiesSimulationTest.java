package dev.understudy.peer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.peer.SimulatedPeers.Weather;
import dev.understudy.store.Operation;
import dev.understudy.store.Result;
import java.io.IOException;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a leader does by itself, in virtual time. */
class LeaderDutiesSimulationTest {
  private static final long SOON_MILLIS = 10_000;

  /** A stamp every tenth of a second, and its way to all. */
  private static final long EXPIRED_WITHIN_MILLIS = 2_000;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void aKeyExpiresOnEveryPeerAndNotBeforeItsTime(long seed) throws IOException {
    try (SimulatedPeers cluster = SimulatedPeers.of(3, seed, 1_000).startLed()) {
      long ttlMillis = 3_000;
      SimulatedPeer leader = cluster.leader().orElseThrow();
      CompletableFuture<Result> written =
          leader
              .life()
              .backend
              .write(new Operation.Set("/k", false, "v", OptionalLong.of(ttlMillis), false));
      long writtenMillis = cluster.nowMillis();
      leader.life().poke(0);
      assertThat(cluster.runUntil(written::isDone, SOON_MILLIS)).isTrue();
      cluster.run(writtenMillis + ttlMillis - 1 - cluster.nowMillis());
      assertThat(cluster.all()).allMatch(LeaderDutiesSimulationTest::showsKey);
      assertThat(
              cluster.runUntil(
                  () -> cluster.all().stream().noneMatch(LeaderDutiesSimulationTest::showsKey),
                  EXPIRED_WITHIN_MILLIS))
          .isTrue();
    }
  }

  private static boolean showsKey(SimulatedPeer peer) {
    return peer.life().backend.version().get("/k", false) instanceof Result.Success;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void aPeerThatStaysSilentLosesItsSeatAfterTheDelayAndHearsOfItWhenItComesBack(long seed)
      throws IOException {
    try (SimulatedPeers cluster = SimulatedPeers.of(3, seed, 1_000).startLed()) {
      configure(cluster, "{\"activeSize\":3,\"removeDelay\":5}");
      SimulatedPeer victim = follower(cluster);
      victim.crash();
      cluster.run(4_000);
      assertThat(seats(cluster)).as("it may come back yet").isEqualTo(3);
      cluster.setWeather(seed % 2 == 0 ? Weather.ROUGH : Weather.FAIR);
      assertThat(cluster.runUntil(() -> seats(cluster) == 2, SOON_MILLIS)).isTrue();
      victim.start();
      assertThat(cluster.runUntil(() -> !victim.removals.isEmpty(), SOON_MILLIS)).isTrue();
      cluster.run(SOON_MILLIS);
      assertThat(seats(cluster)).as("nobody else lost one").isEqualTo(2);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void peersBeyondTheActiveSizeLoseTheirSeatsOneByOneAndTheLeaderNever(long seed)
      throws IOException {
    try (SimulatedPeers cluster = SimulatedPeers.of(5, seed, 1_000).startLed()) {
      SimulatedPeer leader = cluster.leader().orElseThrow();
      configure(cluster, "{\"activeSize\":3}");
      long[] seats = {5};
      boolean three =
          cluster.runUntil(
              () -> {
                assertThat(seats(cluster)).as("one at a time").isBetween(seats[0] - 1, seats[0]);
                seats[0] = seats(cluster);
                return seats[0] == 3;
              },
              SOON_MILLIS);
      assertThat(three).isTrue();
      cluster.run(SOON_MILLIS);
      assertThat(seats(cluster)).isEqualTo(3);
      assertThat(leader.removals).isEmpty();
      assertThat(cluster.leader()).contains(leader);
      List<SimulatedPeer> informed =
          cluster.all().stream().filter(peer -> !peer.removals.isEmpty()).toList();
      assertThat(informed).hasSize(2);
    }
  }

  private static void configure(SimulatedPeers cluster, String subsetJson) {
    SimulatedPeer leader = cluster.leader().orElseThrow();
    var configured = leader.life().admin.putConfig(subsetJson);
    leader.life().poke(0);
    assertThat(cluster.runUntil(configured::isDone, SOON_MILLIS)).isTrue();
    assertThat(configured.join()).isInstanceOf(AdminOutcome.Done.class);
  }

  /** As the leader knows; while there is none, as some peer does. */
  private static long seats(SimulatedPeers cluster) {
    SimulatedPeer knowing = cluster.leader().orElseGet(() -> cluster.running().get(0));
    return knowing.life().machine.registry().seats().size();
  }

  private static SimulatedPeer follower(SimulatedPeers cluster) {
    return cluster.running().stream()
        .filter(peer -> !peer.status().isLeader())
        .findFirst()
        .orElseThrow();
  }
}
