package dev.understudy.raft;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.raft.RaftEvents.Distrust;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a member believes of messages that no correct member would send. */
class AcceptanceTest {
  private static final RaftConfig GUARDED = TestNode.CONFIG.withCheckQuorum(true).withPreVote(true);
  private static final long STRANGER = 0xdead;
  private static final long BEYOND = 1L << 40;

  private final List<Distrust> distrusted = new ArrayList<>();
  private final List<Long> commitsBeyond = new ArrayList<>();
  private final RaftEvents events =
      new RaftEvents() {
        @Override
        public void distrusted(Message message, Distrust reason, long term, long leader) {
          distrusted.add(reason);
        }

        @Override
        public void commitBeyondLog(Message.Heartbeat heartbeat, long lastIndex) {
          commitsBeyond.add(heartbeat.commit());
        }
      };

  /** A follower of 2 in term 2, with two entries of term 1. */
  private RaftCore follower() {
    TestNode node =
        TestNode.withLog(1, GUARDED, ConfState.ofVoters(1L, 2L, 3L), new HardState(1, 0, 1), 1, 1);
    RaftCore core = new RaftCore(1, GUARDED, node.log(), TestNode.NO_JITTER, events);
    core.step(new Message.Heartbeat(2, 1, 2, 1, 0));
    assertThat(core.leader()).isEqualTo(2);
    return core;
  }

  static Stream<Message> everyKind(long from, long term) {
    LogSlice probe = new LogSlice(EntryId.ZERO, List.of());
    Snapshot snapshot =
        new Snapshot(new SnapshotMetadata(1, 9, ConfState.ofVoters(1L, from)), new byte[0]);
    return Stream.of(
        new Message.Append(from, 1, term, probe, 0),
        new Message.AppendResponse(from, 1, term, 1, false, 0, 0),
        new Message.AppendResponse(from, 1, term, 1, true, 1, 1),
        new Message.VoteRequest(from, 1, term, 9, 9, false),
        new Message.VoteRequest(from, 1, term, 9, 9, true),
        new Message.PreVoteRequest(from, 1, term, 9, 9),
        new Message.VoteResponse(from, 1, term, true),
        new Message.VoteResponse(from, 1, term, false),
        new Message.PreVoteResponse(from, 1, term, true),
        new Message.PreVoteResponse(from, 1, term, false),
        new Message.Heartbeat(from, 1, term, 0, 0),
        new Message.HeartbeatResponse(from, 1, term, 1),
        new Message.InstallSnapshot(from, 1, term, snapshot),
        new Message.Propose(from, 1, term, List.of(Payload.EMPTY)),
        new Message.ReadIndexRequest(from, 1, term, 1),
        new Message.ReadIndexResponse(from, 1, term, 1, 1),
        new Message.TransferLeader(from, 1, term),
        new Message.TimeoutNow(from, 1, term));
  }

  @ParameterizedTest
  @ValueSource(
      longs = {
        Long.MAX_VALUE,
        Long.MAX_VALUE - 1,
        1L << 40,
        (1L << 32) + 4,
        -1,
        -2,
        Long.MIN_VALUE
      })
  void noTermThatIsFarAheadOrNoneAtAllIsAdopted(long term) {
    for (long from : new long[] {2, 3, STRANGER}) {
      for (boolean heard : new boolean[] {true, false}) {
        everyKind(from, term)
            .forEach(
                message -> {
                  RaftCore core = follower();
                  if (!heard) {
                    core.forgetLeader();
                  }
                  core.step(message);
                  assertThat(core.term()).as("%s", message).isEqualTo(2);
                  assertThat(core.role()).as("%s", message).isEqualTo(Role.FOLLOWER);
                });
      }
    }
  }

  @Test
  void aTermThatIsAheadAsFarAsElectionsGoIsAdopted() {
    RaftCore core = follower();
    core.step(new Message.Heartbeat(3, 1, 2 + Acceptance.MAX_TERM_STEP, 0, 0));
    assertThat(core.term()).isEqualTo(2 + Acceptance.MAX_TERM_STEP);
    assertThat(core.leader()).isEqualTo(3);
  }

