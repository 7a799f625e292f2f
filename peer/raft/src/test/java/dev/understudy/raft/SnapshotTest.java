package dev.understudy.raft;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Members that have fallen behind the log (§7). */
class SnapshotTest {
  private static final RaftConfig PLAIN = TestNode.CONFIG;

  private static Snapshot snapshot(long index, long term, ConfState confState) {
    return new Snapshot(new SnapshotMetadata(term, index, confState), new byte[0]);
  }

  /** A leader of voters 1 and 2 whose log begins behind index 11, and has probed member 2. */
  private static TestNode leader() {
    Snapshot start = snapshot(11, 11, ConfState.ofVoters(1L, 2L));
    return TestNode.withLog(1, PLAIN, start, new HardState(11, 0, 11)).lead();
  }

  private static TestNode withPendingSnapshot() {
    TestNode node = leader();
    node.step(new Message.HeartbeatResponse(2, 1, 12, 0));
    node.takeMessages();
    node.step(new Message.AppendResponse(2, 1, 12, 11, true, 0, 0));
    return node;
  }

  @Test
  void aMemberThatNeedsWhatIsGoneGetsTheSnapshot() {
    TestNode node = withPendingSnapshot();
    assertThat(node.take(Message.InstallSnapshot.class))
        .extracting(install -> install.snapshot().metadata().index())
        .containsExactly(11L);
    assertThat(node.progress(2).state()).isEqualTo(PeerProgress.State.SNAPSHOT);
    assertThat(node.progress(2).pendingSnapshot()).isEqualTo(11);
  }

  @Test
  void nothingElseIsSentWhileASnapshotIsOnItsWay() {
    TestNode node = withPendingSnapshot();
    node.takeMessages();
    node.propose("x").propose("y");
    node.step(new Message.HeartbeatResponse(2, 1, 12, 0));
    assertThat(node.takeMessages()).isEmpty();
  }

