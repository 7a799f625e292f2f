package dev.understudy.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import dev.understudy.clusterconfig.ClusterConfig;
import dev.understudy.clusterconfig.Incarnation;
import dev.understudy.peer.LogCapture;
import dev.understudy.peer.PeerServer;
import dev.understudy.peer.StoppedPeer;
import dev.understudy.statemachine.Registry.Seat;
import dev.understudy.testkit.clients.Clients;
import dev.understudy.testkit.clients.Mix;
import dev.understudy.wal.Directory;
import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Directories that were copied, and such that were set back to an older state. */
class OneProcessForAMemberTest {
  private static final int SEATS = 3;

  /** Nobody loses a seat by being away; what is tested here is not the remove delay. */
  private static final ClusterConfig CONFIG = new ClusterConfig(SEATS, 600, 1);

  private static final long SETTLED_WITHIN_MILLIS = 60_000;
  private static final long LONG_ENOUGH_MILLIS = 20_000;

  /** Lets clients write while something happens; what was acknowledged must be there in the end. */
  private static void inACluster(long seed, Consumer<SimulatedCluster> story) {
    SimulatedCluster cluster = SimulatedCluster.of(SEATS, CONFIG, seed).start();
    try (cluster) {
      settle(cluster);
      Clients clients = Clients.start(cluster, Mix.of(3));
      cluster.time().run(2_000);
      story.accept(cluster);
      settle(cluster);
      clients.end();
      assertThat(cluster.time().runUntil(clients::isQuiet, SETTLED_WITHIN_MILLIS)).isTrue();
      settle(cluster);
      clients.check();
      assertThat(clients.operations()).isGreaterThan(10);
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError("seed " + seed + "\n" + cluster, e);
    }
  }

  private static void settle(SimulatedCluster cluster) {
    assertThat(cluster.time().runUntil(() -> cluster.isSettled(SEATS), SETTLED_WITHIN_MILLIS))
        .isTrue();
    // The start of each is recorded a moment later, and everybody has applied that.
    cluster.time().run(1_000);
  }

  private static SimulatedMachine follower(SimulatedCluster cluster) {
    SimulatedMachine leader = cluster.leader().orElseThrow();
    return cluster.peers().stream().filter(peer -> !peer.equals(leader)).findFirst().orElseThrow();
  }

  private static Seat seatOf(SimulatedCluster cluster, SimulatedMachine machine) {
    PeerServer leader = cluster.leader().orElseThrow().peer().orElseThrow();
    return leader.recollection().registry().byName(machine.name()).orElseThrow();
  }

