package dev.understudy.peer;

import dev.understudy.clusterconfig.ClusterConfig;
import dev.understudy.peer.driver.ClusterClock;
import dev.understudy.peer.driver.Driver;
import dev.understudy.peer.driver.Outcome;
import dev.understudy.peer.driver.PeerStatus;
import dev.understudy.peer.leadership.LeaderView;
import dev.understudy.raft.ConfChange.Step;
import dev.understudy.raft.ConfChange.StepType;
import dev.understudy.statemachine.Applied;
import dev.understudy.statemachine.Registry;
import dev.understudy.statemachine.StateMachine;
import dev.understudy.statemachine.proto.CommandProto.Command;
import dev.understudy.statemachine.proto.CommandProto.MachineChange;
import dev.understudy.statemachine.proto.CommandProto.Sync;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

/** The peer as its leader's duties see it. */
final class PeerLeaderView implements LeaderView {
  private final Driver driver;
  private final StateMachine machine;
  private final ClusterClock clock;

  PeerLeaderView(Driver driver, StateMachine machine, ClusterClock clock) {
    this.driver = driver;
    this.machine = machine;
    this.clock = clock;
  }

  @Override
  public PeerStatus status() {
    return driver.status();
  }

  @Override
  public Registry registry() {
    return machine.registry();
  }

  @Override
  public ClusterConfig config() {
    return machine.config();
  }

  @Override
  public OptionalLong nextExpiryMillis() {
    return machine.nextExpiryMillis();
  }

  @Override
  public long clusterTimeMillis() {
    return clock.nowMillis();
  }

  /** A member without a seat (a learner that was left behind, say) leaves the membership alone. */
  @Override
  public CompletableFuture<Outcome<Applied>> removeMember(long member) {
    Command.Builder command = Command.newBuilder();
    machine
        .registry()
        .byMember(member)
        .ifPresent(
            seat ->
                command.setMachineChange(
                    MachineChange.newBuilder().setName(seat.name()).setRemoved(member)));
    return driver.changeMembership(command, new Step(StepType.REMOVE, member));
  }

  @Override
  public CompletableFuture<Outcome<Applied>> promoteMember(long member) {
    return driver.changeMembership(Command.newBuilder(), new Step(StepType.ADD_VOTER, member));
  }

  @Override
  public CompletableFuture<Outcome<Applied>> stampTime() {
    return driver.propose(Command.newBuilder().setSync(Sync.getDefaultInstance()));
  }
}
