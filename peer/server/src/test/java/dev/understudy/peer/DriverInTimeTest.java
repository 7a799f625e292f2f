package dev.understudy.peer;

import static dev.understudy.peer.InOrderKeys.append;
import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.peer.driver.Outcome;
import dev.understudy.raft.ConfState;
import dev.understudy.raft.Message;
import dev.understudy.raft.Snapshot;
import dev.understudy.raft.SnapshotMetadata;
import dev.understudy.statemachine.StateImage;
import dev.understudy.statemachine.StateImageCodec;
import dev.understudy.store.Result;
import dev.understudy.transport.SnapshotOutcome;
import dev.understudy.transport.SnapshotSource;
import dev.understudy.wal.SnapshotStore;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a driver makes of commands, barriers and snapshots, in virtual time. */
class DriverInTimeTest {
  private static final long SOON_MILLIS = 10_000;

  /** Each peer counts its own commands, so the same number is many peers'. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void everyClientGetsTheAnswerToItsOwnCommand(long seed) throws IOException {
    try (SimulatedPeers cluster = SimulatedPeers.of(3, seed, 100_000).startLed()) {
      List<CompletableFuture<Outcome<Result>>> asked = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        cluster.all().forEach(peer -> asked.add(append(peer)));
        cluster.run(cluster.random.nextInt(5));
      }
      cluster.run(SOON_MILLIS);
      Set<String> keys = new HashSet<>();
      for (CompletableFuture<Outcome<Result>> one : asked) {
        assertThat(one).isCompleted();
        assertThat(one.join()).isInstanceOf(Outcome.Done.class);
        Result result = ((Outcome.Done<Result>) one.join()).value();
        String key = ((Result.Success) result).event().node().key();
        assertThat(keys.add(key)).as("%s was answered once", key).isTrue();
      }
    }
  }

  @Test
  void aBarrierOfATermThatIsOverIsNotProposed() throws IOException {
    try (SimulatedPeers cluster = SimulatedPeers.of(3, 1, 100_000).startLed()) {
      SimulatedPeer leader = cluster.leader().orElseThrow();
      long term = leader.status().term();
      for (long other : new long[] {term - 1, term + 1}) {
        CompletableFuture<? extends Outcome<?>> barrier = leader.life().driver.barrier(other);
        leader.life().poke(0);
        assertThat(cluster.runUntil(barrier::isDone, SOON_MILLIS)).isTrue();
        assertThat(barrier.join()).isInstanceOf(Outcome.NotDone.class);
      }
      CompletableFuture<? extends Outcome<?>> own = leader.life().driver.barrier(term);
      leader.life().poke(0);
      assertThat(cluster.runUntil(own::isDone, SOON_MILLIS)).isTrue();
      assertThat(own.join()).isInstanceOf(Outcome.Done.class);
    }
  }

  /** It is in the leader's name, so it is received; but it brings nothing that is not here. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void aSnapshotThatIsNotTakenOverLeavesNoFile(long seed) throws IOException {
    try (SimulatedPeers cluster = SimulatedPeers.of(3, seed, 100_000).startLed()) {
      SimulatedPeer leader = cluster.leader().orElseThrow();
      SimulatedPeer follower = cluster.peer(1 + leader.member % 3);
      assertThat(cluster.runUntil(append(leader)::isDone, SOON_MILLIS)).isTrue();
      cluster.run(1_000);
      SnapshotMetadata old = new SnapshotMetadata(1, 1, ConfState.ofVoters(1L, 2L, 3L));
      List<String> before = follower.files();
      Delivery delivery = new Delivery();
      leader
          .life()
          .network()
          .sendSnapshot(
              new Message.InstallSnapshot(
                  leader.member,
                  follower.member,
                  leader.status().term(),
                  new Snapshot(old, new byte[0])),
              snapshot(old, leader.life().machine.image()),
              delivery);
      assertThat(cluster.runUntil(() -> delivery.delivered, SOON_MILLIS)).isTrue();
      cluster.run(1_000);
      assertThat(follower.files()).isEqualTo(before);
    }
  }

  private static final class Delivery implements SnapshotOutcome {
    private boolean delivered;

    @Override
    public void delivered() {
      delivered = true;
    }

    @Override
    public void failed(Exception cause) {
      throw new AssertionError(cause);
    }
  }

  private static SnapshotSource snapshot(SnapshotMetadata metadata, StateImage image)
      throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    SnapshotStore.export(metadata, out -> StateImageCodec.write(image, out), bytes);
    return new SnapshotSource() {
      @Override
      public long sizeBytes() {
        return bytes.size();
      }

      @Override
      public InputStream open() {
        return new ByteArrayInputStream(bytes.toByteArray());
      }
    };
  }

  /** It campaigns once it has applied its log, and waits for no timeout. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void aPeerThatIsAloneLeadsAtOnce(long seed) throws IOException {
    try (SimulatedPeers cluster = SimulatedPeers.of(1, seed, 100_000).startAll()) {
      assertThat(
              cluster.runUntil(() -> cluster.leader().isPresent(), 5 * SimulatedPeers.TICK_MILLIS))
          .isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void aSnapshotThatIsTakenOverBringsItsIndexAndTheOthersAddresses(long seed) throws IOException {
    try (SimulatedPeers cluster = SimulatedPeers.of(3, seed, 10).startLed()) {
      SimulatedPeer leader = cluster.leader().orElseThrow();
      SimulatedPeer behind =
          cluster.all().stream().filter(peer -> peer != leader).findFirst().orElseThrow();
      cluster.cutOff(behind.member);
      for (int i = 0; i < 100; i++) {
        CompletableFuture<Outcome<Result>> asked = append(leader);
        assertThat(cluster.runUntil(asked::isDone, SOON_MILLIS)).isTrue();
      }
      long version = behind.life().machine.version().index();
      behind.life().network().forgetPeers();
      cluster.heal();
      assertThat(
              cluster.runUntil(
                  () -> behind.life().machine.version().index() > version + 10, SOON_MILLIS))
          .isTrue();
      // Every change of the tree is an entry of its own, beside those that change nothing.
      assertThat(behind.status().applied())
          .isGreaterThanOrEqualTo(behind.life().machine.version().index());
      assertThat(behind.life().network().peers()).containsOnlyKeys(1L, 2L, 3L);
    }
  }
}
