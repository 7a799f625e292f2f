package dev.understudy.peer;

import dev.understudy.clusterconfig.ApiError;
import dev.understudy.clusterconfig.ApiException;
import dev.understudy.clusterconfig.ClusterConfig;
import dev.understudy.clusterconfig.ErrorCode;
import dev.understudy.clusterconfig.Incarnation;
import dev.understudy.clusterconfig.JoinReply;
import dev.understudy.clusterconfig.JoinRequest;
import dev.understudy.clusterconfig.Lineage;
import dev.understudy.clusterconfig.LocalData;
import dev.understudy.clusterconfig.MachineRecord;
import dev.understudy.clusterconfig.MachineUrl;
import dev.understudy.clusterconfig.MachineView;
import dev.understudy.clusterconfig.Removal;
import dev.understudy.clusterconfig.ReplicaReply;
import dev.understudy.clusterconfig.ReplicaRequest;
import dev.understudy.clusterconfig.SeatPreference;
import dev.understudy.peer.driver.DriverProxy;
import dev.understudy.peer.driver.Outcome;
import dev.understudy.peer.driver.PeerStatus;
import dev.understudy.peer.driver.StateCapture;
import dev.understudy.peer.leadership.Census;
import dev.understudy.peer.leadership.SeatPlan;
import dev.understudy.peer.leadership.SeatSwap;
import dev.understudy.peer.leadership.Standbys;
import dev.understudy.statemachine.Command.ChangeSeats;
import dev.understudy.statemachine.Command.RecordStart;
import dev.understudy.statemachine.Command.SetClusterConfig;
import dev.understudy.statemachine.Registry;
import dev.understudy.statemachine.Registry.Seat;
import dev.understudy.statemachine.SeatResult;
import dev.understudy.statemachine.StateMachine;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;

/**
 * The peer as the admin API sees it. Whatever changes something is judged again when it is applied,
 * so of two machines that want the last seat exactly one gets it.
 */
final class PeerClusterAdmin implements ClusterAdmin {
  private final DriverProxy driver;
  private final StateMachine machine;
  private final long clusterId;
  private final Processes processes;
  private final LongSupplier clockMillis;
  private final long aliveWithinMillis;
  private final long countedOnWithinMillis;
  private final RecentLosses losses;
  private final SeatSwap swap;
  private final Census census;
  private final OperatorSettings settings;
  private final SeatPreferences preference;
  private final UnderstudyJoin understudies;
  private final Replicas replicas;
  private final AdminAnswers answers;
  private final TakenOut takenOut;
  private final SeatRemoval removals;
  private final Doubts doubts = new Doubts();
  private final SeatGrant grants;

  /**
   * @param processes who speaks for the members
   * @param aliveWithinMillis a peer counts as alive when its leader heard it within this time
   * @param countedOnWithinMillis a shorter time, for the votes that a removal counts on
   * @param losses which machines have lost their seats lately
   * @param swap replaces dead peers by standbys
   * @param replicas who gets the log without a seat
   * @param census knows the machines
   * @param settings what operators have set
   */
  PeerClusterAdmin(
      DriverProxy driver,
      StateMachine machine,
      long clusterId,
      Processes processes,
      LongSupplier clockMillis,
      long aliveWithinMillis,
      long countedOnWithinMillis,
      RecentLosses losses,
      SeatSwap swap,
      Replicas replicas,
      Census census,
      OperatorSettings settings) {
    this.settings = settings;
    this.driver = driver;
    this.machine = machine;
    this.clusterId = clusterId;
    this.processes = processes;
    this.clockMillis = clockMillis;
    this.aliveWithinMillis = aliveWithinMillis;
    this.countedOnWithinMillis = countedOnWithinMillis;
    this.losses = losses;
    this.swap = swap;
    this.census = census;
    this.understudies = new UnderstudyJoin(driver, machine::registry, swap);
    this.replicas = replicas;
    this.answers = new AdminAnswers(driver, machine::registry);
    this.preference = new SeatPreferences(census, swap, machine::config, settings, clockMillis);
    this.takenOut = new TakenOut(driver, machine);
    this.removals =
        new SeatRemoval(
            driver,
            machine,
            census,
            answers,
            takenOut,
            clockMillis,
            aliveWithinMillis,
            countedOnWithinMillis);
    this.grants =
        new SeatGrant(
            driver, machine, clusterId, replicas, answers, clockMillis, countedOnWithinMillis);
  }