  @Test
  void aMemberThatIsNotThereGetsNoSnapshot() {
    TestNode node = leader();
    node.rawProgress(2).maybeDecrease(11, 0);
    node.rawProgress(2).setRecentActive(false);
    node.propose("x");
    assertThat(node.takeMessages()).isEmpty();
    assertThat(node.progress(2).pendingSnapshot()).isZero();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theDriversReportEndsTheWaitButTheMemberHasToSpeakFirst(boolean sent) {
    TestNode node = withPendingSnapshot();
    node.takeMessages();
    node.core().reportSnapshot(2, sent);
    assertThat(node.progress(2).state()).isEqualTo(PeerProgress.State.PROBE);
    assertThat(node.progress(2).pendingSnapshot()).isZero();
    assertThat(node.progress(2).next()).isEqualTo(sent ? 12 : 1);
    assertThat(node.progress(2).paused()).isTrue();
    assertThat(node.takeMessages()).isEmpty();
  }

  @Test
  void anAcknowledgementOfTheSnapshotResumesReplication() {
    TestNode node = withPendingSnapshot();
    node.takeMessages();
    node.acknowledge(2, 11);
    assertThat(node.progress(2).state()).isEqualTo(PeerProgress.State.REPLICATE);
    assertThat(node.progress(2).pendingSnapshot()).isZero();
    assertThat(node.progress(2).next()).isEqualTo(13);
    assertThat(node.progress(2).inflightCount()).isEqualTo(1);
  }

  @Test
  void anAcknowledgementThatTheLogDoesNotReachGoesOnWaitingForTheSnapshot() {
    TestNode node = withPendingSnapshot();
    node.takeMessages();
    node.acknowledge(2, 10);
    assertThat(node.progress(2).state()).isEqualTo(PeerProgress.State.SNAPSHOT);
    assertThat(node.takeMessages()).isEmpty();
  }

  @Test
  void aSnapshotReplacesTheLogOnceAndLeavesTheRole() {
    TestNode node = TestNode.of(1, PLAIN, 1L, 2L);
    Snapshot snapshot = snapshot(11, 11, ConfState.ofVoters(1L, 2L, 3L));
    assertThat(node.state().maybeRestore(snapshot)).isTrue();
    assertThat(node.state().log.last()).isEqualTo(new EntryId(11, 11));
    assertThat(node.core().confState()).isEqualTo(ConfState.ofVoters(1L, 2L, 3L));
    assertThat(node.state().maybeRestore(snapshot)).isFalse();
    for (int i = 0; i < 30; i++) {
      node.core().tick();
    }
    assertThat(node.core().role()).isEqualTo(Role.FOLLOWER);
  }

  @Test
  void aSnapshotBelowTheCommitIndexIsRefused() {
    TestNode node =
        TestNode.withLog(1, PLAIN, ConfState.ofVoters(1L, 2L), new HardState(1, 0, 3), 1, 1, 1);
    assertThat(node.state().maybeRestore(snapshot(2, 1, ConfState.ofVoters(1L, 2L)))).isFalse();
    assertThat(node.core().commitIndex()).isEqualTo(3);
  }

  @Test
  void aSnapshotOfWhatTheLogHasOnlyMovesTheCommitIndex() {
    TestNode node =
        TestNode.withLog(1, PLAIN, ConfState.ofVoters(1L, 2L), new HardState(1, 0, 1), 1, 1, 1);
    assertThat(node.state().maybeRestore(snapshot(2, 1, ConfState.ofVoters(1L, 2L)))).isFalse();
    assertThat(node.core().commitIndex()).isEqualTo(2);
    assertThat(node.core().lastIndex()).isEqualTo(3);
  }

  @Test
  void aMemberWithASnapshotToRestoreDoesNotCampaign() {
    TestNode node = TestNode.of(1, PLAIN, 1L, 2L);
    node.state().maybeRestore(snapshot(11, 11, ConfState.ofVoters(1L, 2L)));
    node.core().campaign();
    assertThat(node.core().role()).isEqualTo(Role.FOLLOWER);
    node.settle();
    node.core().campaign();
    assertThat(node.core().role()).isEqualTo(Role.CANDIDATE);
  }

  @Test
  void aSnapshotBringsTheWholeMembership() {
    List<ConfState> states =
        List.of(
            new ConfState(List.of(1L, 2L), List.of(3L), List.of(), List.of(), false),
            new ConfState(List.of(2L, 3L, 4L), List.of(), List.of(1L, 2L, 3L), List.of(1L), true),
            new ConfState(List.of(2L), List.of(1L), List.of(), List.of(), false));
    for (ConfState state : states) {
      TestNode node = TestNode.of(1, PLAIN, 1L, 2L);
      assertThat(node.state().maybeRestore(snapshot(11, 11, state))).isTrue();
      assertThat(node.core().confState()).isEqualTo(state);
    }
  }

  @Test
  void aSnapshotWithoutTheMemberItselfIsRefused() {
    TestNode node = TestNode.of(1, PLAIN, 1L, 2L);
    assertThat(node.state().maybeRestore(snapshot(11, 11, ConfState.ofVoters(2L, 3L)))).isFalse();
  }

  @Test
  void whoSendsASnapshotIsTheLeader() {
    TestNode node = TestNode.of(2, PLAIN, 1L, 2L);
    Snapshot snapshot = snapshot(11, 11, ConfState.ofVoters(1L, 2L));
    node.step(new Message.InstallSnapshot(1, 2, 11, snapshot));
    assertThat(node.core().leader()).isEqualTo(1);
    assertThat(node.takeMessages())
        .containsExactly(new Message.AppendResponse(2, 1, 11, 11, false, 0, 0));
  }

  @Test
  void aMemberThatWasAwayCatchesUpBySnapshot() {
    Group group = Group.of(3).campaign(1).isolate(3);
    for (int i = 0; i < 101; i++) {
      group.propose(1, "x");
    }
    group.get(1).compact(group.core(1).commitIndex());
    group.heal().beat(1).beat(1).propose(1, "y");
    assertThat(group.core(3).commitIndex()).isEqualTo(group.core(1).commitIndex());
    assertThat(group.get(1).progress(3).state()).isEqualTo(PeerProgress.State.REPLICATE);
  }

  @Test
  void aChangeThatWaitsToBeAppliedDoesNotUndoANewerSnapshot() {
    TestNode node = TestNode.of(2, PLAIN, 1L, 2L);
    node.state().maybeRestore(snapshot(11, 11, ConfState.ofVoters(1L, 2L, 3L)));
    ConfChange old = ConfChange.single(ConfChange.StepType.REMOVE, 3, new byte[0]);
    assertThat(node.core().applyConfChange(10, old)).isEqualTo(ConfState.ofVoters(1L, 2L, 3L));
    assertThat(node.core().applyConfChange(12, old)).isEqualTo(ConfState.ofVoters(1L, 2L));
  }
}