  static Stream<Message> badNumbers() {
    Snapshot twice =
        new Snapshot(new SnapshotMetadata(2, 9, ConfState.ofVoters(1L, 1L)), new byte[0]);
    Snapshot both =
        new Snapshot(
            new SnapshotMetadata(
                2, 9, new ConfState(List.of(1L), List.of(1L), List.of(), List.of(), false)),
            new byte[0]);
    Snapshot nobody =
        new Snapshot(
            new SnapshotMetadata(
                2, 9, new ConfState(List.of(), List.of(1L), List.of(), List.of(), false)),
            new byte[0]);
    Snapshot later =
        new Snapshot(new SnapshotMetadata(3, 9, ConfState.ofVoters(1L, 2L)), new byte[0]);
    Snapshot termless =
        new Snapshot(
            new SnapshotMetadata(Storage.UNAVAILABLE, 9, ConfState.ofVoters(1L, 2L)), new byte[0]);
    return Stream.concat(
        Stream.of(twice, both, nobody, later, termless)
            .map(snapshot -> new Message.InstallSnapshot(2, 1, 2, snapshot)),
        Stream.of(
            append(Storage.UNAVAILABLE, BEYOND, BEYOND),
            append(Storage.COMPACTED, BEYOND, BEYOND),
            append(Storage.COMPACTED, -5, 1),
            append(1, Long.MAX_VALUE, Long.MAX_VALUE),
            append(1, 2, -1),
            new Message.Heartbeat(2, 1, 2, -1, 0),
            new Message.Heartbeat(2, 1, 2, Long.MIN_VALUE, 0),
            new Message.ReadIndexResponse(2, 1, 2, -1, 7),
            new Message.VoteRequest(2, 1, 3, -1, 9, true),
            new Message.VoteRequest(2, 1, 3, 3, -1, true)));
  }

  private static Message append(long prevTerm, long prevIndex, long commit) {
    return new Message.Append(
        2, 1, 2, new LogSlice(new EntryId(prevTerm, prevIndex), List.of()), commit);
  }