  @Override
  public long clusterId() {
    return clusterId;
  }

  @Override
  public boolean isLeader() {
    return driver.status().isLeader();
  }

  @Override
  public ClusterConfig config() {
    return machine.config();
  }

  @Override
  public List<MachineView> machines() {
    PeerStatus status = driver.status();
    return machine.registry().all().stream()
        .map(seat -> MachineView.of(seat.machine(), state(seat.member(), status)))
        .toList();
  }

  @Override
  public OptionalLong memberOf(String name) {
    return machine.registry().byName(name).stream().mapToLong(Seat::member).findFirst();
  }

  private static MachineView.State state(long member, PeerStatus status) {
    if (member == status.leader()) {
      return MachineView.State.LEADER;
    }
    return status.voters().contains(member)
        ? MachineView.State.FOLLOWER
        : MachineView.State.LEARNER;
  }

  @Override
  public AdminOutcome<SeatPlan> plan() {
    return driver.status().isLeader()
        ? new AdminOutcome.Done<>(
            SeatPlan.of(
                    census.members(),
                    machine.config(),
                    settings.autopilot().value(),
                    countedOnWithinMillis)
                .with(swap, clockMillis.getAsLong())
                .with(census.all(), settings.scheduler().value(), swap))
        : new AdminOutcome.NotLeader<>(answers.leaderElsewhere());
  }

  @Override
  public long lossAgeMillis(String name) {
    ledRegistry();
    return losses.ageMillis(name);
  }

  /** The registry, which a leader compares with the one that it saw before. */
  private Registry ledRegistry() {
    Registry now = machine.registry();
    if (isLeader()) {
      losses.look(now);
    }
    return now;
  }

  @Override
  public ReplicaReply replicate(MachineRecord standby, ReplicaRequest request) {
    return replicas.wanted(standby, request);
  }

  @Override
  public Map<String, Long> replicaLags() {
    return replicas.lags();
  }

  @Override
  public CompletableFuture<AdminOutcome<StateCapture>> capture() {
    return driver
        .capture()
        .thenApply(
            outcome ->
                outcome instanceof Outcome.Done<StateCapture> done
                    ? new AdminOutcome.Done<>(done.value())
                    : new AdminOutcome.Refused<>(
                        ApiError.of(ErrorCode.LEADER_ELECTION, "this peer is stopping")));
  }

  @Override
  public CompletableFuture<AdminOutcome<ClusterConfig>> putConfig(String changeJson) {
    if (!driver.status().isLeader()) {
      return answers.notLeader();
    }
    String change;
    try {
      change = ClusterConfig.checked(changeJson);
    } catch (ApiException e) {
      return refused(e.error());
    }
    return driver
        .propose(new SetClusterConfig(change))
        .thenApply(outcome -> answers.of(outcome, AdminOutcome.Done::new));
  }

  @Override
  public CompletableFuture<AdminOutcome<String>> remove(Removal removal) {
    if (!driver.status().isLeader()) {
      return answers.notLeader();
    }
    ledRegistry();
    return removals.remove(removal);
  }

  @Override
  public CompletableFuture<AdminOutcome<String>> transferLeadership(String name) {
    return driver.status().isLeader()
        ? new LeadershipTransfer(driver, machine, clockMillis, aliveWithinMillis).to(name)
        : answers.notLeader();
  }

  @Override
  public Set<String> takenOut() {
    return takenOut.all();
  }

  @Override
  public CompletableFuture<AdminOutcome<String>> allow(String name) {
    return driver.status().isLeader()
        ? takenOut
            .remove(name)
            .thenApply(outcome -> answers.of(outcome, r -> new AdminOutcome.Done<>(name)))
        : answers.notLeader();
  }

  @Override
  public int storeVersion() {
    return machine.storeVersion();
  }

