package dev.understudy.raft;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Somebody who is no member and follows the log; the fourth of each group here. */
class ObserverTest {
  private static final RaftConfig CONFIG =
      RaftConfig.DEFAULT.withTicks(10, 1).withObserver(true).withForwardProposals(false);

  /** What its log says, in which it is not. */
  private static final ConfState OTHERS = ConfState.ofVoters(1L, 2L, 3L);

  private final Group group =
      new Group(
          4,
          id ->
              id == 4
                  ? TestNode.withLog(4, CONFIG, OTHERS, HardState.EMPTY)
                  : TestNode.of(id, CONFIG, 1L, 2L, 3L));

  @BeforeEach
  void lead() {
    group.core(1).campaign();
    group.settle();
    assertThat(group.core(1).role()).isEqualTo(Role.LEADER);
    assertThat(group.core(1).observe(Set.of(4L))).isTrue();
    group.settle();
  }

  private ConfState confState() {
    return group.core(1).confState();
  }

  @Test
  void hasTheLogAndAppliesWhatIsCommittedWithoutBeingAMember() {
    group.get(1).propose("x");
    group.settle();

    assertThat(group.get(4).commands()).containsExactly("x");
    assertThat(confState()).isEqualTo(ConfState.ofVoters(1L, 2L, 3L));
    assertThat(group.core(4).confState()).isEqualTo(OTHERS);
  }

  @Test
  void itsAcknowledgementsCommitNothing() {
    group.isolate(2);
    group.isolate(3);
    long before = group.core(1).commitIndex();

    group.get(1).propose("x");
    group.settle();

    assertThat(group.get(1).progress(4).match()).isEqualTo(before + 1);
    assertThat(group.core(1).commitIndex()).isEqualTo(before);
  }

  @Test
  void aLeaderThatHearsNobodyElseStepsDown() {
    group.isolate(2);
    group.isolate(3);
    for (int i = 0; i < 30; i++) {
      group.core(1).tick();
      group.settle();
    }

    assertThat(group.core(1).role()).isNotEqualTo(Role.LEADER);
  }

  @Test
  void neverCampaignsAndIsNotHandedLeadership() {
    for (int i = 0; i < 100; i++) {
      group.core(4).tick();
    }
    group.core(4).campaign();
    group.core(1).transferLeader(4);
    group.settle();

    assertThat(group.core(4).role()).isEqualTo(Role.FOLLOWER);
    assertThat(group.core(1).role()).isEqualTo(Role.LEADER);
    assertThat(group.core(1).term()).isEqualTo(1);
  }

  @Test
  void isAnsweredAtWhichIndexItMayRead() {
    group.get(1).propose("x");
    group.settle();
    group.core(4).readIndex(7);
    group.settle();

    assertThat(group.get(4).takeReads())
        .containsExactly(new ReadState(group.core(1).commitIndex(), 7));
  }

  @Test
  void takesASnapshotThatDoesNotNameIt() {
    Snapshot snapshot =
        new Snapshot(new SnapshotMetadata(1, 11, ConfState.ofVoters(1L, 2L, 3L)), new byte[0]);
    TestNode observer = TestNode.withLog(4, CONFIG, OTHERS, HardState.EMPTY);
    TestNode stranger = TestNode.withLog(4, CONFIG.withObserver(false), OTHERS, HardState.EMPTY);

    assertThat(observer.state().maybeRestore(snapshot)).isTrue();
    assertThat(stranger.state().maybeRestore(snapshot)).isFalse();
  }

  /** What it has said before it was a member, perhaps from another directory, does not count. */
  @Test
  void becomesAMemberOfWhichNothingIsKnown() {
    group.isolate(4);
    ConfChange join =
        ConfChange.of(new byte[0], new ConfChange.Step(ConfChange.StepType.ADD_LEARNER, 4));
    group.core(1).applyConfChange(group.core(1).lastIndex() + 1, join);

    assertThat(group.get(1).progress(4).match()).isZero();
    assertThat(group.get(1).progress(4).learner()).isTrue();
  }

  @Test
  void getsNothingMoreOnceItIsLetGoAndIsNotListenedTo() {
    group.core(1).observe(Set.of());
    group.get(1).propose("x");
    group.settle();

    assertThat(group.get(4).commands()).isEmpty();
    assertThat(group.core(1).step(new Message.AppendResponse(4, 1, 1, 2, false, 0, 0)))
        .isEqualTo(StepResult.PEER_NOT_FOUND);
  }

  @Test
  void isForgottenWithTheLeadership() {
    group.core(2).step(new Message.TimeoutNow(1, 2, 1));
    group.settle();
    assertThat(group.core(2).role()).isEqualTo(Role.LEADER);

    assertThat(group.core(1).observe(Set.of(4L))).isFalse();
    group.get(2).propose("y");
    group.settle();
    assertThat(group.get(4).commands()).doesNotContain("y");
    assertThat(group.core(2).observe(Set.of(4L))).isTrue();
    group.settle();
    assertThat(group.get(4).commands()).contains("y");
  }
}
