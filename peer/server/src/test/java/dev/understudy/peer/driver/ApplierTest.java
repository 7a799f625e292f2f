package dev.understudy.peer.driver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.clusterconfig.MachineRecord;
import dev.understudy.raft.ConfChange;
import dev.understudy.raft.ConfChange.Step;
import dev.understudy.raft.ConfChange.StepType;
import dev.understudy.raft.ConfChange.Transition;
import dev.understudy.raft.ConfState;
import dev.understudy.raft.Entry;
import dev.understudy.raft.HardState;
import dev.understudy.raft.MemoryStorage;
import dev.understudy.raft.Payload;
import dev.understudy.raft.RaftConfig;
import dev.understudy.raft.RaftCore;
import dev.understudy.raft.RaftEvents;
import dev.understudy.raft.Snapshot;
import dev.understudy.raft.SnapshotMetadata;
import dev.understudy.statemachine.Command.ChangeSeats;
import dev.understudy.statemachine.CommandCodec;
import dev.understudy.statemachine.MembershipContext;
import dev.understudy.statemachine.Registry;
import dev.understudy.statemachine.StateMachine;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * What is committed and makes no sense, because an earlier release or somebody in a leader's name
 * has put it into the log: every peer passes over it alike.
 */
class ApplierTest {
  private static final long SELF = 1;
  private static final MachineRecord M1 =
      new MachineRecord("m1", "http://127.0.0.1:7001", "http://127.0.0.1:4001");
  private static final MachineRecord M2 =
      new MachineRecord("m2", "http://127.0.0.1:7002", "http://127.0.0.1:4002");

  private final Completions completions = new Completions(Runnable::run);
  private final MemoryStorage log = new MemoryStorage(base -> Optional.empty());
  private final StateMachine machine = new StateMachine(1);
  private final RaftCore core = core();
  private final Applier applier = applier();
  private long index = 1;

  private RaftCore core() {
    log.applySnapshot(
        new Snapshot(new SnapshotMetadata(1, 1, ConfState.ofVoters(SELF)), new byte[0]));
    log.setHardState(new HardState(1, 0, 1));
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
        new ClusterClock(() -> 0, () -> 1_000),
        new Applier.Listener() {
          @Override
          public void registryChanged(Registry registry) {}

          @Override
          public void membershipChanged(long index, ConfChange change) {}
        },
        new RetryQueue(completions));
  }

  private void apply(Transition transition, ChangeSeats seats, Step... steps) {
    byte[] context = CommandCodec.encode(new MembershipContext(0, Optional.of(seats)));
    apply(new Payload.Change(new ConfChange(transition, List.of(steps), context, false)));
  }

  private void apply(Payload payload) {
    applier.apply(List.of(new Entry(1, ++index, payload)));
    assertThat(applier.appliedIndex()).isEqualTo(index);
  }

  private void giveSelfASeat() {
    apply(Transition.AUTO, ChangeSeats.give(M1, SELF), new Step(StepType.UPDATE, SELF));
    assertThat(machine.registry().byName("m1")).isPresent();
  }

  @Test
  void aChangeThatWouldLeaveNoVoterChangesNeitherMembershipNorSeats() {
    giveSelfASeat();
    final Registry before = machine.registry();
    apply(Transition.AUTO, ChangeSeats.give(M2, 2), new Step(StepType.REMOVE, SELF));
    assertThat(core.confState()).isEqualTo(ConfState.ofVoters(SELF));
    assertThat(machine.registry()).isEqualTo(before);
  }

  @Test
  void whatCannotBeWhileTwoMajoritiesDecideChangesNothingEither() {
    giveSelfASeat();
    apply(Transition.JOINT_EXPLICIT, ChangeSeats.give(M2, 2), new Step(StepType.ADD_LEARNER, 2));
    final ConfState joint = core.confState();
    assertThat(joint.votersOutgoing()).isNotEmpty();
    final Registry before = machine.registry();
    apply(Transition.AUTO, ChangeSeats.take("m2", 2), new Step(StepType.REMOVE, 2));
    assertThat(core.confState()).isEqualTo(joint);
    assertThat(machine.registry()).isEqualTo(before);
  }

  @Test
  void aChangeThatTheSeatsRefuseIsNoneOfTheMembership() {
    giveSelfASeat();
    apply(Transition.AUTO, ChangeSeats.give(M1, 2), new Step(StepType.ADD_LEARNER, 2));
    assertThat(core.confState()).isEqualTo(ConfState.ofVoters(SELF));
  }

  @Test
  void bytesThatAreNoCommandChangeNothing() {
    giveSelfASeat();
    final Registry before = machine.registry();
    apply(new Payload.Normal(new byte[] {-1, -1, -1}));
    apply(
        new Payload.Change(
            ConfChange.of(new byte[] {-1, -1, -1}, new Step(StepType.ADD_LEARNER, 2))));
    assertThat(machine.registry()).isEqualTo(before);
    assertThat(core.confState()).isEqualTo(ConfState.ofVoters(SELF));
  }
}