  @ParameterizedTest
  @MethodSource("badNumbers")
  void numbersThatCannotBeChangeNothing(Message message) {
    RaftCore core = follower();
    Status before = core.status();
    assertThat(core.step(message)).isEqualTo(StepResult.OK);
    assertThat(core.status()).isEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(longs = {3, BEYOND, SoundMessage.MAX_INDEX})
  void aCommitBeyondTheEndOfTheLogIsNotTakenOver(long commit) {
    RaftCore core = follower();
    core.step(new Message.Heartbeat(2, 1, 2, commit, 0));
    assertThat(core.commitIndex()).isEqualTo(1);
    assertThat(commitsBeyond).containsExactly(commit);
    core.step(new Message.Heartbeat(2, 1, 2, 2, 0));
    assertThat(core.commitIndex()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(longs = {3, STRANGER})
  void aSecondLeaderOfATermIsNotFollowed(long rival) {
    RaftCore core = follower();
    everyKind(rival, 2)
        .filter(message -> message instanceof Message.FromLeader)
        .forEach(message -> assertThat(core.step(message)).isEqualTo(StepResult.OK));
    assertThat(core.leader()).isEqualTo(2);
    assertThat(core.lastIndex()).isEqualTo(2);
    assertThat(distrusted).containsOnly(Distrust.RIVAL_LEADER).hasSize(3);
  }

  /** Nobody elects another one while the others hear theirs, so this would last. */
  @Test
  void aMemberThatLeadsIsFollowedThoughAStrangerWasHeardFirstInItsTerm() {
    RaftCore core = follower();
    while (core.leader() != 0) {
      core.tick();
    }
    core.step(new Message.Heartbeat(STRANGER, 1, 3, 0, 0));
    assertThat(core.leader()).isEqualTo(STRANGER);
    core.step(new Message.Heartbeat(3, 1, 3, 0, 0));
    assertThat(core.leader()).isEqualTo(3);
    core.step(new Message.Heartbeat(STRANGER, 1, 3, 0, 0));
    core.step(new Message.Heartbeat(2, 1, 3, 0, 0));
    assertThat(core.leader()).isEqualTo(3);
    assertThat(distrusted).containsOnly(Distrust.RIVAL_LEADER).hasSize(2);
  }

  @Test
  void aRivalDoesNotHoldUpTheElectionThatTheSilenceOfTheLeaderCauses() {
    RaftCore core = follower();
    for (int i = 0; i < 20 && core.role() == Role.FOLLOWER; i++) {
      core.tick();
      core.step(new Message.Heartbeat(3, 1, 2, 0, 0));
    }
    assertThat(core.role()).isEqualTo(Role.PRE_CANDIDATE);
    core.step(new Message.Heartbeat(3, 1, 2, 0, 0));
    assertThat(core.role()).as("the term had a leader").isEqualTo(Role.PRE_CANDIDATE);
    core.step(new Message.Heartbeat(2, 1, 2, 0, 0));
    assertThat(core.leader()).isEqualTo(2);
  }

  @Test
  void aLeaderHearsNoOtherLeaderOfItsTerm() {
    TestNode node = TestNode.of(1, GUARDED.withPreVote(false), 1L, 2L, 3L).lead();
    long term = node.core().term();
    for (long from : new long[] {2, 3, STRANGER}) {
      everyKind(from, term)
          .filter(message -> message instanceof Message.FromLeader)
          .forEach(node::step);
    }
    assertThat(node.core().role()).isEqualTo(Role.LEADER);
    assertThat(node.core().term()).isEqualTo(term);
  }

  @ParameterizedTest
  @EnumSource(
      value = Role.class,
      names = {"FOLLOWER", "LEADER"})
  void aStrangerIsNotHeardWhileALeaderIs(Role role) {
    for (long term : new long[] {2, 3, 52}) {
      everyKind(STRANGER, term)
          .filter(message -> !(message instanceof Message.AnyVoteRequest))
          .forEach(
              message -> {
                RaftCore core = role == Role.FOLLOWER ? follower() : leading();
                long before = core.term();
                core.step(message);
                assertThat(core.term()).as("%s", message).isEqualTo(before);
                assertThat(core.role()).as("%s", message).isEqualTo(role);
                assertThat(core.leader()).isEqualTo(role == Role.LEADER ? 1 : 2);
              });
    }
  }

  private static RaftCore leading() {
    TestNode node =
        TestNode.withLog(
            1, GUARDED.withPreVote(false), ConfState.ofVoters(1L, 2L, 3L), new HardState(1, 0, 0));
    return node.lead().core();
  }

  /** The other side of the rule (thesis §4.1): it may have missed how that one became a member. */
  @Test
  void aMemberThatWasLongCutOffFollowsALeaderThatItDoesNotKnowYet() {
    RaftCore core = follower();
    core.step(new Message.Heartbeat(STRANGER, 1, 7, 0, 0));
    assertThat(core.leader()).isEqualTo(2);
    for (int i = 0; i < GUARDED.electionTicks(); i++) {
      core.tick();
    }
    core.step(new Message.Heartbeat(STRANGER, 1, 7, 0, 0));
    assertThat(core.leader()).isEqualTo(STRANGER);
    assertThat(core.term()).isEqualTo(7);
    core.step(new Message.Heartbeat(STRANGER, 1, 7, 0, 0));
    core.step(
        new Message.Append(
            STRANGER, 1, 7, new LogSlice(new EntryId(1, 2), TestNode.entries(3, 7)), 2));
    assertThat(core.lastIndex()).as("and goes on listening to it").isEqualTo(3);
    assertThat(core.commitIndex()).isEqualTo(2);
  }

  @Test
  void aNewMemberWithoutAnythingFollowsWhomeverItHears() {
    TestNode node = TestNode.withLog(1, GUARDED, ConfState.EMPTY, HardState.EMPTY);
    node.step(new Message.Heartbeat(2, 1, 7, 0, 0));
    assertThat(node.core().leader()).isEqualTo(2);
  }

  @Test
  void whileNoLeaderIsKnownAStrangerOrdersNoElection() {
    TestNode node =
        TestNode.withLog(1, GUARDED, ConfState.ofVoters(1L, 2L, 3L), new HardState(2, 0, 1), 1, 1);
    node.step(new Message.TimeoutNow(STRANGER, 1, 2));
    assertThat(node.core().role()).isEqualTo(Role.FOLLOWER);
    node.step(new Message.TimeoutNow(2, 1, 2));
    assertThat(node.core().role()).isEqualTo(Role.CANDIDATE);
  }

  @Test
  void onlyTheLeaderOrdersAnElectionOrAnswersARead() {
    for (long from : new long[] {3, STRANGER}) {
      for (long term : new long[] {2, 3}) {
        RaftCore core = follower();
        Status before = core.status();
        core.step(new Message.TimeoutNow(from, 1, term));
        core.step(new Message.ReadIndexResponse(from, 1, 2, 1, 7));
        assertThat(core.status()).isEqualTo(before);
        assertThat(core.ready().reads()).isEmpty();
      }
    }
    RaftCore core = follower();
    core.step(new Message.ReadIndexResponse(2, 1, 2, 1, 7));
    assertThat(core.ready().reads()).containsExactly(new ReadState(1, 7));
    core.step(new Message.TimeoutNow(2, 1, 2));
    assertThat(core.role()).isEqualTo(Role.CANDIDATE);
  }

  @Test
  void aRejectionInTheLeadersOwnNameIsIgnored() {
    TestNode node = TestNode.of(1, GUARDED.withPreVote(false), 1L, 2L, 3L).lead();
    node.step(new Message.AppendResponse(1, 1, node.core().term(), BEYOND, true, 1, 1));
    assertThat(node.core().role()).isEqualTo(Role.LEADER);
    assertThat(node.takeMessages()).isEmpty();
  }

  /** Without this a term could be raised, or a leader followed, in the member's own name. */
  @ParameterizedTest
  @ValueSource(longs = {2, 3})
  void nothingThatWouldBeAnsweredIsTakenFromOneself(long term) {
    for (boolean heard : new boolean[] {true, false}) {
      everyKind(1, term)
          .filter(m -> m instanceof Message.FromLeader || m instanceof Message.AnyVoteRequest)
          .forEach(
              message -> {
                RaftCore core = follower();
                if (!heard) {
                  core.forgetLeader();
                }
                Status before = core.status();
                assertThat(core.step(message)).isEqualTo(StepResult.OK);
                assertThat(core.status()).as("%s", message).isEqualTo(before);
                Ready ready = core.ready();
                assertThat(ready.sendNow()).noneMatch(sent -> sent.to() == 1);
                assertThat(ready.sendOncePersisted()).noneMatch(sent -> sent.to() == 1);
              });
    }
  }

  @Test
  void whetherAChangeCanBeAppliedIsKnownBeforeIt() {
    RaftCore core = follower();
    ConfChange everybody =
        ConfChange.of(
            new byte[0],
            Stream.of(1L, 2L, 3L)
                .map(id -> new ConfChange.Step(ConfChange.StepType.REMOVE, id))
                .toArray(ConfChange.Step[]::new));
    assertThat(core.canApply(everybody)).isFalse();
    assertThat(core.canApply(ConfChange.LEAVE_JOINT)).isFalse();
    assertThat(
            core.canApply(
                ConfChange.of(new byte[0], new ConfChange.Step(ConfChange.StepType.REMOVE, 3))))
        .isTrue();
    assertThat(core.confState()).isEqualTo(ConfState.ofVoters(1L, 2L, 3L));
  }
}
