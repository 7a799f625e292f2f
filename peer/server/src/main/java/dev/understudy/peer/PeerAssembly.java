package dev.understudy.peer;

import dev.understudy.api.ClientMemory;
import dev.understudy.api.access.Guard;
import dev.understudy.clusterconfig.Lineage;
import dev.understudy.clusterconfig.MachineTraits;
import dev.understudy.locks.LockTables;
import dev.understudy.peer.driver.ClusterClock;
import dev.understudy.peer.driver.Driver;
import dev.understudy.peer.driver.DriverProxy;
import dev.understudy.peer.driver.DriverWorld;
import dev.understudy.peer.driver.DutyCycleTracker;
import dev.understudy.peer.driver.LatestValue;
import dev.understudy.peer.driver.Leadership;
import dev.understudy.peer.driver.MemberNames;
import dev.understudy.peer.driver.Outcome;
import dev.understudy.peer.driver.PeerEvents;
import dev.understudy.peer.driver.PeerStatus;
import dev.understudy.peer.driver.RaftEventLog;
import dev.understudy.peer.driver.ReadGate;
import dev.understudy.peer.driver.ReplicationStatistics;
import dev.understudy.peer.driver.Snapshotter;
import dev.understudy.peer.leadership.ActiveSizeMonitor;
import dev.understudy.peer.leadership.ActivityMonitor;
import dev.understudy.peer.leadership.Census;
import dev.understudy.peer.leadership.Duty;
import dev.understudy.peer.leadership.ExpiryStamps;
import dev.understudy.peer.leadership.HealthDuty;
import dev.understudy.peer.leadership.LeaderLoop;
import dev.understudy.peer.leadership.LeaderView;
import dev.understudy.peer.leadership.LeadershipMetrics;
import dev.understudy.peer.leadership.LearnerPromotion;
import dev.understudy.peer.leadership.LinearizableReads;
import dev.understudy.peer.leadership.SeatCalls;
import dev.understudy.peer.leadership.SeatPreemption;
import dev.understudy.peer.leadership.SeatSwap;
import dev.understudy.peer.leadership.SessionTimers;
import dev.understudy.peer.leadership.StartRecords;
import dev.understudy.raft.MemoryStorage;
import dev.understudy.raft.RaftConfig;
import dev.understudy.raft.RaftCore;
import dev.understudy.raft.RaftEvents;
import dev.understudy.statemachine.ClientCommands;
import dev.understudy.statemachine.Command;
import dev.understudy.statemachine.StateMachine;
import dev.understudy.transport.PeerIdentity;
import dev.understudy.wal.Directory;
import dev.understudy.wal.WalIdentity;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/**
 * The parts of a peer, put together: the only place where that happens. It starts no thread, opens
 * no port and reads no clock but its context's, so what a simulation turns by hand is what serves
 * users.
 */
final class PeerAssembly {
  /** A seat is given up one at a time, so an operator can follow; once a second, as in etcd 0.4. */
  private static final long ACTIVE_SIZE_INTERVAL_MILLIS = 1_000;

  /** Ten times as often as in etcd 0.4: a check is cheap, and a dead peer's seat waits for it. */
  private static final long ACTIVITY_INTERVAL_MILLIS = 100;

  /** A tenth of a second more than its time is what a key may live. */
  private static final long EXPIRY_INTERVAL_MILLIS = 100;

  /** A new peer gets its vote within a fraction of the second that filling a seat may take. */
  private static final long PROMOTION_INTERVAL_MILLIS = 50;

  /** Until a start is recorded, an older state of its directory is not known by it. */
  private static final long START_RECORD_INTERVAL_MILLIS = 50;

  /** A quarter of the second that the end of a session may take. */
  private static final long SESSION_INTERVAL_MILLIS = 250;

  private final PeerOptions options;
  private final PeerContext context;
  private final WalIdentity identity;

  final MemoryStorage log;
  final RaftCore core;
  final StateMachine machine;
  final PeerContext.Link link;
  final ReadGate gate;
  final Driver driverAgent;
  final DriverProxy driver;
  final LeaderLoop leaderLoop;
  final LeadershipMetrics leadershipMetrics = new LeadershipMetrics();
  final DutyCycleTracker turnTimes = new DutyCycleTracker();
  final ClientMemory clientMemory;
  final PeerClientBackend clientBackend;
  final PeerLocks locks;
  final PeerUsers users;
  final Guard guard;
  final PeerClusterAdmin clusterAdmin;
  final PeerOperator operator;
  final PrometheusRegistry metrics;
  final ClockNotes clockNotes;

