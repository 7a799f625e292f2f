package dev.understudy.peer.driver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.raft.ConfChange;
import dev.understudy.raft.ConfState;
import dev.understudy.raft.Entry;
import dev.understudy.raft.HardState;
import dev.understudy.raft.MemoryStorage;
import dev.understudy.raft.Message;
import dev.understudy.raft.Payload;
import dev.understudy.raft.RaftConfig;
import dev.understudy.raft.RaftCore;
import dev.understudy.raft.RaftEvents;
import dev.understudy.raft.Snapshot;
import dev.understudy.raft.SnapshotMetadata;
import dev.understudy.statemachine.Command;
import dev.understudy.statemachine.CommandCodec;
import dev.understudy.statemachine.CommandEnvelope;
import dev.understudy.statemachine.Registry;
import dev.understudy.statemachine.StateMachine;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * Which stamps a peer's clock goes by: those of whoever leads now, even back; but what the peer had
 * noted of the time before its start is not undone by the older entries that it applies again.
 */
class ApplierClockTest {
  private static final long SELF = 1;
  private static final long LEADER = 2;
  private static final long TERM = 5;
  private static final long NOTED_MILLIS = 1_700_000_000_000L;
  private static final long EARLIER_MILLIS = NOTED_MILLIS - 1_000;
  private static final long LATER_MILLIS = NOTED_MILLIS + 1_000;

  private final Completions completions = new Completions(Runnable::run);
  private final MemoryStorage log = new MemoryStorage(base -> Optional.empty());
  private final StateMachine machine = new StateMachine(1);
  private long monotonicMillis;
  private final ClusterClock clock = new ClusterClock(() -> monotonicMillis, () -> NOTED_MILLIS);
  private final RaftCore core = core();
  private final Applier applier = applier();
  private long index = 1;

  private RaftCore core() {
    log.applySnapshot(
        new Snapshot(new SnapshotMetadata(TERM, 1, ConfState.ofVoters(SELF, LEADER)), new byte[0]));
    log.setHardState(new HardState(TERM, 0, 1));
    clock.observe(NOTED_MILLIS);
    return new RaftCore(SELF, RaftConfig.DEFAULT, log, 1, bound -> 0, RaftEvents.NONE, id -> false);
  }

  private Applier applier() {
    PendingEntries entries = new PendingEntries(completions);
    return new Applier(
        core,
        log,
        machine,
        77,
        new PendingProposals(completions),
        entries,
        new MembershipQueue(completions, entries, core::confState, member -> false, 100),
        clock,
        new Applier.Listener() {
          @Override
          public void registryChanged(Registry registry) {}

          @Override
          public void membershipChanged(long index, ConfChange change) {}
        },
        new RetryQueue(completions));
  }

  private Entry stamped(long term, long millis) {
    byte[] bytes = CommandCodec.encode(new CommandEnvelope(9, 1, millis, new Command.StampTime()));
    return new Entry(term, ++index, new Payload.Normal(bytes));
  }

  private void apply(long term, long millis) {
    applier.apply(List.of(stamped(term, millis)));
  }

  @Test
  void whatIsAppliedAgainDoesNotUndoWhatWasNotedBeforeTheStart() {
    apply(TERM, EARLIER_MILLIS);
    assertThat(clock.nowMillis()).isEqualTo(NOTED_MILLIS);
  }

  @Test
  void aClockThatHasGainedGoesBackToWhatALeaderStamps() {
    monotonicMillis = 3_000;
    apply(TERM, LATER_MILLIS);
    assertThat(clock.nowMillis()).isEqualTo(LATER_MILLIS);
  }

  @Test
  void theStampsOfALaterTermCountWhateverWasNoted() {
    apply(TERM + 1, EARLIER_MILLIS);
    assertThat(clock.nowMillis()).isEqualTo(EARLIER_MILLIS);
  }

  @Test
  void theStampsOfWhoLeadsNowCountWhateverWasNoted() {
    core.step(new Message.Heartbeat(LEADER, SELF, TERM, 1, 0));
    assertThat(core.leader()).isEqualTo(LEADER);
    apply(TERM, EARLIER_MILLIS);
    assertThat(clock.nowMillis()).isEqualTo(EARLIER_MILLIS);
  }

  /** It stamped them itself. */
  @Test
  void theOwnStampsOfALeaderDoNotSetItsClockBack() {
    monotonicMillis = 3_000;
    RaftCore alone = core;
    alone.campaign();
    apply(TERM, LATER_MILLIS);
    assertThat(clock.nowMillis()).isEqualTo(NOTED_MILLIS + 3_000);
  }

  @Test
  void aNewLeaderGoesOnFromTheLastStampInItsLog() {
    monotonicMillis = 3_000;
    log.append(List.of(stamped(TERM, LATER_MILLIS)));
    applier.leadershipBegan();
    assertThat(clock.nowMillis()).isEqualTo(LATER_MILLIS);
  }

  @Test
  void aNewLeaderDoesNotGoBackBehindWhatItHadNoted() {
    log.append(List.of(stamped(TERM, EARLIER_MILLIS)));
    applier.leadershipBegan();
    assertThat(clock.nowMillis()).isEqualTo(NOTED_MILLIS);
  }

  @Test
  void aNewLeaderGoesBackToWhatALaterTermHasStamped() {
    log.append(List.of(stamped(TERM + 1, EARLIER_MILLIS)));
    applier.leadershipBegan();
    assertThat(clock.nowMillis()).isEqualTo(EARLIER_MILLIS);
  }

  /** What a snapshot brings is applied up to there: nothing of it is applied again. */
  @Test
  void theStateOfASnapshotIsAppliedUpToItsIndex() {
    applier.restored(40, TERM);
    assertThat(applier.appliedIndex()).isEqualTo(40);
  }
}
