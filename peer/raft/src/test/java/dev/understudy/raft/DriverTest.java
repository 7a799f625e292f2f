package dev.understudy.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a driver gets, and what it must do with it. */
class DriverTest {
  private static final RaftConfig PLAIN = TestNode.CONFIG;
  private static final RaftConfig ASYNC = PLAIN.withAsyncStorageWrites(true);

  private static MemoryStorage log(long snapshotIndex, long snapshotTerm, long... terms) {
    MemoryStorage log = new MemoryStorage();
    SnapshotMetadata metadata =
        new SnapshotMetadata(snapshotTerm, snapshotIndex, ConfState.ofVoters(1L));
    log.applySnapshot(new Snapshot(metadata, new byte[0]));
    log.append(TestNode.entries(snapshotIndex + 1, terms));
    return log;
  }

  private static RaftCore core(RaftConfig config, MemoryStorage log) {
    return new RaftCore(1, config, log, TestNode.NO_JITTER, RaftEvents.NONE);
  }

  @Test
  void answersFromStrangersAreRefused() {
    RaftCore core = core(PLAIN, log(0, 0));
    List<Message> answers =
        List.of(
            new Message.AppendResponse(9, 1, 0, 0, false, 0, 0),
            new Message.VoteResponse(9, 1, 0, true),
            new Message.PreVoteResponse(9, 1, 0, true),
            new Message.HeartbeatResponse(9, 1, 0, 0),
            new Message.ReadIndexResponse(9, 1, 0, 0, 0));
    for (Message answer : answers) {
      assertThat(core.step(answer)).isEqualTo(StepResult.PEER_NOT_FOUND);
    }
    assertThat(core.step(new Message.Heartbeat(9, 1, 1, 0, 0))).isEqualTo(StepResult.OK);
  }

  @Test
  void aLifeFromASnapshotToTheFirstCommand() {
    MemoryStorage log = log(1, 1);
    RaftCore core = core(PLAIN, log);
    assertThat(core.hasReady()).isFalse();
    core.campaign();
    core.advance(core.ready());
    core.propose(TestNode.bytes("foo"));
    Ready ready = core.ready();
    assertThat(ready.persist()).extracting(Entry::index).containsExactly(2L, 3L);
    assertThat(ready.apply()).isEmpty();
    log.append(ready.persist());
    core.advance(ready);
    ready = core.ready();
    assertThat(ready.hardState()).contains(new HardState(1, 1, 3));
    assertThat(ready.mustSync()).isFalse();
    assertThat(ready.apply()).extracting(Entry::index).containsExactly(2L, 3L);
    core.advance(ready);
    assertThat(core.hasReady()).isFalse();
  }

  @Test
  void aRestartAppliesWhatIsCommittedAndNothingElse() {
    MemoryStorage log = log(0, 0, 1, 1);
    log.setHardState(new HardState(1, 0, 1));
    RaftCore core = core(PLAIN, log);
    Ready ready = core.ready();
    assertThat(ready.hardState()).isEmpty();
    assertThat(ready.persist()).isEmpty();
    assertThat(ready.apply()).extracting(Entry::index).containsExactly(1L);
    core.advance(ready);
    assertThat(core.hasReady()).isFalse();
    MemoryStorage behindSnapshot = log(2, 1, 1);
    behindSnapshot.setHardState(new HardState(1, 0, 3));
    assertThat(core(PLAIN, behindSnapshot).ready().apply())
        .extracting(Entry::index)
        .containsExactly(3L);
  }

  @Test
  void applicationAfterARestartLeavesNoGapWhateverTheLimit() {
    long[] terms = new long[11];
    java.util.Arrays.fill(terms, 1);
    MemoryStorage log = log(0, 0, terms);
    log.setHardState(new HardState(1, 1, 10));
    RaftCore core = core(PLAIN.withMaxCommittedSizePerReady(10L * Entry.OVERHEAD_BYTES - 1), log);
    core.campaign();
    long applied = 0;
    for (int i = 0; i < 20 && core.hasReady(); i++) {
      Ready ready = core.ready();
      log.append(ready.persist());
      for (Entry entry : ready.apply()) {
        assertThat(entry.index()).isEqualTo(++applied);
      }
      core.advance(ready);
    }
    assertThat(applied).isEqualTo(12);
  }