  @Override
  public CompletableFuture<AdminOutcome<JoinReply>> join(JoinRequest request) {
    if (!driver.status().isLeader()) {
      return answers.notLeader();
    }
    if (!request.supports(machine.storeVersion())) {
      return refused(
          ApiError.of(
              ErrorCode.INVALID_FIELD,
              "the machine supports store versions "
                  + request.minVersion()
                  + " to "
                  + request.maxVersion()
                  + ", the cluster's is "
                  + machine.storeVersion()));
    }
    Optional<Seat> seat = ledRegistry().byName(request.name());
    Optional<Seat> leaving = stillVoting(request.data());
    if (leaving.isPresent()) {
      return CompletableFuture.completedFuture(
          new AdminOutcome.Done<>(reply(driver.status().commit(), leaving.get().member())));
    }
    if (seat.isEmpty()) {
      return takeAnew(request);
    }
    if (request.data() instanceof LocalData.Unstated) {
      return confirm(request, seat.get(), Lineage.UNSTATED);
    }
    return request.data() instanceof LocalData.Held held && held.memberId() == seat.get().member()
        ? judge(request, held, seat.get())
        : replace(request, seat.get());
  }

  /**
   * The former seat of a machine that has lost it by a joint change which is not at its end, and
   * that has what it promised. Until then its vote counts, and may be the one that is missing.
   */
  private Optional<Seat> stillVoting(LocalData data) {
    PeerStatus status = driver.status();
    return data instanceof LocalData.Held held && !isAnotherAlive(held)
        ? driver
            .stillVoting()
            .byMember(held.memberId())
            .filter(seat -> status.voters().contains(seat.member()))
            .filter(seat -> OlderState.of(held, seat, status.peers().get(seat.member())).isEmpty())
        : Optional.empty();
  }

  /**
   * The machine has a log of the member that the seat belongs to. It may be a copy of a directory
   * whose process is there, or an older state of it, which has forgotten what it promised.
   */
  private CompletableFuture<AdminOutcome<JoinReply>> judge(
      JoinRequest request, LocalData.Held held, Seat seat) {
    if (isAnotherAlive(held)) {
      return aliveElsewhere(seat);
    }
    PeerStatus.Peer known = driver.status().peers().get(seat.member());
    Optional<String> older = OlderState.of(held, seat, known);
    if (older.isEmpty()) {
      return confirm(request, seat, held.lineage());
    }
    return isPresent(held) && !doubts.isStillOlder(held, seat, known)
        ? refused(
            ApiError.of(ErrorCode.LEADER_ELECTION, "what it has is being looked at; ask again"))
        : grants.instead(request, seat, older.get());
  }

  private boolean isPresent(LocalData.Held held) {
    return isAlive(held.memberId())
        && processes
            .of(held.memberId())
            .filter(present -> present.current().equals(held.lineage().current()))
            .isPresent();
  }

  /** Of processes that state no starts nobody knows whether they are the same. */
  private boolean isAnotherAlive(LocalData.Held held) {
    return isAlive(held.memberId())
        && processes
            .of(held.memberId())
            .filter(
                present ->
                    !present.isStated() || !present.current().equals(held.lineage().current()))
            .isPresent();
  }

  /**
   * The machine is the member that the seat belongs to; at most its addresses are new. Its start is
   * recorded before it takes part, unless that could not be committed without it.
   */
  private CompletableFuture<AdminOutcome<JoinReply>> confirm(
      JoinRequest request, Seat seat, Lineage lineage) {
    Incarnation start = lineage.current();
    if (seat.machine().equals(request.machine())) {
      boolean recorded = !start.isKnown() || start.equals(seat.incarnation());
      return recorded || !isQuorumAliveWithout(seat.member())
          ? CompletableFuture.completedFuture(
              new AdminOutcome.Done<>(reply(driver.status().commit(), seat.member())))
          : driver
              .propose(new RecordStart(seat.member(), start))
              .thenApply(o -> joined(o, seat.member()));
    }
    ChangeSeats change = ChangeSeats.readdress(request.machine()).recording(start);
    return grants
        .judged(change)
        .<CompletableFuture<AdminOutcome<JoinReply>>>map(PeerClusterAdmin::refused)
        .orElseGet(() -> driver.propose(change).thenApply(o -> joined(o, seat.member())));
  }