  /**
   * @param runner its executors and timer are used, nothing of it is started
   * @param directory where the recovered log lies
   * @param recovered log and snapshots; the memory of what is taken over is given back here
   * @param syncs hears of the log's syncs
   * @param events informed when this peer cannot go on as what it is
   * @param readableFromIndex nothing is shown to clients before this index is applied
   */
  PeerAssembly(
      PeerOptions options,
      PeerContext context,
      PeerRunner runner,
      Directory directory,
      RecoveredPeer recovered,
      LogSyncs syncs,
      PeerEvents events,
      long readableFromIndex) {
    this.options = options;
    this.context = context;
    identity = recovered.identity();
    clientMemory = ClientMemory.of(options.limits());
    machine =
        new StateMachine(options.limits().maxWaitingEvents(), options.limits().maxWaitingBytes());
    recovered.image().ifPresent(machine::restore);
    Snapshotter snapshotter = new Snapshotter(recovered.snapshots(), runner.background());
    link =
        context.networks().create(peerIdentity(recovered.lineage()), snapshotter, runner.timer());
    log = recovered.raftLog(snapshotter);
    RaftEventLog raftEvents =
        new RaftEventLog(
            options.self().name(),
            identity.memberId(),
            new MemberNames(machine::registry),
            runner.answers(),
            context.monotonicNanos());
    ClusterClock clock = new ClusterClock(context::monotonicMillis, context.wallMillis());
    clock.observe(recovered.notedClusterMillis());
    ReplicationStatistics statistics = new ReplicationStatistics(context.monotonicNanos());
    LatestValue<Leadership> notices = new LatestValue<>();
    gate = new ReadGate(runner.answers(), context::monotonicMillis);
    core = core(raftEvents);
    driverAgent =
        new Driver(
            new DriverWorld(
                core,
                raftEvents,
                log,
                machine,
                recovered.wal(),
                snapshotter,
                link.network(),
                statistics,
                clock,
                context::monotonicMillis,
                context.wallMillis(),
                new ClientCommands(
                    options.limits().maxKeyBytes(),
                    options.limits().maxBodyBytes(),
                    this::locksKnown,
                    this::usersKnown),
                recovered.lineage(),
                runner.answers(),
                context.heapLow(),
                options.observer()),
            options.driver(),
            notices,
            gate,
            events,
            context.random().nextLong());
    driver = driverAgent.proxy();
    Processes processes =
        new Processes(
            identity.memberId(),
            recovered.lineage(),
            options.traits(),
            link.network()::connected,
            link.network()::traits);
    RecentLosses losses = new RecentLosses(context::monotonicMillis);
    OperatorSettings settings = new OperatorSettings(driver, machine);
    PeerLeaderView view =
        new PeerLeaderView(
            driver,
            machine,
            clock,
            processes,
            losses,
            settings,
            context::monotonicMillis,
            options.aliveWithinMillis(),
            options.countedOnWithinMillis());
    Census census =
        new Census(
            view, context::monotonicMillis, options.aliveWithinMillis(), options.heartbeatMillis());
    SeatSwap swap =
        new SeatSwap(
            view,
            census,
            context::monotonicMillis,
            options.aliveWithinMillis(),
            options.countedOnWithinMillis());
    SessionTimers sessionTimers =
        new SessionTimers(
            machine.locks(),
            (term, ids) -> driver.proposeIn(term, new Command.EndSessions(ids)),
            SESSION_INTERVAL_MILLIS);
    LongSupplier newMemberId = new MemberIdGenerator(context.random().nextLong());
    Replicas replicas = new Replicas(driver, machine, newMemberId, context::monotonicMillis);
    leaderLoop =
        new LeaderLoop(
            notices,
            term -> applied(driver.barrier(term)),
            gate,
            duties(view, swap, census, sessionTimers, replicas),
            context::monotonicMillis,
            options.leaderLoop(),
            leadershipMetrics);
    LinearizableReads reads =
        new LinearizableReads(
            gate, driver, runner.timer(), context::monotonicMillis, options.requestTimeoutMillis());
    clientBackend =
        new PeerClientBackend(
            options,
            identity.clusterId(),
            driver,
            machine,
            reads,
            new HealthCheck(() -> reads.read(HealthCheck.TIMEOUT_MILLIS), runner.timer()),
            clock,
            statistics,
            context.wallMillis().getAsLong(),
            Math.max(readableFromIndex, recovered.commitIndex()));
    locks =
        new PeerLocks(
            options.self().name(),
            driver,
            machine,
            clientBackend,
            reads,
            sessionTimers,
            this::locksKnown,
            context::monotonicMillis,
            context.random().nextLong());
    users = new PeerUsers(driver, machine, clientBackend, this::usersKnown);
    guard =
        new Guard(
            users, options.logins(), runner.hashing(), context::monotonicMillis, context.audit());
    clusterAdmin =
        new PeerClusterAdmin(
            driver,
            machine,
            identity.clusterId(),
            processes,
            context::monotonicMillis,
            options.aliveWithinMillis(),
            options.countedOnWithinMillis(),
            losses,
            swap,
            replicas,
            census,
            settings);
    operator =
        new PeerOperator(
            driver,
            machine,
            clusterAdmin,
            census,
            settings,
            context::monotonicMillis,
            options.aliveWithinMillis(),
            context.wallMillis());
    metrics =
        new PeerMetrics()
            .consensus(options, driver)
            .leadership(gate, leadershipMetrics)
            .turns(turnTimes)
            .raftEvents(raftEvents.counts())
            .traffic(link.network())
            .memory(options.driver(), driver, machine)
            .clients(clientMemory)
            .watches(machine.watchers(), options.limits().maxWaitingBytes())
            .syncs(syncs)
            .sessions(machine.locks())
            .servers(census)
            .registry();
    new EtcdMetrics(metrics)
        .id(identity.memberId())
        .server(options, driver, raftEvents.counts())
        .disk(syncs)
        .network(link.network())
        .store(machine);
    clockNotes =
        new ClockNotes(
            directory,
            identity.clusterId(),
            () -> machine.nextExpiryMillis().isPresent() && driver.status().leader() != 0,
            clock::nowMillis,
            recovered.notedClusterMillis(),
            runner.timer(),
            runner.background());
    recovered.forget();
  }