  @Test
  void onlyALeaderShowsProgress() {
    TestNode node = TestNode.of(1, PLAIN, 1L);
    assertThat(node.core().status().progress()).isEmpty();
    node.lead();
    assertThat(node.core().status().progress()).containsOnlyKeys(1L);
    assertThat(node.core().status().confState()).isEqualTo(ConfState.ofVoters(1L));
  }

  @Test
  void aReadyIsAcknowledgedOnceAndBeforeTheNext() {
    RaftCore core = core(PLAIN, log(0, 0));
    core.campaign();
    Ready ready = core.ready();
    assertThatThrownBy(core::ready).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> core.persisted(ready)).isInstanceOf(IllegalStateException.class);
    core.advance(ready);
    assertThatThrownBy(() -> core.advance(ready)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void withAsynchronousStorageSeveralReadysAreOutstanding() {
    MemoryStorage log = log(0, 0);
    RaftCore core = core(ASYNC, log);
    core.campaign();
    core.persisted(core.ready());
    assertThat(core.role()).isEqualTo(Role.LEADER);
    Ready first = core.ready();
    core.propose(TestNode.bytes("a"));
    Ready second = core.ready();
    assertThat(first.persist()).extracting(Entry::index).containsExactly(1L);
    assertThat(second.persist()).extracting(Entry::index).containsExactly(2L);
    assertThat(second.apply()).isEmpty();
    assertThatThrownBy(() -> core.persisted(second))
        .hasMessage("Readys are persisted in their order");
    RaftCore again = core(ASYNC, log(0, 0));
    again.campaign();
    again.persisted(again.ready());
    Ready one = again.ready();
    again.propose(TestNode.bytes("a"));
    Ready two = again.ready();
    log.append(one.persist());
    again.persisted(one);
    assertThat(again.commitIndex()).isEqualTo(1);
    again.persisted(two);
    assertThat(again.commitIndex()).isEqualTo(2);
  }

  @Test
  void withAsynchronousStorageOnlyDurableEntriesAreApplied() {
    MemoryStorage log = log(0, 0);
    SnapshotMetadata two = new SnapshotMetadata(0, 0, ConfState.ofVoters(1L, 2L));
    log.applySnapshot(new Snapshot(two, new byte[0]));
    RaftCore core = core(ASYNC, log);
    core.step(
        new Message.Append(2, 1, 1, new LogSlice(EntryId.ZERO, TestNode.entries(1, 1, 1)), 2));
    Ready ready = core.ready();
    assertThat(core.commitIndex()).isEqualTo(2);
    assertThat(ready.apply()).isEmpty();
    assertThat(core.hasReady()).isFalse();
    log.append(ready.persist());
    core.persisted(ready);
    Ready next = core.ready();
    assertThat(next.apply()).hasSize(2);
    core.applied(next);
    assertThat(core.appliedIndex()).isEqualTo(2);
  }

  @Test
  void anAcknowledgementOfAnEarlierTermMarksNothingAsDurable() {
    MemoryStorage log = log(0, 0);
    SnapshotMetadata two = new SnapshotMetadata(0, 0, ConfState.ofVoters(1L, 2L));
    log.applySnapshot(new Snapshot(two, new byte[0]));
    RaftCore core = core(ASYNC, log);
    core.step(new Message.Append(2, 1, 1, new LogSlice(EntryId.ZERO, TestNode.entries(1, 1)), 0));
    Ready ready = core.ready();
    core.step(new Message.Append(2, 1, 2, new LogSlice(EntryId.ZERO, TestNode.entries(1, 2)), 0));
    core.persisted(ready);
    assertThat(core.state().log.unstable().offset()).isEqualTo(1);
  }

  @Test
  void softStateIsToldWhenLeaderOrRoleChanged() {
    TestNode node = TestNode.of(1, PLAIN, 1L, 2L);
    node.core().step(new Message.Heartbeat(2, 1, 1, 0, 0));
    Ready ready = node.core().ready();
    assertThat(ready.softState()).contains(new SoftState(2, Role.FOLLOWER));
    node.core().advance(ready);
    node.core().step(new Message.Heartbeat(2, 1, 1, 0, 0));
    ready = node.core().ready();
    assertThat(ready.softState()).isEqualTo(Optional.empty());
  }

  @Test
  void readsComeOutOfOneReady() {
    TestNode node = TestNode.of(1, PLAIN, 1L).lead();
    node.core().readIndex(5);
    Ready ready = node.core().ready();
    assertThat(ready.reads()).containsExactly(new ReadState(1, 5));
    node.core().advance(ready);
    assertThat(node.core().hasReady()).isFalse();
  }
}
