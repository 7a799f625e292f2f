package dev.understudy.peer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.clusterconfig.ErrorCode;
import dev.understudy.clusterconfig.JoinReply;
import dev.understudy.clusterconfig.JoinRequest;
import dev.understudy.clusterconfig.Lineage;
import dev.understudy.clusterconfig.LocalData;
import dev.understudy.clusterconfig.MachineRecord;
import dev.understudy.clusterconfig.Removal;
import dev.understudy.raft.ConfChange.Step;
import dev.understudy.raft.ConfChange.StepType;
import dev.understudy.raft.EntryId;
import dev.understudy.raft.LogSlice;
import dev.understudy.raft.Message;
import dev.understudy.statemachine.Command.ChangeSeats;
import dev.understudy.statemachine.Registry;
import dev.understudy.statemachine.Registry.Seat;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Members that have lost their seats, and machines that come with a log of one. */
class FormerMembersTest {
  private static final long SOON_MILLIS = 10_000;

  /** While a leader is heard consensus listens to no other; so here nobody is there to be heard. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void aLeaderThatWasRemovedWhileItWasCutOffIsNotFollowedThoughNobodyLeads(long seed)
      throws IOException {
    try (SimulatedPeers cluster = SimulatedPeers.of(3, seed, 1_000).startLed()) {
      SimulatedPeer removed = cluster.leader().orElseThrow();
      cluster.cutOff(removed.member);
      assertThat(cluster.runUntil(() -> isLedByAnotherThan(removed, cluster), SOON_MILLIS))
          .isTrue();
      SimulatedPeer leader = cluster.leader().orElseThrow();
      SimulatedPeer left =
          cluster.all().stream().filter(p -> p != removed && p != leader).findFirst().orElseThrow();
      remove(cluster, leader, removed.member);
      assertThat(cluster.runUntil(() -> knowsRemoved(left, removed.member), SOON_MILLIS)).isTrue();
      leader.crash();
      assertThat(cluster.runUntil(() -> left.status().leader() == 0, SOON_MILLIS)).isTrue();

      long term = left.status().term();
      for (Message message : loudWords(removed.member, left.member, term + 3)) {
        left.life().driver.message(message);
        left.life().poke(0);
        cluster.run(1);
        assertThat(left.status().term()).as("%s", message).isEqualTo(term);
        assertThat(left.status().leader()).as("%s", message).isZero();
      }
      cluster.heal();
      leader.start();
      assertThat(cluster.runUntil(() -> isLedByAnotherThan(removed, cluster), SOON_MILLIS))
          .isTrue();
      assertThat(cluster.runUntil(() -> !removed.removals.isEmpty(), SOON_MILLIS)).isTrue();
    }
  }

  private static List<Message> loudWords(long from, long to, long term) {
    return List.of(
        new Message.Heartbeat(from, to, term, 0, 0),
        new Message.Append(from, to, term, new LogSlice(EntryId.ZERO, List.of()), 0),
        new Message.AppendResponse(from, to, term, 1, false, 0, 0),
        new Message.HeartbeatResponse(from, to, term, 0),
        new Message.VoteResponse(from, to, term, false),
        new Message.PreVoteResponse(from, to, term, false),
        new Message.TimeoutNow(from, to, term),
        new Message.VoteRequest(from, to, term, term, 1_000, true));
  }

  /** Of the three old voters one is dead, and the leader alone is no majority of them. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void aMemberThatIsReplacedVotesUntilTheJointConfigurationIsLeft(long seed) throws IOException {
    try (SimulatedPeers cluster = SimulatedPeers.of(3, seed, 1_000).startLed()) {
      SimulatedPeer leader = cluster.leader().orElseThrow();
      List<SimulatedPeer> others = cluster.all().stream().filter(p -> p != leader).toList();
      final SimulatedPeer leaving = others.get(0);
      others.get(1).crash();
      cluster.add(7, Optional.empty()).start();
      leader
          .life()
          .driver
          .changeMembership(
              Optional.of(ChangeSeats.replace(SimulatedPeers.record(7), 7, leaving.member)),
              new Step(StepType.REMOVE, leaving.member),
              new Step(StepType.ADD_VOTER, 7));
      leader.life().poke(0);
      Set<Long> after = Set.of(leader.member, others.get(1).member, 7L);
      assertThat(
              cluster.runUntil(
                  () -> cluster.leader().filter(p -> votersOf(p).equals(after)).isPresent(),
                  SOON_MILLIS))
          .isTrue();
      assertThat(cluster.runUntil(() -> !leaving.removals.isEmpty(), SOON_MILLIS)).isTrue();
    }
  }

  /** Outgoing votes are the leader's, that of one who is dead, and that of the one who leaves. */
  @Test
  void aMemberThatIsReplacedAndStartsAgainVotesUntilTheJointConfigurationIsLeft()
      throws IOException {
    try (SimulatedPeers cluster = SimulatedPeers.of(3, 1, 1_000).startLed()) {
      SimulatedPeer leader = cluster.leader().orElseThrow();
      List<SimulatedPeer> others = cluster.all().stream().filter(p -> p != leader).toList();
      SimulatedPeer leaving = others.get(0);
      MachineRecord machine = SimulatedPeers.record(leaving.member);
      others.get(1).crash();
      enterJoint(cluster, leaving);
      leaving.crash();
      assertThat(seated(cluster, JoinRequest.of(machine, new LocalData.Held(leaving.member))))
          .isEqualTo(leaving.member);
      LocalData setBack = new LocalData.Held(leaving.member, Lineage.UNSTATED, OptionalLong.of(0));
      assertThat(join(cluster, JoinRequest.of(machine, setBack)))
          .as("it has forgotten what it promised")
          .isNotInstanceOf(AdminOutcome.Done.class);
      leaving.start();
      Set<Long> after = Set.of(leader.member, others.get(1).member, 7L);
      assertThat(
              cluster.runUntil(
                  () -> cluster.leader().filter(p -> votersOf(p).equals(after)).isPresent(),
                  SOON_MILLIS))
          .isTrue();
    }
  }

