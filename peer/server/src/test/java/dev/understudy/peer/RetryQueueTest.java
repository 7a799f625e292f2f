package dev.understudy.peer;

import static dev.understudy.peer.InOrderKeys.append;
import static dev.understudy.peer.InOrderKeys.queued;
import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.peer.driver.Outcome;
import dev.understudy.store.Result;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a change of leaders swallows is proposed again, but never what may have been applied. */
class RetryQueueTest {
  private static final long SOON_MILLIS = 10_000;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void aCommandThatCameIntoASnapshotIsNotProposedAgain(long seed) throws IOException {
    try (SimulatedPeers cluster = led(seed)) {
      SimulatedPeer leader = cluster.leader().orElseThrow();
      SimulatedPeer away = other(cluster, leader, leader);
      SimulatedPeer next = other(cluster, leader, away);
      CompletableFuture<Outcome<Result>> asked = append(away);
      cluster.runUntil(() -> queued(leader) == 1, 1_000);
      // Acknowledged to nobody: what tells the follower of it is cut off on its way.
      cluster.cutOff(away.member);
      for (int i = 0; i < 30; i++) {
        assertThat(cluster.runUntil(append(leader)::isDone, SOON_MILLIS)).isTrue();
      }
      leader.life().driver.handOver(next.member, SOON_MILLIS);
      leader.life().poke(0);
      assertThat(cluster.runUntil(() -> next.status().isLeader(), SOON_MILLIS)).isTrue();
      for (int i = 0; i < 10; i++) {
        assertThat(cluster.runUntil(append(next)::isDone, SOON_MILLIS)).isTrue();
      }
      cluster.heal();
      assertThat(cluster.runUntil(() -> queued(away) == 41, SOON_MILLIS)).isTrue();
      assertThat(cluster.runUntil(append(next)::isDone, SOON_MILLIS)).isTrue();
      cluster.run(SOON_MILLIS);
      assertThat(asked).isCompleted();
      assertThat(queued(next)).as("each once").isEqualTo(42);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void aCommandThatIsLostWithItsLeaderIsDoneByTheNext(long seed) throws IOException {
    try (SimulatedPeers cluster = led(seed)) {
      SimulatedPeer leader = cluster.leader().orElseThrow();
      SimulatedPeer follower = other(cluster, leader, leader);
      CompletableFuture<Outcome<Result>> asked = append(follower);
      leader.crash();
      assertThat(cluster.runUntil(asked::isDone, SOON_MILLIS)).isTrue();
      assertThat(asked.join()).isInstanceOf(Outcome.Done.class);
      assertThat(queued(follower)).isEqualTo(1);
    }
  }

  /** The first time, it was on its way to the leader of a term that was over when it came. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void aCommandThatComesForwardedAfterItWasProposedAgainIsAppliedOnce(long seed)
      throws IOException {
    try (SimulatedPeers cluster = led(seed)) {
      SimulatedPeer leader = cluster.leader().orElseThrow();
      SimulatedPeer follower = other(cluster, leader, leader);
      SimulatedPeer next = other(cluster, leader, follower);
      cluster.setForwardedLate(SOON_MILLIS);
      final CompletableFuture<Outcome<Result>> asked = append(follower);
      cluster.run(10);
      cluster.setForwardedLate(0);
      handOver(cluster, leader, next);
      assertThat(cluster.runUntil(append(next)::isDone, SOON_MILLIS / 4)).isTrue();
      assertThat(cluster.runUntil(asked::isDone, SOON_MILLIS / 4)).as("proposed again").isTrue();
      assertThat(asked.join()).isInstanceOf(Outcome.Done.class);
      handOver(cluster, next, leader);
      cluster.run(SOON_MILLIS);
      assertThat(leader.status().isLeader()).isTrue();
      assertThat(queued(leader)).as("each once").isEqualTo(2);
    }
  }

  private static void handOver(SimulatedPeers cluster, SimulatedPeer from, SimulatedPeer to) {
    from.life().driver.handOver(to.member, SOON_MILLIS);
    from.life().poke(0);
    assertThat(cluster.runUntil(() -> to.status().isLeader(), SOON_MILLIS / 4)).isTrue();
  }

  private static SimulatedPeers led(long seed) throws IOException {
    return SimulatedPeers.of(3, seed, 10).startLed();
  }

  private static SimulatedPeer other(SimulatedPeers cluster, SimulatedPeer... but) {
    return cluster.all().stream()
        .filter(peer -> peer != but[0] && peer != but[1])
        .findFirst()
        .orElseThrow();
  }
}