  /**
   * Whether every member can apply what is asked of sessions and locks: it has said something of
   * its machine, as the releases do that can, or such a thing was applied before.
   */
  private boolean locksKnown() {
    return LockTables.isUsed(machine.locks().current())
        || otherMembers().noneMatch(MachineTraits.UNSTATED::equals);
  }

  /** The same of users and roles, which a machine names. */
  private boolean usersKnown() {
    return machine.users().isUsed() || otherMembers().allMatch(MachineTraits::knowsUsers);
  }

  /**
   * What the other members have said of their machines. A peer that is no member hears from its
   * leader alone, and leaves the verdict to that one, which asks itself of each command that comes
   * from elsewhere: there are no others for it.
   */
  private Stream<MachineTraits> otherMembers() {
    PeerStatus status = driver.status();
    if (!status.isLeader() && !status.isInConfiguration()) {
      return Stream.empty();
    }
    Map<Long, MachineTraits> stated = link.network().traits();
    return Stream.concat(status.voters().stream(), status.learners().stream())
        .filter(member -> member != identity.memberId())
        .map(member -> stated.getOrDefault(member, MachineTraits.UNSTATED));
  }

  private PeerIdentity peerIdentity(Lineage lineage) {
    return new PeerIdentity(
        identity.clusterId(),
        identity.memberId(),
        URI.create(options.self().peerUrl()),
        lineage,
        options.traits());
  }

  private RaftCore core(RaftEvents raftEvents) {
    RaftConfig config =
        RaftConfig.DEFAULT
            .withTicks(options.electionTicks(), 1)
            .withAsyncStorageWrites(true)
            .withForwardProposals(false)
            .withObserver(options.observer());
    return new RaftCore(
        identity.memberId(),
        config,
        log,
        log.firstIndex() - 1,
        context.random()::nextInt,
        raftEvents,
        member -> machine.registry().removed().contains(member));
  }

  private List<Duty> duties(
      LeaderView view,
      SeatSwap swap,
      Census census,
      SessionTimers sessionTimers,
      Replicas replicas) {
    List<Duty> duties = new ArrayList<>();
    duties.add(
        new ActiveSizeMonitor(
            view, census, ACTIVE_SIZE_INTERVAL_MILLIS, options.countedOnWithinMillis()));
    duties.add(
        new ActivityMonitor(
            view, census, swap, ACTIVITY_INTERVAL_MILLIS, options.countedOnWithinMillis()));
    duties.add(new StartRecords(view, START_RECORD_INTERVAL_MILLIS));
    duties.add(
        new LearnerPromotion(
            view, census, swap, PROMOTION_INTERVAL_MILLIS, options.countedOnWithinMillis()));
    duties.add(new SeatCalls(view, census, swap));
    duties.add(new ExpiryStamps(view, EXPIRY_INTERVAL_MILLIS));
    duties.add(new HealthDuty(census));
    duties.add(new SeatPreemption(view, census, swap));
    duties.add(sessionTimers);
    duties.add(replicas);
    duties.addAll(context.furtherDuties());
    return duties;
  }

  private static CompletableFuture<Void> applied(CompletableFuture<? extends Outcome<?>> barrier) {
    return barrier.thenAccept(
        outcome -> {
          if (!(outcome instanceof Outcome.Done)) {
            throw new IllegalStateException("barrier not applied: " + outcome);
          }
        });
  }
}
