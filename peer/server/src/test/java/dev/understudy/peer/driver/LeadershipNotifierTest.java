package dev.understudy.peer.driver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.peer.driver.LeadershipNotifier.Change;
import dev.understudy.raft.ConfState;
import dev.understudy.raft.HardState;
import dev.understudy.raft.MemoryStorage;
import dev.understudy.raft.Message;
import dev.understudy.raft.RaftConfig;
import dev.understudy.raft.RaftCore;
import dev.understudy.raft.RaftEvents;
import dev.understudy.raft.Ready;
import dev.understudy.raft.Role;
import dev.understudy.raft.Snapshot;
import dev.understudy.raft.SnapshotMetadata;
import dev.understudy.statemachine.Registry;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a change of leadership makes of the gate and of the notices, turn by turn. */
class LeadershipNotifierTest {
  private final MemoryStorage storage = storage();
  private final RaftCore core =
      new RaftCore(1, RaftConfig.DEFAULT, storage, 1, bound -> 0, RaftEvents.NONE, id -> false);
  private final LatestValue<Leadership> notices = new LatestValue<>();
  private final ReadGate gate = new ReadGate(Runnable::run, () -> 0);
  private final LeadershipNotifier notifier =
      new LeadershipNotifier(
          notices,
          gate,
          () -> 0,
          new RaftEventLog("m1", 1, new MemberNames(() -> Registry.EMPTY), Runnable::run, () -> 0));

  @Test
  void leadershipThatIsLostAndRegainedBetweenTwoTurnsBeginsAnew() {
    long first = lead();
    assertThat(notifier.update(core)).isEqualTo(Change.BEGAN);
    assertThat(gate.open(first)).isTrue();
    assertThat(taken()).contains(new Leadership.Leading(first));

    depose();
    long second = lead();
    assertThat(second).isGreaterThan(first);
    assertThat(notifier.update(core)).isEqualTo(Change.BEGAN);
    assertThat(gate.isOpen()).as("open for a term that is not established").isFalse();
    assertThat(gate.leads(second)).isTrue();
    assertThat(taken()).contains(new Leadership.Leading(second));
    assertThat(notifier.update(core)).isEqualTo(Change.NONE);
    assertThat(taken()).isEmpty();
  }

  @Test
  void theGateIsClosedInTheTurnInWhichLeadershipIsLost() {
    long term = lead();
    notifier.update(core);
    gate.open(term);
    depose();
    assertThat(notifier.update(core)).isEqualTo(Change.ENDED);
    assertThat(gate.isOpen()).isFalse();
    assertThat(gate.leads(term)).isFalse();
    assertThat(taken()).contains(new Leadership.NotLeading());
  }

  private Optional<Leadership> taken() {
    return notices.take().value();
  }

  private long lead() {
    core.campaign();
    while (core.hasReady()) {
      Ready ready = core.ready();
      storage.append(ready.persist());
      core.advance(ready);
    }
    assertThat(core.role()).isEqualTo(Role.LEADER);
    return core.term();
  }

  /** By the request for a vote of a later term, which a leader's order excuses from the lease. */
  private void depose() {
    core.step(new Message.VoteRequest(2, 1, core.term() + 3, 0, 0, true));
    assertThat(core.role()).isEqualTo(Role.FOLLOWER);
  }

  private static MemoryStorage storage() {
    MemoryStorage storage = new MemoryStorage(base -> Optional.empty());
    storage.applySnapshot(
        new Snapshot(new SnapshotMetadata(1, 1, ConfState.ofVoters(1L)), new byte[0]));
    storage.setHardState(new HardState(1, 0, 1));
    return storage;
  }
}
