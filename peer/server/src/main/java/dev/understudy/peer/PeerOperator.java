package dev.understudy.peer;

import dev.understudy.api.OperatorBackend;
import dev.understudy.clusterconfig.ApiError;
import dev.understudy.clusterconfig.AutopilotConfig;
import dev.understudy.clusterconfig.ClusterConfig;
import dev.understudy.clusterconfig.ErrorCode;
import dev.understudy.clusterconfig.HexId;
import dev.understudy.clusterconfig.MachineUrl;
import dev.understudy.clusterconfig.Removal;
import dev.understudy.clusterconfig.SchedulerConfig;
import dev.understudy.clusterconfig.Servers;
import dev.understudy.peer.driver.DriverProxy;
import dev.understudy.peer.driver.Outcome;
import dev.understudy.peer.driver.PeerStatus;
import dev.understudy.peer.leadership.Census;
import dev.understudy.peer.leadership.SeatPlan;
import dev.understudy.statemachine.Registry.Seat;
import dev.understudy.statemachine.StateMachine;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/** The peer as the API for operators sees it. For any thread. */
final class PeerOperator implements OperatorBackend {
  private final DriverProxy driver;
  private final StateMachine machine;
  private final PeerClusterAdmin admin;
  private final Census census;
  private final OperatorSettings settings;
  private final LongSupplier clockMillis;
  private final long aliveWithinMillis;
  private final LongSupplier wallMillis;

  /**
   * @param admin removes machines and hands leadership over
   * @param census knows the machines
   * @param settings what operators have set
   * @param clockMillis monotonic
   * @param aliveWithinMillis a peer counts as alive when it was heard within this time
   * @param wallMillis milliseconds since the epoch
   */
  PeerOperator(
      DriverProxy driver,
      StateMachine machine,
      PeerClusterAdmin admin,
      Census census,
      OperatorSettings settings,
      LongSupplier clockMillis,
      long aliveWithinMillis,
      LongSupplier wallMillis) {
    this.driver = driver;
    this.machine = machine;
    this.admin = admin;
    this.census = census;
    this.settings = settings;
    this.clockMillis = clockMillis;
    this.aliveWithinMillis = aliveWithinMillis;
    this.wallMillis = wallMillis;
  }

  @Override
  public Answer<Servers> servers() {
    Servers all = census.all();
    return all.all().isEmpty() ? notLeader() : new Answer.Done<>(all);
  }

  private <T> Answer<T> notLeader() {
    PeerStatus status = driver.status();
    return new Answer.NotLeader<>(
        status.isLeader()
            ? Optional.empty()
            : machine
                .registry()
                .byMember(status.leader())
                .map(Seat::clientUrl)
                .filter(url -> !url.isEmpty()));
  }

  @Override
  public Members members() {
    PeerStatus status = driver.status();
    List<Member> members = new ArrayList<>();
    for (Seat seat : machine.registry().all()) {
      members.add(member(status, seat.member(), seat.name(), address(seat)));
    }
    for (long learner : status.learners()) {
      if (machine.registry().byMember(learner).isEmpty()) {
        members.add(member(status, learner, "", ""));
      }
    }
    return new Members(status.applied(), members);
  }

  private static Member member(PeerStatus status, long member, String name, String address) {
    return new Member(
        HexId.text(member),
        name,
        address,
        member == status.leader(),
        status.voters().contains(member));
  }

  private static String address(Seat seat) {
    return MachineUrl.normal(seat.peerUrl()).replaceFirst("^[a-z]+://", "");
  }

  @Override
  public ClusterConfig config() {
    return machine.config();
  }

  @Override
  public Answer<Outlook> outlook() {
    return admin.plan() instanceof AdminOutcome.Done<SeatPlan> plan
        ? new Answer.Done<>(outlook(plan.value()))
        : notLeader();
  }

  private Outlook outlook(SeatPlan plan) {
    return new Outlook(
        census.all(),
        plan.openSeats(),
        plan.peers().stream()
            .collect(
                Collectors.toMap(
                    peer -> peer.server().name(),
                    peer -> new Prospect(peer.verdict().name(), peer.reason()))),
        census.takers(),
        plan.preemption()
            .map(would -> new Takeover(would.standby(), would.peer(), plan.preempts())),
        admin.seatPreference().newVersion());
  }

  @Override
  public CompletableFuture<Answer<ClusterConfig>> setConfig(String changeJson) {
    return admin.putConfig(changeJson).thenApply(this::answer);
  }

  @Override
  public Stored<AutopilotConfig> autopilot() {
    return settings.autopilot();
  }

  @Override
  public CompletableFuture<Answer<Written>> set(AutopilotConfig config, OptionalLong cas) {
    return settings.set(config, cas).thenApply(this::written);
  }

  @Override
  public Stored<SchedulerConfig> scheduler() {
    return settings.scheduler();
  }

  @Override
  public CompletableFuture<Answer<Written>> set(SchedulerConfig config, OptionalLong cas) {
    return settings.set(config, cas).thenApply(this::written);
  }

  /** Without a leader nobody knows where to go: the driver has waited for one. */
  private Answer<Written> written(Outcome<Written> outcome) {
    if (outcome instanceof Outcome.Done<Written> done) {
      return new Answer.Done<>(done.value());
    }
    if (outcome instanceof Outcome.NotDone<Written> notDone) {
      return notDone.reason() == Outcome.Reason.NO_LEADER
          ? new Answer.NotLeader<>(Optional.empty())
          : new Answer.Refused<>(ApiError.of(ErrorCode.LEADER_ELECTION, notDone.cause()));
    }
    return new Answer.Refused<>(
        ApiError.of(ErrorCode.RAFT_INTERNAL, ((Outcome.Unknown<Written>) outcome).cause()));
  }

  @Override
  public CompletableFuture<Answer<String>> remove(String name) {
    return admin.remove(new Removal(name, false, false)).thenApply(this::answer);
  }

  @Override
  public CompletableFuture<Answer<String>> transferLeadership(Optional<String> name) {
    return name.or(this::successor)
        .map(admin::transferLeadership)
        .map(outcome -> outcome.thenApply(this::answer))
        .orElseGet(() -> admin.transferLeadership("").thenApply(this::answer));
  }

  private Optional<String> successor() {
    return Succession.of(driver.status(), clockMillis.getAsLong(), aliveWithinMillis)
        .flatMap(member -> machine.registry().byMember(member))
        .map(Seat::name);
  }

  private <T> Answer<T> answer(AdminOutcome<T> outcome) {
    if (outcome instanceof AdminOutcome.Done<T> done) {
      return new Answer.Done<>(done.value());
    }
    return outcome instanceof AdminOutcome.Refused<T> refused
        ? new Answer.Refused<>(refused.error())
        : notLeader();
  }

  @Override
  public long wallMillis() {
    return wallMillis.getAsLong();
  }
}
