package dev.understudy.raft;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Linearizable reads without a log entry (thesis §6.4). */
class ReadTest {
  private static final RaftConfig CHECKED = TestNode.CONFIG.withCheckQuorum(true);

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anyMemberReadsWhatWasCommittedBefore(boolean leaseReads) {
    Group group = Group.of(3, CHECKED.withLeaseReads(leaseReads)).campaign(1);
    long[] readers = {1, 2, 3, 1, 2, 3};
    for (int i = 0; i < readers.length; i++) {
      for (int j = 0; j < 10; j++) {
        group.propose(1, "x");
      }
      assertThat(group.core(readers[i]).readIndex(100 + i)).isTrue();
      group.settle();
      assertThat(group.get(readers[i]).takeReads())
          .containsExactly(new ReadState(11 + 10 * i, 100 + i));
    }
  }

  @Test
  void aLearnerReadsToo() {
    ConfState confState = new ConfState(List.of(1L), List.of(2L), List.of(), List.of(), false);
    Group group = new Group(2, id -> TestNode.withLog(id, CHECKED, confState, HardState.EMPTY));
    group.campaign(1);
    for (int i = 0; i < 4; i++) {
      for (int j = 0; j < 10; j++) {
        group.propose(1, "x");
      }
      long reader = 1L + i % 2;
      group.core(reader).readIndex(i);
      group.settle();
      assertThat(group.get(reader).takeReads()).containsExactly(new ReadState(11 + 10 * i, i));
    }
  }

  @Test
  void aNewLeaderAnswersOnlyAfterItsFirstCommit() {
    ConfState voters = ConfState.ofVoters(1L, 2L, 3L);
    Group group =
        new Group(3, id -> TestNode.withLog(id, CHECKED, voters, new HardState(1, 0, 3), 1, 1, 1));
    group.lose(message -> message instanceof Message.Append).campaign(2);
    group.core(2).readIndex(7);
    group.settle();
    assertThat(group.get(2).takeReads()).isEmpty();
    group.heal().beat(2);
    assertThat(group.core(2).commitIndex()).isEqualTo(4);
    assertThat(group.get(2).takeReads()).containsExactly(new ReadState(4, 7));
    group.core(2).readIndex(8);
    assertThat(group.settle().get(2).takeReads()).containsExactly(new ReadState(4, 8));
  }

  /** A lease says that nobody else leads; what is committed the leader may not know yet. */
  @Test
  void aLeaseAnswersNothingBeforeTheFirstCommit() {
    ConfState voters = ConfState.ofVoters(1L, 2L, 3L);
    RaftConfig leased = CHECKED.withLeaseReads(true);
    Group group =
        new Group(3, id -> TestNode.withLog(id, leased, voters, new HardState(1, 0, 2), 1, 1, 1));
    group.lose(message -> message instanceof Message.Append).campaign(2).beat(2);
    assertThat(group.core(2).role()).isEqualTo(Role.LEADER);
    group.core(2).readIndex(7);
    group.settle();
    assertThat(group.get(2).takeReads()).isEmpty();
    group.heal().beat(2);
    assertThat(group.get(2).takeReads()).containsExactly(new ReadState(4, 7));
  }

  @Test
  void aSingleVoterToWaitsForItsFirstCommit() {
    TestNode node =
        TestNode.withLog(1, TestNode.CONFIG, ConfState.ofVoters(1L), new HardState(1, 0, 1), 1, 1);
    node.core().campaign();
    node.core().advance(node.core().ready());
    assertThat(node.core().role()).isEqualTo(Role.LEADER);
    node.core().readIndex(1);
    assertThat(node.core().ready().reads()).isEmpty();
  }

  @Test
  void aReadCostsOneRoundOfHeartbeatsAndThenIsForgotten() {
    TestNode node = TestNode.of(1, TestNode.CONFIG, 1L, 2L, 3L).lead();
    node.acknowledge(2, 1);
    node.takeMessages();
    node.step(new Message.ReadIndexRequest(3, 1, 0, 99));
    List<Message.Heartbeat> round = node.take(Message.Heartbeat.class);
    assertThat(round).hasSize(2).allMatch(heartbeat -> heartbeat.context() > 0);
    assertThat(node.leader().reads().size()).isEqualTo(1);
    node.step(new Message.HeartbeatResponse(2, 1, 1, round.get(0).context()));
    assertThat(node.take(Message.ReadIndexResponse.class))
        .containsExactly(new Message.ReadIndexResponse(1, 3, 1, 1, 99));
    assertThat(node.leader().reads().size()).isZero();
  }

