package dev.understudy.peer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.clusterconfig.ClusterConfig;
import dev.understudy.clusterconfig.ErrorCode;
import dev.understudy.clusterconfig.JoinReply;
import dev.understudy.clusterconfig.JoinRequest;
import dev.understudy.clusterconfig.LocalData;
import dev.understudy.clusterconfig.MachineView;
import dev.understudy.clusterconfig.Removal;
import dev.understudy.peer.SimulatedPeers.Weather;
import dev.understudy.peer.driver.Outcome;
import dev.understudy.raft.ConfChange.Step;
import dev.understudy.raft.ConfChange.StepType;
import dev.understudy.statemachine.Command.StampTime;
import dev.understudy.statemachine.Command.WriteKey;
import dev.understudy.statemachine.Registry.Seat;
import dev.understudy.statemachine.SeatResult;
import dev.understudy.store.Operation;
import dev.understudy.store.Result;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Seats that are given and taken, by the admin door, in virtual time. */
class MembershipSimulationTest {
  private static final long SOON_MILLIS = 10_000;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void aMachineThatJoinsLearnsTheLogAndIsGivenAVote(long seed) throws IOException {
    try (SimulatedPeers cluster = led(3, seed, 20)) {
      cluster.setWeather(seed % 2 == 0 ? Weather.ROUGH : Weather.FAIR);
      write(cluster, 100);
      SimulatedPeer joined = join(cluster, 7);
      long member = joined.member;
      assertThat(
              cluster.runUntil(
                  () ->
                      cluster
                          .leader()
                          .map(leader -> leader.status().voters().contains(member))
                          .orElse(false),
                  SOON_MILLIS))
          .isTrue();
      assertThat(cluster.runUntil(() -> joined.status().voters().size() == 4, SOON_MILLIS))
          .isTrue();
      assertThat(joined.life().machine.registry().byMember(member).map(Seat::name)).contains("m7");
      assertThat(joined.life().machine.version().get("/k99", false))
          .isInstanceOf(Result.Success.class);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void aMemberThatIsRemovedHearsOfItOnceFromTheLog(long seed) throws IOException {
    try (SimulatedPeers cluster = led(3, seed, 1_000)) {
      SimulatedPeer victim = follower(cluster);
      remove(cluster, victim);
      assertThat(cluster.runUntil(() -> !victim.removals.isEmpty(), SOON_MILLIS)).isTrue();
      cluster.run(SOON_MILLIS);
      assertThat(victim.removals).hasSize(1);
      assertThat(cluster.leader().orElseThrow().status().voters()).hasSize(2);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void aMemberThatWasCutOffWhenItWasRemovedIsToldWhenItAsksForVotes(long seed) throws IOException {
    try (SimulatedPeers cluster = led(3, seed, seed % 2 == 0 ? 20 : 1_000)) {
      SimulatedPeer victim = follower(cluster);
      cluster.cutOff(victim.member);
      remove(cluster, victim);
      write(cluster, 60);
      cluster.run(SOON_MILLIS);
      assertThat(victim.removals).as("nobody could tell it").isEmpty();
      long term = cluster.leader().orElseThrow().status().term();

      cluster.heal();
      assertThat(cluster.runUntil(() -> !victim.removals.isEmpty(), SOON_MILLIS)).isTrue();
      cluster.run(SOON_MILLIS);
      assertThat(victim.removals).hasSize(1);
      assertThat(victim.status().term()).as("the denial's term is never taken over").isPositive();
      assertThat(cluster.leader().orElseThrow().status().term()).isEqualTo(term);
    }
  }

  @Test
  void aRemovedMemberThatRestartsIsToldAgain() throws IOException {
    try (SimulatedPeers cluster = led(3, 1, 1_000)) {
      SimulatedPeer victim = follower(cluster);
      cluster.cutOff(victim.member);
      remove(cluster, victim);
      victim.crash();
      cluster.heal();
      victim.start();
      assertThat(cluster.runUntil(() -> victim.removals.size() == 1, SOON_MILLIS)).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void aLeaderThatIsToLoseItsSeatHandsOverFirstAndTheOthersGoOn(long seed) throws IOException {
    try (SimulatedPeers cluster = led(3, seed, 1_000)) {
      SimulatedPeer old = cluster.leader().orElseThrow();
      remove(cluster, old);
      assertThat(cluster.runUntil(() -> !old.removals.isEmpty(), SOON_MILLIS)).isTrue();
      assertThat(
              cluster.runUntil(
                  () ->
                      cluster.leader().isPresent()
                          && cluster.leader().get() != old
                          && cluster.leader().get().life().gate.isOpen(),
                  SOON_MILLIS))
          .isTrue();
      assertThat(old.life().dutiesRun()).isFalse();
      assertThat(old.removals).hasSize(1);
      write(cluster, 5);
    }
  }

  @Test
  void aMachineThatLostItsLogComesBackAsAnotherMember() throws IOException {
    try (SimulatedPeers cluster = led(3, 1, 1_000)) {
      SimulatedPeer victim = follower(cluster);
      victim.crash();
      SimulatedPeer joined = join(cluster, victim.member);
      assertThat(
              cluster.runUntil(
                  () -> joined.isRunning() && joined.status().voters().contains(joined.member),
                  SOON_MILLIS))
          .isTrue();
      var registry = cluster.leader().orElseThrow().life().machine.registry();
      assertThat(registry.seats()).hasSize(3);
      assertThat(registry.removed()).containsExactly(victim.member);
      victim.start();
      assertThat(cluster.runUntil(() -> !victim.removals.isEmpty(), SOON_MILLIS)).isTrue();
    }
  }

  @Test
  void ofTwoMachinesThatWantTheLastSeatExactlyOneGetsIt() throws IOException {
    try (SimulatedPeers cluster = led(3, 1, 1_000)) {
      SimulatedPeer leader = cluster.leader().orElseThrow();
      var four = leader.life().admin.putConfig("{\"activeSize\":4}");
      leader.life().poke(0);
      assertThat(cluster.runUntil(four::isDone, SOON_MILLIS)).isTrue();
      var one = leader.life().admin.join(request(8));
      var two = leader.life().admin.join(request(9));
      leader.life().poke(0);
      assertThat(cluster.runUntil(() -> one.isDone() && two.isDone(), SOON_MILLIS)).isTrue();
      assertThat(one.join()).isInstanceOf(AdminOutcome.Done.class);
      assertThat(two.join())
          .isInstanceOfSatisfying(
              AdminOutcome.Refused.class,
              refused -> assertThat(refused.error().is(ErrorCode.NO_MORE_PEERS)).isTrue());
      assertThat(leader.status().learners()).as("the membership agrees").hasSize(1);
    }
  }

  @Test
  void ofTwoChangesOfTheConfigAtOnceNeitherUndoesTheOther() throws IOException {
    try (SimulatedPeers cluster = led(3, 1, 1_000)) {
      SimulatedPeer leader = cluster.leader().orElseThrow();
      var four = leader.life().admin.putConfig("{\"activeSize\":4}");
      var delay = leader.life().admin.putConfig("{\"removeDelay\":7}");
      leader.life().poke(0);
      assertThat(cluster.runUntil(() -> four.isDone() && delay.isDone(), SOON_MILLIS)).isTrue();
      assertThat(delay.join())
          .isEqualTo(new AdminOutcome.Done<>(new ClusterConfig(4, 7, 5)))
          .as("what was answered is in force")
          .isEqualTo(new AdminOutcome.Done<>(leader.life().admin.config()));
    }
  }

  @Test
  void aChangeOfTheConfigThatIsOutOfRangeNeverReachesTheLog() throws IOException {
    try (SimulatedPeers cluster = led(3, 1, 1_000)) {
      SimulatedPeer leader = cluster.leader().orElseThrow();
      ClusterConfig before = leader.life().admin.config();
      for (String change : new String[] {"{\"activeSize\":1}", "{\"activesize\":3}", "{}"}) {
        assertThat(leader.life().admin.putConfig(change).getNow(null))
            .isInstanceOf(AdminOutcome.Refused.class);
      }
      assertThat(leader.life().admin.config()).isEqualTo(before);
    }
  }

  @Test
  void aMachineThatWasRemovedGetsNoSeatForASyncIntervalThoughOneIsOpen() throws IOException {
    try (SimulatedPeers cluster = led(3, 1, 1_000)) {
      SimulatedPeer victim = follower(cluster);
      String name = "m" + victim.member;
      remove(cluster, victim);
      SimulatedPeer leader = cluster.leader().orElseThrow();
      JoinRequest request =
          new JoinRequest(name, 2, 2, "http://" + name + ":9", "http://c:1", new LocalData.None());
      assertThat(leader.life().admin.join(request).getNow(null))
          .isInstanceOfSatisfying(
              AdminOutcome.Refused.class,
              refused -> assertThat(refused.error().is(ErrorCode.NO_MORE_PEERS)).isTrue());

      cluster.run(leader.life().admin.config().syncIntervalMillis());
      var again = leader.life().admin.join(request);
      leader.life().poke(0);
      assertThat(cluster.runUntil(again::isDone, SOON_MILLIS)).isTrue();
      assertThat(again.join()).isInstanceOf(AdminOutcome.Done.class);
    }
  }

  @Test
  void nobodyTakesTheLeadersSeatBySayingThatItsDataAreLost() throws IOException {
    try (SimulatedPeers cluster = led(3, 1, 1_000)) {
      SimulatedPeer leader = cluster.leader().orElseThrow();
      var before = leader.life().admin.machines();
      var own = before.stream().filter(MachineView::isLeader).findFirst().orElseThrow();
      JoinRequest request =
          new JoinRequest(own.name(), 2, 2, own.peerUrl(), own.clientUrl(), new LocalData.None());
      assertThat(leader.life().admin.join(request).getNow(null))
          .isInstanceOfSatisfying(
              AdminOutcome.Refused.class,
              refused -> assertThat(refused.error().is(ErrorCode.KEY_EXISTS)).isTrue());
      assertThat(leader.life().admin.machines()).isEqualTo(before);
    }
  }

  @Test
  void aSeatWithoutAVoteIsThatOfALearner() throws IOException {
    try (SimulatedPeers cluster = led(3, 1, 1_000)) {
      SimulatedPeer leader = cluster.leader().orElseThrow();
      var joined = leader.life().admin.join(request(9));
      leader.life().poke(0);
      assertThat(cluster.runUntil(joined::isDone, SOON_MILLIS)).isTrue();
      assertThat(leader.life().admin.machines())
          .extracting(machine -> machine.state().word())
          .containsOnlyOnce("leader")
          .containsOnlyOnce("learner")
          .hasSize(4);
    }
  }

  @Test
  void anotherSpellingOfAPeersAddressIsTheSameAddress() throws IOException {
    try (SimulatedPeers cluster = led(3, 1, 1_000)) {
      SimulatedPeer leader = cluster.leader().orElseThrow();
      String taken = leader.life().admin.machines().get(0).peerUrl();
      JoinRequest request =
          new JoinRequest("m9", 2, 2, taken + "/", "http://m9:1", new LocalData.None());
      assertThat(leader.life().admin.join(request).getNow(null))
          .isInstanceOfSatisfying(
              AdminOutcome.Refused.class,
              refused -> assertThat(refused.error().is(ErrorCode.PEER_ADDRESS_TAKEN)).isTrue());
    }
  }

  @Test
  void theOnlyVoterKeepsItsSeatWhileTheOthersAreLearners() throws IOException {
    try (SimulatedPeers cluster = led(1, 1, 1_000)) {
      SimulatedPeer voter = cluster.peer(1);
      var joined = voter.life().admin.join(request(7));
      voter.life().poke(0);
      assertThat(cluster.runUntil(joined::isDone, SOON_MILLIS)).isTrue();
      assertThat(voter.status().learners()).as("it does not run, so it never votes").hasSize(1);

      assertThat(askToRemove(cluster, voter))
          .isInstanceOfSatisfying(
              AdminOutcome.Refused.class,
              refused -> assertThat(refused.error().is(ErrorCode.SEAT_NEEDED)).isTrue());
      write(cluster, 3);
      voter.crash();
      voter.start();
      assertThat(cluster.runUntil(() -> cluster.leader().isPresent(), SOON_MILLIS)).isTrue();
      assertThat(voter.life().machine.registry().seats()).hasSize(2);
    }
  }

  @Test
  void aFollowerNeverSendsAChangeOfTheMembershipOn() throws IOException {
    try (SimulatedPeers cluster = led(3, 1, 1_000)) {
      SimulatedPeer follower = follower(cluster);
      CompletableFuture<Outcome<SeatResult>> asked =
          follower
              .life()
              .driver
              .changeMembership(Optional.empty(), new Step(StepType.REMOVE, follower.member));
      follower.life().poke(0);
      assertThat(cluster.runUntil(asked::isDone, SOON_MILLIS)).isTrue();
      assertThat(asked.join()).isInstanceOf(Outcome.NotDone.class);
      cluster.run(SOON_MILLIS);
      assertThat(cluster.leader().orElseThrow().status().voters()).hasSize(3);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void aFollowerThatFellFarBehindTakesOverASnapshot(long seed) throws IOException {
    try (SimulatedPeers cluster = led(3, seed, 10)) {
      SimulatedPeer follower = follower(cluster);
      cluster.cutOff(follower.member);
      long before = follower.status().applied();
      write(cluster, 200);
      cluster.setWeather(seed % 2 == 0 ? Weather.ROUGH : Weather.FAIR);
      cluster.heal();
      assertThat(
              cluster.runUntil(
                  () ->
                      follower.life().machine.version().get("/k199", false)
                          instanceof Result.Success,
                  SOON_MILLIS))
          .isTrue();
      assertThat(follower.status().applied()).isGreaterThanOrEqualTo(before + 200);
      follower.crash();
      follower.start();
      assertThat(follower.life().machine.version().index())
          .as("the snapshot is there after a crash")
          .isGreaterThan(100);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void aLeaderThatIsCutOffClosesItsGateAndStopsItsDuties(long seed) throws IOException {
    try (SimulatedPeers cluster = led(3, seed, 1_000)) {
      SimulatedPeer old = cluster.leader().orElseThrow();
      cluster.cutOff(old.member);
      assertThat(cluster.runUntil(() -> !old.life().gate.isOpen(), 3_000)).isTrue();
      cluster.run(SimulatedPeers.TICK_MILLIS);
      assertThat(old.status().isLeader()).isFalse();
      assertThat(old.life().dutiesRun()).isFalse();
      CompletableFuture<Outcome<Long>> read = old.life().driver.confirmRead();
      assertThat(
              cluster.runUntil(
                  read::isDone,
                  SimulatedPeers.REQUEST_TIMEOUT_MILLIS + 2 * SimulatedPeers.TICK_MILLIS))
          .isTrue();
      assertThat(read.join()).isInstanceOf(Outcome.NotDone.class);
    }
  }

  @Test
  void whatIsAskedOfAStoppedPeerIsAnswered() throws IOException {
    try (SimulatedPeers cluster = led(1, 1, 1_000)) {
      SimulatedPeer.Life life = cluster.peer(1).life();
      cluster.peer(1).stop();
      assertThat(life.driver.confirmRead()).isCompleted();
      assertThat(life.driver.barrier(1)).isCompleted();
      assertThat(life.driver.changeMembership(Optional.empty())).isCompleted();
      assertThat(life.driver.propose(new StampTime()))
          .isCompletedWithValueMatching(
              outcome ->
                  outcome instanceof Outcome.NotDone<Integer> refused
                      && refused.reason() == Outcome.Reason.STOPPING);
    }
  }

  /** A cluster whose leader is established. */
  private static SimulatedPeers led(int size, long seed, long snapshotCount) throws IOException {
    SimulatedPeers cluster = SimulatedPeers.of(size, seed, snapshotCount).startAll();
    assertThat(
            cluster.runUntil(
                () -> cluster.leader().map(leader -> leader.life().gate.isOpen()).orElse(false),
                SOON_MILLIS))
        .isTrue();
    return cluster;
  }

  private static SimulatedPeer follower(SimulatedPeers cluster) {
    return cluster.running().stream()
        .filter(peer -> !peer.status().isLeader())
        .findFirst()
        .orElseThrow();
  }

  private static void write(SimulatedPeers cluster, int count) {
    for (int i = 0; i < count; i++) {
      String key = "/k" + i;
      boolean done = false;
      for (int attempt = 0; attempt < 20 && !done; attempt++) {
        cluster.runUntil(() -> cluster.leader().isPresent(), SOON_MILLIS);
        SimulatedPeer.Life leader = cluster.leader().orElseThrow().life();
        var outcome =
            leader.driver.propose(
                new WriteKey(new Operation.Set(key, false, "v", OptionalLong.empty(), false)));
        leader.poke(0);
        assertThat(cluster.runUntil(outcome::isDone, SOON_MILLIS)).isTrue();
        done = outcome.join() instanceof Outcome.Done;
      }
      assertThat(done).isTrue();
    }
  }

  private static JoinRequest request(long number) {
    return JoinRequest.of(SimulatedPeers.record(number), new LocalData.None());
  }

  private static SimulatedPeer join(SimulatedPeers cluster, long number) throws IOException {
    for (int attempt = 0; attempt < 20; attempt++) {
      cluster.runUntil(() -> cluster.leader().isPresent(), SOON_MILLIS);
      SimulatedPeer.Life leader = cluster.leader().orElseThrow().life();
      CompletableFuture<AdminOutcome<JoinReply>> asked = leader.admin.join(request(number));
      leader.poke(0);
      assertThat(cluster.runUntil(asked::isDone, SOON_MILLIS)).isTrue();
      if (asked.join() instanceof AdminOutcome.Done<JoinReply> done) {
        SimulatedPeer joined = cluster.add(done.value().memberId(), Optional.empty());
        joined.start();
        return joined;
      }
    }
    throw new AssertionError("could not join");
  }

  /** Follows the one redirect that a leader gives which is to lose its own seat. */
  private static void remove(SimulatedPeers cluster, SimulatedPeer victim) {
    AdminOutcome<String> outcome = askToRemove(cluster, victim);
    if (outcome instanceof AdminOutcome.NotLeader) {
      assertThat(cluster.runUntil(() -> cluster.leader().isPresent(), SOON_MILLIS)).isTrue();
      assertThat(cluster.leader().orElseThrow()).isNotEqualTo(victim);
      outcome = askToRemove(cluster, victim);
    }
    assertThat(outcome).isInstanceOf(AdminOutcome.Done.class);
    assertThat(cluster.leader().orElseThrow().life().machine.registry().removed())
        .containsExactly(victim.member);
  }

  private static AdminOutcome<String> askToRemove(SimulatedPeers cluster, SimulatedPeer victim) {
    SimulatedPeer leader = cluster.leader().orElseThrow();
    Seat seat = leader.life().machine.registry().byMember(victim.member).orElseThrow();
    CompletableFuture<AdminOutcome<String>> asked =
        leader.life().admin.remove(Removal.of(seat.name()));
    leader.life().poke(0);
    assertThat(cluster.runUntil(asked::isDone, SOON_MILLIS)).isTrue();
    return asked.join();
  }
}