  private boolean isQuorumAliveWithout(long member) {
    PeerStatus status = driver.status();
    long alive = status.voters().stream().filter(v -> v != member && isAlive(v)).count();
    return alive >= status.voters().size() / 2 + 1;
  }

  /**
   * The machine has lost the log of the member that the seat belongs to. That member has promised
   * votes and acknowledged entries that nobody remembers, so it must not come back: the old member
   * leaves and a new one comes, in one change. Unless that member is there: then it is somebody
   * else who says so.
   */
  private CompletableFuture<AdminOutcome<JoinReply>> replace(JoinRequest request, Seat seat) {
    boolean isThere =
        !MachineUrl.same(seat.peerUrl(), request.peerUrl())
            || processes.of(seat.member()).isPresent();
    return isThere && isAlive(seat.member())
        ? aliveElsewhere(seat)
        : grants.instead(request, seat, "its name has the seat of another member");
  }

  private static CompletableFuture<AdminOutcome<JoinReply>> aliveElsewhere(Seat seat) {
    return refused(
        SeatGrant.alreadyHeld(seat.name() + " holds a seat and is alive at " + seat.peerUrl()));
  }

  /**
   * A machine that has just lost its seat waits for a sync interval, in which an operator can stop
   * it and others that have waited come first.
   */
  private CompletableFuture<AdminOutcome<JoinReply>> takeAnew(JoinRequest request) {
    if (takenOut.contains(request.name())) {
      return refused(
          ApiError.of(
              ErrorCode.NO_MORE_PEERS,
              request.name() + " was taken out for good by an operator, and stands by"));
    }
    long ageMillis = losses.ageMillis(request.name());
    if (ageMillis < machine.config().syncIntervalMillis()) {
      return refused(
          ApiError.of(
              ErrorCode.NO_MORE_PEERS,
              request.name()
                  + " lost its seat "
                  + ageMillis
                  + " ms ago and waits for a sync interval"));
    }
    long pauseMillis = swap.copyPauseMillis(request.name());
    if (pauseMillis > 0) {
      return refused(
          ApiError.of(
              ErrorCode.NO_MORE_PEERS,
              request.name()
                  + " did not catch up when it had a seat, and is given none for another "
                  + pauseMillis
                  + " ms"));
    }
    return swap.isWanted(request.name()) ? bringIn(request) : grants.open(request);
  }

  /** All seats are taken, but one of them by a peer that is dead, or so it seems. */
  private CompletableFuture<AdminOutcome<JoinReply>> bringIn(JoinRequest request) {
    Optional<SeatSwap.Understudy> present = understudies.present(request);
    if (present.isPresent()) {
      return CompletableFuture.completedFuture(
          new AdminOutcome.Done<>(reply(driver.status().commit(), present.get().member())));
    }
    long member = replicas.idForSeat(request);
    Optional<ApiError> refusal = grants.judged(understudies.intended(request, member));
    return refusal.isPresent()
        ? refused(refusal.get())
        : understudies
            .bringIn(request, member)
            .map(change -> change.thenApply(o -> joined(o, member)))
            .orElseGet(() -> grants.open(request));
  }

  @Override
  public boolean wantsUnderstudy(String name) {
    return swap.isWanted(name);
  }

  @Override
  public Set<String> paused() {
    return swap.copyPaused();
  }

  @Override
  public SeatPreference seatPreference() {
    return preference.get();
  }

  @Override
  public void standbys(Standbys known) {
    swap.standbyKnown(known::hasCandidate);
    census.standbys(known);
  }

  private boolean isAlive(long member) {
    return driver.status().heardWithin(member, clockMillis.getAsLong(), aliveWithinMillis);
  }

  private AdminOutcome<JoinReply> joined(Outcome<SeatResult> outcome, long member) {
    return answers.seats(outcome, changed -> reply(changed.index(), member));
  }

  private JoinReply reply(long commitIndex, long member) {
    return new JoinReply(commitIndex, member, clusterId);
  }

  private static <T> CompletableFuture<AdminOutcome<T>> refused(ApiError error) {
    return AdminAnswers.refused(error);
  }
}