  private static void assertNeverAPeer(SimulatedCluster cluster, SimulatedMachine clone) {
    final Seat before = seatOf(cluster, clone);
    final int events = clone.history().size();
    clone.start();
    boolean becamePeer =
        cluster.time().runUntil(() -> clone.peer().isPresent(), LONG_ENOUGH_MILLIS);
    assertThat(becamePeer).as("%s", clone).isFalse();
    assertThat(clone.history().subList(events, clone.history().size()))
        .isNotEmpty()
        .containsOnly("refused");
    assertThat(clone.lastReason())
        .contains(clone.name() + " holds a seat and is alive at " + before.peerUrl());
    assertThat(seatOf(cluster, clone)).isEqualTo(before);
    clone.stop();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void aCopyOfAFollowerIsRefusedAndTheRecordStays(long seed) {
    inACluster(
        seed,
        cluster -> {
          SimulatedMachine original = follower(cluster);
          original.stop();
          SimulatedMachine clone = original.cloneAt("elsewhere");
          original.start();
          settle(cluster);
          assertNeverAPeer(cluster, clone);
        });
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void aCopyOfTheLeaderIsRefusedAndTheLeaderStays(long seed) {
    inACluster(
        seed,
        cluster -> {
          SimulatedMachine leader = cluster.leader().orElseThrow();
          long term = leader.peer().orElseThrow().status().term();
          assertNeverAPeer(cluster, leader.cloneAt("elsewhere"));
          assertThat(cluster.leader()).contains(leader);
          assertThat(leader.peer().orElseThrow().status().term()).isEqualTo(term);
        });
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void aCopyThatIsStartedInTheOriginalsPlaceKeepsIt(long seed) {
    inACluster(
        seed,
        cluster -> {
          SimulatedMachine original = follower(cluster);
          long member = seatOf(cluster, original).member();
          original.stop();
          SimulatedMachine copy = original.cloneAt("elsewhere");
          copy.start();
          assertThat(cluster.time().runUntil(() -> copy.peer().isPresent(), LONG_ENOUGH_MILLIS))
              .isTrue();
          cluster.time().run(1_000);
          assertThat(seatOf(cluster, copy).member()).isEqualTo(member);
          assertNeverAPeer(cluster, original);

          // Once the copy is gone, the original is an older state of the member's directory.
          copy.crash();
          cluster.time().run(3_000);
          original.start();
          settle(cluster);
          assertThat(seatOf(cluster, original).member()).isNotEqualTo(member);
          assertThat(seatOf(cluster, original).peerUrl()).isEqualTo(original.peerUrl());
        });
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void aCopyThatFindsNoLeaderLearnsFromThePeersThatItIsOne(long seed) {
    inACluster(
        seed,
        cluster -> {
          SimulatedMachine original = follower(cluster);
          original.stop();
          SimulatedMachine copy = original.cloneAt("elsewhere");
          original.start();
          settle(cluster);
          // Those who are left cannot elect anybody, but they know who has started since.
          SimulatedMachine lone = cluster.leader().orElseThrow();
          List<SimulatedMachine> others =
              cluster.machines().stream().filter(each -> !each.equals(lone)).toList();
          others.forEach(SimulatedMachine::crash);
          cluster.time().run(5_000);
          copy.start();
          cluster.time().run(LONG_ENOUGH_MILLIS);
          assertThat(copy.peer()).isEmpty();
          assertThat(lone.peer().orElseThrow().status().isLeader()).isFalse();
          copy.stop();
          others.forEach(SimulatedMachine::start);
        });
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void aDirectoryThatWasSetBackComesBackAsANewMember(long seed) {
    inACluster(
        seed,
        cluster -> {
          SimulatedMachine victim = follower(cluster);
          final long member = seatOf(cluster, victim).member();
          victim.stop();
          SimulatedMachine.Disks old = victim.copyDisks();
          victim.start();
          settle(cluster);
          cluster.time().run(5_000);
          victim.crash();
          victim.setBack(old);
          victim.start();
          settle(cluster);
          assertThat(seatOf(cluster, victim).member()).isNotEqualTo(member);
          assertThat(victim.history()).endsWith("ready peer");
        });
  }

  /** A new leader does not know what a member has acknowledged, but which starts it had. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void aDirectoryThatWasSetBackBeforeAnotherLeaderCameIsKnownByItsStarts(long seed) {
    inACluster(
        seed,
        cluster -> {
          SimulatedMachine victim = follower(cluster);
          final long member = seatOf(cluster, victim).member();
          victim.stop();
          final SimulatedMachine.Disks old = victim.copyDisks();
          victim.start();
          settle(cluster);
          victim.crash();
          SimulatedMachine leader = cluster.leader().orElseThrow();
          SimulatedMachine next =
              cluster.machines().stream()
                  .filter(each -> !each.equals(leader) && !each.equals(victim))
                  .findFirst()
                  .orElseThrow();
          leader.peer().orElseThrow().admin().transferLeadership(next.name());
          assertThat(
                  cluster
                      .time()
                      .runUntil(
                          () -> cluster.leader().filter(next::equals).isPresent(),
                          SETTLED_WITHIN_MILLIS))
              .isTrue();
          victim.setBack(old);
          final int events = victim.history().size();
          victim.start();
          settle(cluster);
          assertThat(seatOf(cluster, victim).member()).isNotEqualTo(member);
          assertThat(victim.history().subList(events, victim.history().size()))
              .as("before it has said anything in the member's name")
              .containsExactly("ready peer");
        });
  }

  /** A copy that was made while the peer ran has no start less; its leader knows more of it. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void aDirectoryThatWasCopiedWhileItsPeerRanIsKnownByWhatWasAcknowledged(long seed) {
    inACluster(
        seed,
        cluster -> {
          SimulatedMachine victim = follower(cluster);
          final long member = seatOf(cluster, victim).member();
          SimulatedMachine.Disks old = victim.copyDisks();
          cluster.time().run(5_000);
          victim.crash();
          victim.setBack(old);
          victim.start();
          settle(cluster);
          assertThat(seatOf(cluster, victim).member()).isNotEqualTo(member);
        });
  }

  /**
   * Two peers have acknowledged writes that the third never got; one of them goes, the other is set
   * back. Together with the third it would be a majority that knows nothing of these writes.
   */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void noAcknowledgedWriteIsLostByTheVoteOfADirectoryThatWasSetBack(long seed) {
    inACluster(
        seed,
        cluster -> {
          SimulatedMachine setBack = follower(cluster);
          setBack.stop();
          final SimulatedMachine.Disks old = setBack.copyDisks();
          setBack.start();
          settle(cluster);

          SimulatedMachine leader = cluster.leader().orElseThrow();
          SimulatedMachine behind =
              cluster.machines().stream()
                  .filter(each -> !each.equals(leader) && !each.equals(setBack))
                  .findFirst()
                  .orElseThrow();
          final long member = seatOf(cluster, setBack).member();
          cluster.cutOff(List.of(behind));
          cluster.time().run(5_000);
          leader.crash();
          setBack.crash();
          cluster.healNetwork();
          setBack.setBack(old);
          setBack.start();
          boolean elected =
              cluster.time().runUntil(() -> cluster.leader().isPresent(), LONG_ENOUGH_MILLIS);
          assertThat(elected).as("by whoever knows nothing of the writes").isFalse();
          assertThat(setBack.peer()).isEmpty();

          leader.start();
          settle(cluster);
          assertThat(seatOf(cluster, setBack).member()).isNotEqualTo(member);
        });
  }

  /** Nobody can say then what was acknowledged, so nobody leads until an operator decides. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void aMajorityThatWasSetBackStaysSilentAndEachMachineNamesTheWayOut(long seed) throws Exception {
    SimulatedCluster cluster = SimulatedCluster.of(SEATS, CONFIG, seed).start();
    try (cluster;
        LogCapture peers = warningsOf("LostMajority");
        LogCapture standbys = warningsOf("LeaderlessWarnings")) {
      settle(cluster);
      Clients clients = Clients.start(cluster, Mix.of(3));
      SimulatedMachine survivor = cluster.leader().orElseThrow();
      List<SimulatedMachine> others =
          cluster.machines().stream().filter(each -> !each.equals(survivor)).toList();
      others.forEach(SimulatedMachine::stop);
      List<SimulatedMachine.Disks> old = others.stream().map(SimulatedMachine::copyDisks).toList();
      others.forEach(SimulatedMachine::start);
      settle(cluster);
      cluster.time().run(5_000);
      others.forEach(SimulatedMachine::crash);
      for (int i = 0; i < others.size(); i++) {
        others.get(i).setBack(old.get(i));
        others.get(i).start();
      }
      cluster.time().run(60_000);

      assertThat(cluster.leader()).isEmpty();
      assertThat(cluster.standbys()).containsExactlyElementsOf(others);
      String stands = "stands by, as its data are not what it had acknowledged";
      assertThat(peers.lines())
          .hasSizeBetween(2, 4)
          .allMatch(line -> line.startsWith("WARN " + survivor.name() + ": no leader for "))
          .allMatch(line -> line.contains("only 1 of 3 voters") && line.contains(stands));
      for (SimulatedMachine other : others) {
        assertThat(standbys.lines())
            .filteredOn(line -> line.startsWith("WARN " + other.name() + ": no leader for "))
            .hasSizeBetween(1, 4)
            .allMatch(line -> line.contains("has lost the seat of its log"));
      }
      clients.end();
      cluster.machines().forEach(SimulatedMachine::crash);
      assertEverythingIsInTheLogOf(survivor, clients);
    }
  }

  private static void assertEverythingIsInTheLogOf(SimulatedMachine survivor, Clients clients)
      throws IOException {
    try (Directory directory = survivor.copyDisks().peer().mount()) {
      clients.check(survivor.name(), StoppedPeer.state(directory).image().version());
    }
    assertThat(clients.operations()).isGreaterThan(10);
  }

  private static LogCapture warningsOf(String type) throws ClassNotFoundException {
    return new LogCapture(Class.forName("dev.understudy.admin.machine." + type), Level.WARN);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void aRestartIsNotHeldUp(long seed) {
    inACluster(
        seed,
        cluster -> {
          for (boolean leads : List.of(false, true)) {
            SimulatedMachine killed = leads ? cluster.leader().orElseThrow() : follower(cluster);
            final long member = seatOf(cluster, killed).member();
            final int events = killed.history().size();
            killed.crash();
            killed.start();
            long begunMillis = cluster.time().nowMillis();
            assertThat(
                    cluster
                        .time()
                        .runUntil(() -> killed.history().size() > events, LONG_ENOUGH_MILLIS))
                .isTrue();
            assertThat(killed.history()).endsWith("ready peer");
            // The others notice a dead leader only after their election timeouts.
            assertThat(cluster.time().nowMillis() - begunMillis).isLessThan(leads ? 6_000 : 500);
            settle(cluster);
            assertThat(seatOf(cluster, killed).member()).isEqualTo(member);
          }
        });
  }

  /**
   * One has a start recorded that its own log does not know to be committed, and then both start so
   * often without a leader that it cannot state all of these starts to the other.
   */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void aMajorityThatStartsAHundredTimesWithoutALeaderIsTheSameMajority(long seed) {
    inACluster(
        seed,
        cluster -> {
          SimulatedMachine leader = cluster.leader().orElseThrow();
          List<SimulatedMachine> majority =
              cluster.machines().stream().filter(each -> !each.equals(leader)).toList();
          final List<Long> members =
              majority.stream().map(each -> seatOf(cluster, each).member()).toList();
          endAsSoonAsItsStartIsRecorded(cluster, majority.get(0), majority.get(1));
          leader.crash();
          for (int i = 0; i < 100; i++) {
            majority.forEach(SimulatedMachine::crash);
            majority.forEach(SimulatedMachine::start);
            cluster.time().run(300);
            assertThat(cluster.leader()).isEmpty();
          }
          assertThat(
                  cluster
                      .time()
                      .runUntil(() -> cluster.leader().isPresent(), SETTLED_WITHIN_MILLIS))
              .isTrue();
          cluster.time().run(2_000);
          assertThat(majority.stream().map(each -> seatOf(cluster, each).member()).toList())
              .isEqualTo(members);
          leader.start();
        });
  }

  private static void endAsSoonAsItsStartIsRecorded(
      SimulatedCluster cluster, SimulatedMachine machine, SimulatedMachine other) {
    Incarnation before = recordedAt(other, machine);
    machine.crash();
    machine.start();
    assertThat(
            cluster
                .time()
                .runUntil(() -> !recordedAt(other, machine).equals(before), SETTLED_WITHIN_MILLIS))
        .isTrue();
    machine.crash();
  }

  private static Incarnation recordedAt(SimulatedMachine at, SimulatedMachine of) {
    return at.peer()
        .map(peer -> peer.recollection().registry().byName(of.name()).orElseThrow().incarnation())
        .orElse(Incarnation.NONE);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void aWholeClusterThatWasStartedAnewRecordsItsStarts(long seed) {
    inACluster(
        seed,
        cluster -> {
          List<Seat> before =
              cluster.machines().stream().map(machine -> seatOf(cluster, machine)).toList();
          cluster.machines().forEach(SimulatedMachine::crash);
          cluster.machines().forEach(SimulatedMachine::start);
          settle(cluster);
          for (Seat seat : before) {
            Seat after =
                cluster
                    .leader()
                    .orElseThrow()
                    .peer()
                    .orElseThrow()
                    .recollection()
                    .registry()
                    .byName(seat.name())
                    .orElseThrow();
            assertThat(after.member()).isEqualTo(seat.member());
            assertThat(after.incarnation().number()).isGreaterThan(seat.incarnation().number());
          }
        });
  }
}