  /** It would name those who leave, and the registry not where they are. */
  @Test
  void noSnapshotIsTakenInAJointConfigurationThatCanBeLeftWithout() throws IOException {
    try (SimulatedPeers cluster = SimulatedPeers.of(4, 1, 1).startLed()) {
      SimulatedPeer leader = cluster.leader().orElseThrow();
      List<SimulatedPeer> others = cluster.all().stream().filter(p -> p != leader).toList();
      SimulatedPeer leaving = others.get(0);
      cluster.run(500);
      leader
          .life()
          .driver
          .changeMembership(
              Optional.of(ChangeSeats.replace(SimulatedPeers.record(7), 7, leaving.member)),
              new Step(StepType.REMOVE, leaving.member),
              new Step(StepType.ADD_LEARNER, 7));
      leader.life().poke(0);
      assertThat(cluster.runUntil(() -> leader.status().learners().contains(7L), SOON_MILLIS))
          .isTrue();
      final List<String> before = leader.files();
      List<SimulatedPeer> away = others.subList(1, 3);
      away.forEach(SimulatedPeer::crash);
      cluster.run(500);
      assertThat(leader.files()).filteredOn(file -> file.endsWith(".snap")).isSubsetOf(before);

      away.forEach(SimulatedPeer::start);
      assertThat(
              cluster.runUntil(
                  () ->
                      leader.files().stream()
                          .anyMatch(file -> file.endsWith(".snap") && !before.contains(file)),
                  SOON_MILLIS))
          .as("once it is left")
          .isTrue();
    }
  }

  /** Member 7 comes for another; what is in force then needs the vote of the one that leaves. */
  private static void enterJoint(SimulatedPeers cluster, SimulatedPeer leaving) throws IOException {
    SimulatedPeer leader = cluster.leader().orElseThrow();
    cluster.add(7, Optional.empty()).start();
    leader
        .life()
        .driver
        .changeMembership(
            Optional.of(ChangeSeats.replace(SimulatedPeers.record(7), 7, leaving.member)),
            new Step(StepType.REMOVE, leaving.member),
            new Step(StepType.ADD_VOTER, 7));
    leader.life().poke(0);
    assertThat(cluster.runUntil(() -> votersOf(leader).size() == 4, SOON_MILLIS)).isTrue();
  }

  private static Set<Long> votersOf(SimulatedPeer peer) {
    return peer.status().voters();
  }

  @Test
  void aMachineWithTheLogOfAMemberThatWasReplacedComesAsAnotherMember() throws IOException {
    try (SimulatedPeers cluster = SimulatedPeers.of(3, 1, 1_000).startLed()) {
      SimulatedPeer leader = cluster.leader().orElseThrow();
      SimulatedPeer first = follower(cluster);
      first.crash();
      MachineRecord machine = SimulatedPeers.record(first.member);
      final long second = seated(cluster, JoinRequest.of(machine, new LocalData.None()));
      final long third = seated(cluster, JoinRequest.of(machine, new LocalData.Held(first.member)));

      Registry registry = leader.life().machine.registry();
      assertThat(third).as("an id that nobody has had").isNotIn(first.member, second);
      assertThat(registry.removed()).containsExactlyInAnyOrder(first.member, second);
      assertThat(registry.byName(machine.name()).map(Seat::member)).contains(third);
    }
  }

