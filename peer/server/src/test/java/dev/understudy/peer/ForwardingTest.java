package dev.understudy.peer;

import static dev.understudy.peer.InOrderKeys.append;
import static dev.understudy.peer.InOrderKeys.queued;
import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.peer.driver.Outcome;
import dev.understudy.peer.driver.Outcome.NotDone;
import dev.understudy.peer.driver.Outcome.Reason;
import dev.understudy.raft.Message;
import dev.understudy.raft.Payload;
import dev.understudy.statemachine.Command.WriteKey;
import dev.understudy.statemachine.CommandCodec;
import dev.understudy.statemachine.CommandEnvelope;
import dev.understudy.store.Operation;
import dev.understudy.store.Result;
import dev.understudy.transport.ForwardedProposals;
import dev.understudy.transport.RejectedProposals;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a follower's client hears when the leader does not take its command. */
class ForwardingTest {
  private static final long SOON_MILLIS = 10_000;

  /** There and back, and some turns; far from any deadline. */
  private static final long AT_ONCE_MILLIS = 100;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void aLeaderLowOnSpaceSaysSoThroughItsFollower(long seed) throws IOException {
    try (SimulatedPeers cluster = led(seed)) {
      SimulatedPeer leader = cluster.leader().orElseThrow();
      SimulatedPeer follower = follower(cluster);
      leader.fillDisk();
      cluster.run(5 * SimulatedPeers.TICK_MILLIS);
      CompletableFuture<Outcome<Result>> refused = append(follower);
      assertThat(cluster.runUntil(refused::isDone, AT_ONCE_MILLIS)).isTrue();
      assertThat(refused.join()).isInstanceOf(NotDone.class);
      assertThat(((NotDone<Result>) refused.join()).reason()).isEqualTo(Reason.NO_SPACE);

      leader.clearDisk();
      cluster.run(5 * SimulatedPeers.TICK_MILLIS);
      CompletableFuture<Outcome<Result>> taken = append(follower);
      assertThat(cluster.runUntil(taken::isDone, SOON_MILLIS)).isTrue();
      assertThat(taken.join()).isInstanceOf(Outcome.Done.class);
      assertThat(queued(follower)).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void aLeaderWithTooMuchToDoSaysSoThroughItsFollower(long seed) throws IOException {
    try (SimulatedPeers cluster = led(seed)) {
      SimulatedPeer leader = cluster.leader().orElseThrow();
      SimulatedPeer follower = follower(cluster);
      // More messages in one moment than wait for a turn.
      Message noise = new Message.ReadIndexRequest(follower.member, leader.member, 0, 1);
      CompletableFuture<Outcome<Result>> refused = append(follower);
      cluster.schedule(0, () -> flood(leader, noise));
      for (long at = 1; at < 10; at++) {
        cluster.schedule(at, () -> flood(leader, noise));
      }
      cluster.runUntil(refused::isDone, AT_ONCE_MILLIS);
      assertThat(refused).isCompleted();
      assertThat(refused.join()).isInstanceOf(NotDone.class);
      assertThat(((NotDone<Result>) refused.join()).reason()).isEqualTo(Reason.OVERLOADED);
      cluster.run(SOON_MILLIS);
      assertThat(queued(follower)).isZero();
    }
  }

  private static void flood(SimulatedPeer leader, Message noise) {
    Stream.generate(() -> noise).limit(1_001).forEach(leader.life().driver::message);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void whatALeaderThatHandsOverDoesNotTakeIsDoneByTheNextOnce(long seed) throws IOException {
    try (SimulatedPeers cluster = led(seed)) {
      SimulatedPeer leader = cluster.leader().orElseThrow();
      SimulatedPeer follower = follower(cluster);
      leader.life().driver.handOver(follower.member, SOON_MILLIS);
      leader.life().poke(0);
      List<CompletableFuture<Outcome<Result>>> asked =
          Stream.generate(() -> append(follower)).limit(20).toList();
      for (CompletableFuture<Outcome<Result>> one : asked) {
        assertThat(cluster.runUntil(one::isDone, SOON_MILLIS)).isTrue();
        assertThat(one.join()).isInstanceOf(Outcome.Done.class);
      }
      assertThat(queued(follower)).isEqualTo(20);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void whatComesWhileNobodyLeadsInAHandOverIsDoneWhereverItCame(long seed) throws IOException {
    try (SimulatedPeers cluster = led(seed)) {
      SimulatedPeer leader = cluster.leader().orElseThrow();
      SimulatedPeer successor = follower(cluster);
      List<CompletableFuture<Outcome<Result>>> asked = new ArrayList<>();
      for (long at = 0; at < 100; at++) {
        cluster.schedule(at, () -> cluster.all().forEach(peer -> asked.add(append(peer))));
      }
      leader.life().driver.handOver(successor.member, SOON_MILLIS);
      leader.life().poke(0);
      cluster.run(SOON_MILLIS);
      assertThat(successor.status().isLeader()).isTrue();
      assertThat(asked).hasSize(300).allSatisfy(one -> assertThat(one).isCompleted());
      assertThat(asked).allSatisfy(one -> assertThat(one.join()).isInstanceOf(Outcome.Done.class));
      assertThat(queued(successor)).as("each once").isEqualTo(300);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void aRefusalThatNamesAnotherTermOrComesFromAnotherIsNotBelieved(long seed) throws IOException {
    try (SimulatedPeers cluster = led(seed)) {
      SimulatedPeer leader = cluster.leader().orElseThrow();
      SimulatedPeer follower = follower(cluster);
      long term = leader.status().term();
      // It comes into the leader's log, and stays there for want of a majority.
      List<SimulatedPeer> followers =
          cluster.all().stream().filter(peer -> peer != leader).toList();
      followers.forEach(peer -> peer.holdDisk(true));
      CompletableFuture<Outcome<Result>> asked = append(follower);
      cluster.run(AT_ONCE_MILLIS);
      // Its number is one of the first of its life; who it is, only the log will tell.
      for (long proposer : List.of(0L, 1L, follower.member)) {
        follower
            .life()
            .driver
            .refused(
                new RejectedProposals(
                    leader.member,
                    follower.member,
                    term,
                    RejectedProposals.Reason.NO_SPACE,
                    proposer,
                    LongStream.rangeClosed(1, 10).boxed().toList()));
      }
      cluster.run(AT_ONCE_MILLIS);
      assertThat(asked).isNotDone();
      followers.forEach(peer -> peer.holdDisk(false));
      assertThat(cluster.runUntil(asked::isDone, SOON_MILLIS)).isTrue();
      assertThat(asked.join()).isInstanceOf(Outcome.Done.class);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  void whatIsForwardedIsTakenInTheTermItWasSentForAndInNoOther(long seed) throws IOException {
    try (SimulatedPeers cluster = led(seed)) {
      SimulatedPeer leader = cluster.leader().orElseThrow();
      SimulatedPeer follower = follower(cluster);
      long term = leader.status().term();
      for (long other : List.of(0L, term - 1, term + 1, -1L)) {
        forward(follower, leader, other);
        cluster.run(AT_ONCE_MILLIS);
        assertThat(queued(leader)).as("sent for term %s in term %s", other, term).isZero();
      }
      assertThat(leader.status().term()).as("no term is adopted from it").isEqualTo(term);
      forward(follower, leader, term);
      assertThat(cluster.runUntil(() -> queued(leader) == 1, SOON_MILLIS)).isTrue();
    }
  }

  private static void forward(SimulatedPeer from, SimulatedPeer to, long term) {
    byte[] command =
        CommandCodec.encode(
            new CommandEnvelope(
                1,
                1,
                0,
                new WriteKey(new Operation.CreateInOrder("/q", false, "v", OptionalLong.empty()))));
    to.life()
        .driver
        .forwarded(
            new ForwardedProposals(
                from.member, to.member, term, List.of(new Payload.Normal(command))));
    to.life().poke(0);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  void whatIsForwardedWithoutAnythingInItOrWithNonsenseHurtsNobody(long seed) throws IOException {
    try (SimulatedPeers cluster = led(seed)) {
      SimulatedPeer leader = cluster.leader().orElseThrow();
      SimulatedPeer follower = follower(cluster);
      long term = leader.status().term();
      byte[] anonymous = new byte[0];
      for (List<Payload> payloads :
          List.of(
              List.<Payload>of(),
              List.<Payload>of(new Payload.Normal(new byte[] {9})),
              List.<Payload>of(new Payload.Normal(anonymous)))) {
        boolean stale = !payloads.isEmpty();
        leader
            .life()
            .driver
            .forwarded(
                new ForwardedProposals(
                    follower.member, leader.member, stale ? term - 1 : term, payloads));
      }
      CompletableFuture<Outcome<Result>> asked = append(follower);
      assertThat(cluster.runUntil(asked::isDone, SOON_MILLIS)).isTrue();
      assertThat(asked.join()).isInstanceOf(Outcome.Done.class);
    }
  }

  /** Were it otherwise, a power cut of two peers could take back what a client was told. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void nothingIsAcknowledgedBeforeItIsOnTheDisksOfAMajority(long seed) throws IOException {
    try (SimulatedPeers cluster = led(seed)) {
      SimulatedPeer leader = cluster.leader().orElseThrow();
      List<SimulatedPeer> followers =
          cluster.all().stream().filter(peer -> peer != leader).toList();
      followers.forEach(peer -> peer.holdDisk(true));
      CompletableFuture<Outcome<Result>> asked = append(leader);
      cluster.run(10 * SimulatedPeers.TICK_MILLIS);
      assertThat(asked).as("only the leader has it").isNotDone();

      followers.get(0).holdDisk(false);
      assertThat(cluster.runUntil(asked::isDone, SOON_MILLIS)).isTrue();
      assertThat(asked.join()).isInstanceOf(Outcome.Done.class);
    }
  }

  /** Who has no disk to note its vote on gives none, or would give another after a power cut. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void nobodyIsElectedByVotesThatAreNotOnDisk(long seed) throws IOException {
    try (SimulatedPeers cluster = led(seed)) {
      SimulatedPeer leader = cluster.leader().orElseThrow();
      List<SimulatedPeer> followers =
          cluster.all().stream().filter(peer -> peer != leader).toList();
      followers.forEach(peer -> peer.holdDisk(true));
      leader.crash();
      cluster.run(SOON_MILLIS);
      assertThat(cluster.leader()).isEmpty();

      followers.forEach(peer -> peer.holdDisk(false));
      assertThat(cluster.runUntil(() -> cluster.leader().isPresent(), SOON_MILLIS)).isTrue();
    }
  }

  private static SimulatedPeers led(long seed) throws IOException {
    return SimulatedPeers.of(3, seed, 100_000).startLed();
  }

  private static SimulatedPeer follower(SimulatedPeers cluster) {
    return cluster.all().stream()
        .filter(peer -> !peer.status().isLeader())
        .findFirst()
        .orElseThrow();
  }
}