  @Test
  void anAnswerToAnEarlierRoundConfirmsNoLaterRead() {
    TestNode node = TestNode.of(1, TestNode.CONFIG, 1L, 2L, 3L).lead();
    node.acknowledge(2, 1);
    node.core().readIndex(5);
    long first = node.take(Message.Heartbeat.class).get(0).context();
    node.propose("x");
    node.acknowledge(2, 2);
    node.core().readIndex(5);
    node.takeMessages();
    node.step(new Message.HeartbeatResponse(2, 1, 1, first));
    assertThat(node.takeReads()).containsExactly(new ReadState(1, 5));
    node.step(new Message.HeartbeatResponse(2, 1, 1, first + 1));
    assertThat(node.takeReads()).containsExactly(new ReadState(2, 5));
  }

  @Test
  void aFormerLeaderSendsAReadOnToTheNewOne() {
    Group group = Group.of(3).campaign(1).campaign(2);
    group.core(1).step(new Message.ReadIndexRequest(3, 1, 0, 4));
    group.settle();
    assertThat(group.get(3).takeReads()).containsExactly(new ReadState(2, 4));
  }

  @Test
  void withoutALeaderAReadIsDroppedAtOnce() {
    TestNode node = TestNode.of(1, TestNode.CONFIG, 1L, 2L, 3L);
    assertThat(node.core().readIndex(1)).isFalse();
    node.core().campaign();
    assertThat(node.core().readIndex(1)).isFalse();
    assertThat(node.takeReads()).isEmpty();
  }

  @Test
  void noMoreReadsWaitThanMay() {
    RaftConfig config = TestNode.CONFIG.withMaxPendingReads(2);
    TestNode node = TestNode.of(1, config, 1L, 2L, 3L).lead();
    assertThat(node.core().readIndex(1)).isTrue();
    assertThat(node.core().readIndex(2)).isTrue();
    assertThat(node.core().readIndex(3)).isFalse();
  }

  @Test
  void aLeaderThatWasDeposedUnawaresAnswersNoReadByAnExpiredLease() {
    Group group = Group.of(3, CHECKED.withLeaseReads(true)).campaign(1).beat(1);
    group.isolate(1);
    group.get(3).state().electionTimeout = 19;
    // One tick less for the leader, whose check of the quorum would come with the last one.
    for (int tick = 1; tick <= 10; tick++) {
      if (tick < 10) {
        group.core(1).tick();
      }
      group.core(3).tick();
      group.core(2).tick();
      group.settle();
    }
    assertThat(group.core(2).role()).isEqualTo(Role.LEADER);
    group.propose(2, "new");
    assertThat(group.core(1).role()).isEqualTo(Role.LEADER);
    group.core(1).readIndex(1);
    group.settle();
    assertThat(group.get(1).takeReads()).isEmpty();
  }

  @Test
  void aLeaseAnswersAtOnceWhileItHolds() {
    Group group = Group.of(3, CHECKED.withLeaseReads(true)).campaign(1).beat(1);
    group.isolate(1);
    for (int i = 0; i < 8; i++) {
      assertThat(group.core(1).readIndex(i)).isTrue();
      assertThat(group.get(1).takeReads()).hasSize(1);
      group.core(1).tick();
    }
    group.core(1).tick();
    group.core(1).readIndex(9);
    assertThat(group.get(1).takeReads()).isEmpty();
  }

  @Test
  void aLeaseCountsFromTheHeartbeatAndNotFromItsAnswer() {
    List<Message> late = new ArrayList<>();
    Group group = Group.of(3, CHECKED.withLeaseReads(true)).campaign(1);
    group.lose(message -> message instanceof Message.HeartbeatResponse && late.add(message));
    group.beat(1).isolate(1).tick(1, 5);
    late.forEach(group.core(1)::step);
    group.core(1).readIndex(1);
    assertThat(group.get(1).takeReads()).as("5 ticks after it was sent").hasSize(1);
    group.tick(1, 4);
    assertThat(group.core(1).role()).isEqualTo(Role.LEADER);
    group.core(1).readIndex(2);
    assertThat(group.get(1).takeReads()).as("9 ticks after it was sent").isEmpty();
  }

  @Test
  void aReadThatWaitedForARemovedMemberIsAnsweredOnceThatIsGone() {
    TestNode node = TestNode.of(1, TestNode.CONFIG, 1L, 2L).lead();
    node.acknowledge(2, 1);
    node.core().readIndex(5);
    assertThat(node.takeReads()).isEmpty();
    node.core().applyConfChange(2, ConfChange.single(ConfChange.StepType.REMOVE, 2, new byte[0]));
    assertThat(node.takeReads()).containsExactly(new ReadState(1, 5));
  }