  /** The copy states the same member and log; only its process is another one. */
  @Test
  void aCopyOfAMembersDirectoryIsRefusedWhileTheMemberIsThere() throws IOException {
    try (SimulatedPeers cluster = SimulatedPeers.of(3, 1, 1_000).startLed()) {
      SimulatedPeer leader = cluster.leader().orElseThrow();
      SimulatedPeer original = follower(cluster);
      leader.life().network().setProcesses(Map.of(original.member, Lineage.first(5)));
      MachineRecord elsewhere =
          new MachineRecord(
              SimulatedPeers.record(original.member).name(), "http://copy:1", "http://copy:2");
      LocalData copied =
          new LocalData.Held(original.member, Lineage.first(99), OptionalLong.of(1_000));
      assertThat(join(cluster, JoinRequest.of(elsewhere, copied)))
          .isInstanceOfSatisfying(
              AdminOutcome.Refused.class,
              refused -> assertThat(refused.error().is(ErrorCode.KEY_EXISTS)).isTrue());
      assertThat(leader.life().machine.registry().byMember(original.member))
          .hasValueSatisfying(seat -> assertThat(seat.peerUrl()).isNotEqualTo(elsewhere.peerUrl()));
    }
  }

  @Test
  void whoseDirectoryIsOlderThanWhatItHasAcknowledgedIsToldSo() throws IOException {
    try (SimulatedPeers cluster = SimulatedPeers.of(3, 1, 1_000).startLed()) {
      SimulatedPeer first = follower(cluster);
      SimulatedPeer leader = cluster.leader().orElseThrow();
      assertThat(
              cluster.runUntil(
                  () -> leader.status().peers().get(first.member).match() > 0, SOON_MILLIS))
          .isTrue();
      first.crash();
      MachineRecord machine = SimulatedPeers.record(first.member);
      LocalData setBack = new LocalData.Held(first.member, Lineage.UNSTATED, OptionalLong.of(0));
      JoinReply reply = granted(cluster, JoinRequest.of(machine, setBack));
      assertThat(reply.memberId()).isNotEqualTo(first.member);
      assertThat(reply.otherBecause())
          .contains("its log ends at index 0, but it has acknowledged index")
          .contains("set back");
      JoinReply formers =
          granted(cluster, JoinRequest.of(machine, new LocalData.Held(first.member)));
      assertThat(formers.otherBecause()).contains("another member");
    }
  }

  /**
   * Longer than what was acknowledged, and yet without it: others' entries have replaced it since.
   */
  @Test
  void whoseDirectoryEndsInATermBeforeWhatItHasAcknowledgedIsToldSo() throws IOException {
    try (SimulatedPeers cluster = SimulatedPeers.of(3, 1, 1_000).startLed()) {
      SimulatedPeer first = follower(cluster);
      SimulatedPeer leader = cluster.leader().orElseThrow();
      assertThat(
              cluster.runUntil(
                  () -> leader.status().peers().get(first.member).matchTerm() > 0, SOON_MILLIS))
          .isTrue();
      long term = leader.status().peers().get(first.member).matchTerm();
      first.crash();
      MachineRecord machine = SimulatedPeers.record(first.member);
      OptionalLong far = OptionalLong.of(1_000);
      LocalData sound =
          new LocalData.Held(first.member, Lineage.UNSTATED, far, OptionalLong.of(term));
      assertThat(granted(cluster, JoinRequest.of(machine, sound)).memberId())
          .isEqualTo(first.member);
      LocalData setBack =
          new LocalData.Held(first.member, Lineage.UNSTATED, far, OptionalLong.of(term - 1));
      JoinReply reply = granted(cluster, JoinRequest.of(machine, setBack));
      assertThat(reply.memberId()).isNotEqualTo(first.member);
      assertThat(reply.otherBecause())
          .contains("its log ends in term " + (term - 1), "an entry of term " + term, "set back");
    }
  }

