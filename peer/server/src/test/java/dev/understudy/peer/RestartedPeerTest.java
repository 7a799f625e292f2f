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

/** What a peer shows that was started again: the past is in its log, and nothing in its tree. */
class RestartedPeerTest {
  private static final long SOON_MILLIS = 10_000;
  private static final int WRITES = 20;

  /** What is committed is known before it is on the own disk, and applied only then. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void itShowsNothingWhileItKnowsWhatIsCommittedAndHasNotAppliedIt(long seed) throws IOException {
    try (SimulatedPeers cluster = SimulatedPeers.of(3, seed, 100_000).startLed()) {
      SimulatedPeer leader = cluster.leader().orElseThrow();
      SimulatedPeer again =
          cluster.all().stream().filter(peer -> peer != leader).findFirst().orElseThrow();
      again.stop();
      write(cluster, leader);
      long committed = leader.status().commit();
      again.holdDisk(true);
      again.start(committed);
      PeerClientBackend backend = (PeerClientBackend) again.life().backend;
      CompletableFuture<Void> caughtUp = backend.caughtUp();

      assertThat(cluster.runUntil(() -> again.status().commit() >= committed, SOON_MILLIS))
          .isTrue();
      assertThat(queued(again)).as("in the tree").isLessThan(WRITES);
      assertThat(caughtUp).isNotDone();
      assertThat(backend.caughtUp()).isNotDone();
      assertThat(backend.reasonToWait()).isPresent();

      again.holdDisk(false);
      assertThat(cluster.runUntil(caughtUp::isDone, SOON_MILLIS)).isTrue();
      assertThat(caughtUp).isCompleted();
      assertThat(queued(again)).isEqualTo(WRITES);
    }
  }

  private static void write(SimulatedPeers cluster, SimulatedPeer leader) {
    for (int i = 0; i < WRITES; i++) {
      CompletableFuture<Outcome<Result>> asked = append(leader);
      assertThat(cluster.runUntil(asked::isDone, SOON_MILLIS)).isTrue();
      assertThat(asked.join()).isInstanceOf(Outcome.Done.class);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void itShowsNothingBeforeItHasAppliedWhatItKnewToBeCommitted(long seed) throws IOException {
    try (SimulatedPeers cluster = SimulatedPeers.of(3, seed, 100_000).startLed()) {
      SimulatedPeer leader = cluster.leader().orElseThrow();
      write(cluster, leader);
      // The others hear what is committed, and note it.
      cluster.run(5 * SimulatedPeers.TICK_MILLIS);
      SimulatedPeer again =
          cluster.all().stream().filter(peer -> peer != leader).findFirst().orElseThrow();
      again.stop();
      cluster.cutOff(again.member);
      again.start();
      PeerClientBackend backend = (PeerClientBackend) again.life().backend;
      CompletableFuture<Void> caughtUp = backend.caughtUp();

      assertThat(queued(again)).as("in the tree").isZero();
      assertThat(caughtUp).isNotDone();
      assertThat(backend.reasonToWait()).isPresent();
      assertThat(backend.healthy().getNow(true)).as("healthy").isFalse();

      assertThat(cluster.runUntil(caughtUp::isDone, SOON_MILLIS)).isTrue();
      assertThat(caughtUp).isCompleted();
      assertThat(queued(again)).isEqualTo(WRITES);
      assertThat(backend.reasonToWait()).isEmpty();
    }
  }
}
