package dev.understudy.peer;

import dev.understudy.clusterconfig.AutopilotConfig;
import dev.understudy.clusterconfig.ClusterConfig;
import dev.understudy.clusterconfig.ErrorCode;
import dev.understudy.clusterconfig.Incarnation;
import dev.understudy.clusterconfig.Lineage;
import dev.understudy.clusterconfig.MachineRecord;
import dev.understudy.clusterconfig.MachineTraits;
import dev.understudy.clusterconfig.SchedulerConfig;
import dev.understudy.peer.driver.ClusterClock;
import dev.understudy.peer.driver.DriverProxy;
import dev.understudy.peer.driver.Outcome;
import dev.understudy.peer.driver.PeerStatus;
import dev.understudy.peer.leadership.LeaderView;
import dev.understudy.peer.leadership.LiveVoters;
import dev.understudy.raft.ConfChange.Step;
import dev.understudy.raft.ConfChange.StepType;
import dev.understudy.statemachine.Command.ChangeSeats;
import dev.understudy.statemachine.Command.RecordStart;
import dev.understudy.statemachine.Command.StampTime;
import dev.understudy.statemachine.Registry;
import dev.understudy.statemachine.SeatResult;
import dev.understudy.statemachine.StateMachine;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;

/** The peer as its leader's duties see it. */
final class PeerLeaderView implements LeaderView {
  private final DriverProxy driver;
  private final StateMachine machine;
  private final ClusterClock clock;
  private final Processes processes;
  private final RecentLosses losses;
  private final OperatorSettings settings;
  private final LongSupplier clockMillis;
  private final long aliveWithinMillis;
  private final long countedOnWithinMillis;

  /**
   * @param losses is shown every registry that the duties see
   * @param settings what operators have set
   * @param clockMillis monotonic
   * @param aliveWithinMillis a peer counts as alive when it was heard within this time
   * @param countedOnWithinMillis a shorter time, for the votes that a change counts on
   */
  PeerLeaderView(
      DriverProxy driver,
      StateMachine machine,
      ClusterClock clock,
      Processes processes,
      RecentLosses losses,
      OperatorSettings settings,
      LongSupplier clockMillis,
      long aliveWithinMillis,
      long countedOnWithinMillis) {
    this.countedOnWithinMillis = countedOnWithinMillis;
    this.clockMillis = clockMillis;
    this.aliveWithinMillis = aliveWithinMillis;
    this.settings = settings;
    this.processes = processes;
    this.losses = losses;
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
    Registry now = machine.registry();
    losses.look(now);
    return now;
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

  @Override
  public long stampedTimeMillis() {
    return machine.clusterTimeMillis();
  }

  /** A member without a seat (a learner that was left behind, say) leaves the membership alone. */
  @Override
  public CompletableFuture<Outcome<SeatResult>> removeMember(long member) {
    Optional<ChangeSeats> leaving =
        machine.registry().byMember(member).map(seat -> ChangeSeats.take(seat.name(), member));
    return changeMembership(leaving, new Step(StepType.REMOVE, member));
  }

  @Override
  public CompletableFuture<Outcome<SeatResult>> swapMember(
      MachineRecord machine, long learner, Incarnation start, long leaving) {
    return changeMembership(
        Optional.of(ChangeSeats.replace(machine, learner, leaving).recording(start)),
        new Step(StepType.REMOVE, leaving),
        new Step(StepType.ADD_VOTER, learner));
  }

  @Override
  public CompletableFuture<Outcome<SeatResult>> giveSeat(
      MachineRecord machine, long learner, Incarnation start) {
    return driver.changeMembership(
        Optional.of(ChangeSeats.give(machine, learner).recording(start)),
        new Step(StepType.ADD_LEARNER, learner));
  }

  @Override
  public Optional<CompletableFuture<Outcome<Boolean>>> handOver() {
    return Succession.of(driver.status(), clockMillis.getAsLong(), aliveWithinMillis)
        .map(successor -> driver.handOver(successor, aliveWithinMillis));
  }

  @Override
  public CompletableFuture<Outcome<SeatResult>> promoteMember(long member) {
    return changeMembership(Optional.empty(), new Step(StepType.ADD_VOTER, member));
  }

  /** What a duty has looked at may be otherwise when the changes before this one are done. */
  private CompletableFuture<Outcome<SeatResult>> changeMembership(
      Optional<ChangeSeats> seats, Step... steps) {
    return driver.changeMembership(() -> obstacle(steps), seats, steps);
  }

  private Optional<SeatResult.Refused> obstacle(Step... steps) {
    return LiveVoters.survive(
            driver.status(), clockMillis.getAsLong(), countedOnWithinMillis, steps)
        ? Optional.empty()
        : Optional.of(
            new SeatResult.Refused(
                ErrorCode.SEAT_NEEDED, "no majority of the voters would be alive any more"));
  }

  @Override
  public Map<Long, MachineTraits> traits() {
    return processes.allTraits();
  }

  @Override
  public AutopilotConfig autopilot() {
    return settings.autopilot().value();
  }

  @Override
  public SchedulerConfig scheduler() {
    return settings.scheduler().value();
  }

  @Override
  public Map<Long, Lineage> processes() {
    return processes.all();
  }

  @Override
  public CompletableFuture<Outcome<SeatResult>> recordStart(long member, Incarnation start) {
    return driver.propose(new RecordStart(member, start));
  }

  @Override
  public CompletableFuture<Outcome<Integer>> stampTime() {
    return driver.propose(new StampTime());
  }
}