  /**
   * Where two of three are left, of which one has been silent for a while, a learner in the place
   * of the third would have to wait for that one: for ever, should its disk be lost.
   */
  @Test
  void aMemberWithoutWhoseVoteNoMajorityWouldBeAliveIsNotReplaced() throws IOException {
    try (SimulatedPeers cluster = SimulatedPeers.of(3, 1, 1_000).startLed()) {
      SimulatedPeer leader = cluster.leader().orElseThrow();
      List<SimulatedPeer> others = cluster.all().stream().filter(p -> p != leader).toList();
      SimulatedPeer first = others.get(0);
      others.get(1).crash();
      cluster.run(leader.life().countedOnWithinMillis() + 2 * SimulatedPeers.TICK_MILLIS);
      first.crash();
      MachineRecord machine = SimulatedPeers.record(first.member);
      assertThat(join(cluster, JoinRequest.of(machine, new LocalData.None())))
          .isInstanceOfSatisfying(
              AdminOutcome.Refused.class,
              refused -> {
                assertThat(refused.error().is(ErrorCode.KEY_EXISTS)).isTrue();
                assertThat(refused.error().cause()).contains("no majority", machine.name());
              });

      first.start();
      assertThat(
              cluster.runUntil(
                  () -> cluster.leader().filter(l -> l.life().gate.isOpen()).isPresent(),
                  SOON_MILLIS))
          .isTrue();
      assertThat(votersOf(cluster.leader().orElseThrow())).hasSize(3).contains(first.member);
    }
  }

  @Test
  void itIsRefusedWhileTheMemberThatHasTheSeatIsThere() throws IOException {
    try (SimulatedPeers cluster = SimulatedPeers.of(3, 1, 1_000).startLed()) {
      SimulatedPeer leader = cluster.leader().orElseThrow();
      SimulatedPeer first = follower(cluster);
      first.crash();
      MachineRecord machine = SimulatedPeers.record(first.member);
      long second = seated(cluster, JoinRequest.of(machine, new LocalData.None()));
      SimulatedPeer joined = cluster.add(second, Optional.empty());
      joined.start();
      assertThat(
              cluster.runUntil(
                  () -> leader.status().voters().contains(second) && cluster.leader().isPresent(),
                  SOON_MILLIS))
          .isTrue();

      MachineRecord elsewhere =
          new MachineRecord(machine.name(), "http://elsewhere:1", "http://elsewhere:2");
      AdminOutcome<JoinReply> outcome =
          join(cluster, JoinRequest.of(elsewhere, new LocalData.Held(first.member)));
      assertThat(outcome)
          .isInstanceOfSatisfying(
              AdminOutcome.Refused.class,
              refused -> assertThat(refused.error().is(ErrorCode.KEY_EXISTS)).isTrue());
      assertThat(leader.life().machine.registry().byName(machine.name()))
          .hasValueSatisfying(
              seat -> {
                assertThat(seat.member()).isEqualTo(second);
                assertThat(seat.peerUrl()).isEqualTo(machine.peerUrl());
              });
    }
  }

  private static boolean isLedByAnotherThan(SimulatedPeer peer, SimulatedPeers cluster) {
    return cluster
        .leader()
        .filter(leader -> leader != peer && leader.life().gate.isOpen())
        .isPresent();
  }

  private static boolean knowsRemoved(SimulatedPeer peer, long member) {
    return peer.life().machine.registry().removed().contains(member);
  }

  private static void remove(SimulatedPeers cluster, SimulatedPeer leader, long member) {
    String name = leader.life().machine.registry().byMember(member).orElseThrow().name();
    CompletableFuture<AdminOutcome<String>> asked = leader.life().admin.remove(Removal.of(name));
    leader.life().poke(0);
    assertThat(cluster.runUntil(asked::isDone, SOON_MILLIS)).isTrue();
    assertThat(asked.join()).isInstanceOf(AdminOutcome.Done.class);
  }

  private static long seated(SimulatedPeers cluster, JoinRequest request) {
    return granted(cluster, request).memberId();
  }

  private static JoinReply granted(SimulatedPeers cluster, JoinRequest request) {
    AdminOutcome<JoinReply> outcome = join(cluster, request);
    assertThat(outcome).isInstanceOf(AdminOutcome.Done.class);
    return ((AdminOutcome.Done<JoinReply>) outcome).value();
  }

  private static AdminOutcome<JoinReply> join(SimulatedPeers cluster, JoinRequest request) {
    SimulatedPeer.Life leader = cluster.leader().orElseThrow().life();
    CompletableFuture<AdminOutcome<JoinReply>> asked = leader.admin.join(request);
    leader.poke(0);
    assertThat(cluster.runUntil(asked::isDone, SOON_MILLIS)).isTrue();
    return asked.join();
  }

  private static SimulatedPeer follower(SimulatedPeers cluster) {
    return cluster.running().stream()
        .filter(peer -> !peer.status().isLeader())
        .findFirst()
        .orElseThrow();
  }
}