  @Test
  void aReadThatCameBeforeTheFirstCommitIsAnsweredWhenTheQuorumShrinksToIt() {
    TestNode node = TestNode.of(1, TestNode.CONFIG, 1L, 2L).lead();
    node.core().readIndex(5);
    assertThat(node.takeReads()).isEmpty();
    node.core().applyConfChange(2, ConfChange.single(ConfChange.StepType.REMOVE, 2, new byte[0]));
    assertThat(node.takeReads()).containsExactly(new ReadState(1, 5));
  }

  @Test
  void anAnswerToARoundThatHasNotBegunConfirmsNothing() {
    TestNode node = TestNode.of(1, TestNode.CONFIG, 1L, 2L, 3L).lead();
    node.acknowledge(2, 1);
    node.step(new Message.HeartbeatResponse(2, 1, 1, 1_000));
    node.core().readIndex(5);
    assertThat(node.takeReads()).isEmpty();
    node.step(new Message.HeartbeatResponse(2, 1, 1, 1));
    assertThat(node.takeReads()).containsExactly(new ReadState(1, 5));
  }

  @Test
  void quiescedTicksUseUpALeaseToo() {
    Group group = Group.of(3, CHECKED.withLeaseReads(true)).campaign(1).beat(1);
    group.isolate(1);
    for (int i = 0; i < 9; i++) {
      group.core(1).tickQuiesced();
    }
    group.core(1).readIndex(1);
    assertThat(group.get(1).takeReads()).isEmpty();
    assertThat(group.core(1).role()).isEqualTo(Role.LEADER);
  }

  @Test
  void handingOverEndsTheLease() {
    Group group = Group.of(3, CHECKED.withLeaseReads(true)).campaign(1).beat(1);
    group.lose(message -> message instanceof Message.TimeoutNow);
    group.core(1).transferLeader(2);
    group.settle().isolate(1);
    group.core(1).readIndex(1);
    assertThat(group.get(1).takeReads()).isEmpty();
  }

  @Test
  void lateAnswersFromBeforeAChangeOfLeadersConfirmNoReadOfTheSameName() {
    List<Message> late = new ArrayList<>();
    Group group = Group.of(3, CHECKED.withCheckQuorum(false)).campaign(1);
    group.propose(1, "x");

    // Twice the same request; the answers to its heartbeats are held back.
    group.lose(
        message -> message instanceof Message.HeartbeatResponse response && late.add(response));
    Message twice = new Message.ReadIndexRequest(2, 1, 0, 9);
    group.core(1).step(twice);
    group.core(1).step(twice);
    group.settle();
    assertThat(late).hasSize(4);

    // Leadership goes and comes back, and more is committed.
    group.heal().campaign(2).propose(2, "y").campaign(1).propose(1, "z");
    long committed = group.core(1).commitIndex();
    assertThat(committed).isEqualTo(6);

    // The same request again: the late answers, of an earlier term, are no answers to it.
    List<Message> held = List.copyOf(late);
    group.lose(
        message -> message instanceof Message.HeartbeatResponse response && late.add(response));
    group.core(1).step(twice);
    group.settle();
    held.forEach(group.core(1)::step);
    group.settle();
    assertThat(group.get(2).takeReads()).isEmpty();
    assertThat(group.get(1).leader().reads().size()).isEqualTo(1);

    // Its own are, also if they come late and twice.
    List<Message> own = late.subList(held.size(), late.size());
    own.forEach(group.core(1)::step);
    own.forEach(group.core(1)::step);
    group.settle();
    assertThat(group.get(2).takeReads()).containsExactly(new ReadState(committed, 9));
  }

  @Test
  void aRequestThatArrivesTwiceIsAnsweredTwiceAndNeverTooLow() {
    List<Message> late = new ArrayList<>();
    Group group = Group.of(3).campaign(1).propose(1, "x");
    group.lose(
        message -> message instanceof Message.HeartbeatResponse response && late.add(response));
    Message twice = new Message.ReadIndexRequest(2, 1, 0, 9);
    group.core(1).step(twice);
    group.settle();
    group.propose(1, "y");
    group.core(1).step(twice);
    group.settle();

    // What was answered before "y" was committed cannot answer what was asked after it.
    group.core(1).step(late.get(0));
    group.settle();
    assertThat(group.get(2).takeReads()).containsExactly(new ReadState(2, 9));
    group.core(1).step(late.get(0));
    group.core(1).step(late.get(1));
    group.settle();
    assertThat(group.get(2).takeReads()).isEmpty();
    group.core(1).step(late.get(2));
    group.settle();
    assertThat(group.get(2).takeReads()).containsExactly(new ReadState(3, 9));
  }
}
