package dev.understudy.peer;

import dev.understudy.api.ClientApi;
import dev.understudy.api.UnavailableHandler;
import dev.understudy.peer.driver.ClusterClock;
import dev.understudy.peer.driver.Driver;
import dev.understudy.peer.driver.DriverOptions;
import dev.understudy.peer.driver.DriverThread;
import dev.understudy.peer.driver.LatestValue;
import dev.understudy.peer.driver.Leadership;
import dev.understudy.peer.driver.Outcome;
import dev.understudy.peer.driver.PeerAddresses;
import dev.understudy.peer.driver.PeerEvents;
import dev.understudy.peer.driver.ReadGate;
import dev.understudy.peer.driver.ReplicationStatistics;
import dev.understudy.peer.driver.Snapshotter;
import dev.understudy.peer.leadership.ActiveSizeMonitor;
import dev.understudy.peer.leadership.ActivityMonitor;
import dev.understudy.peer.leadership.Duty;
import dev.understudy.peer.leadership.ExpiryStamps;
import dev.understudy.peer.leadership.LeaderLoop;
import dev.understudy.peer.leadership.LeaderLoopThread;
import dev.understudy.peer.leadership.LeaderView;
import dev.understudy.peer.leadership.LeadershipMetrics;
import dev.understudy.peer.leadership.LearnerPromotion;
import dev.understudy.raft.MemoryStorage;
import dev.understudy.raft.RaftConfig;
import dev.understudy.raft.RaftCore;
import dev.understudy.raft.RaftEvents;
import dev.understudy.statemachine.Registry;
import dev.understudy.statemachine.StateMachine;
import dev.understudy.transport.PeerIdentity;
import dev.understudy.wal.WalIdentity;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.eclipse.jetty.server.Handler;

/**
 * A peer that takes part: its parts, put together once, and the order in which they begin and end.
 *
 * <p>{@link #start} and {@link #stop} are for one thread at a time and block.
 */
final class RunningPeer {
  /** A seat is given up one at a time, so an operator can follow; once a second, as in etcd 0.4. */
  private static final long ACTIVE_SIZE_INTERVAL_MILLIS = 1_000;

  /**
   * Four times as often as in etcd 0.4: a look costs nothing, and a dead peer's seat waits for it.
   */
  private static final long ACTIVITY_INTERVAL_MILLIS = 250;

  /** A tenth of a second more than its time is what a key may live. */
  private static final long EXPIRY_INTERVAL_MILLIS = 100;

  /** A new peer gets its vote within a fraction of the second that filling a seat may take. */
  private static final long PROMOTION_INTERVAL_MILLIS = 100;

  /**
   * What surrounds a peer.
   *
   * @param options what the operator decided
   * @param world clock, network and randomness
   * @param threads for what belongs to no part alone; they end after the peer has stopped
   * @param failure told when the peer cannot go on
   * @param events told of the end of this peer's seat
   * @param leadershipMetrics counts of the leader loop
   */
  record Surroundings(
      PeerOptions options,
      PeerContext world,
      PeerThreads threads,
      PeerFailure failure,
      PeerEvents events,
      LeadershipMetrics leadershipMetrics) {}

  private final PeerOptions options;
  private final PeerContext world;
  private final Driver driver;
  private final DriverThread driverThread;
  private final LeaderLoopThread leaderThread;
  private final PeerContext.Link link;
  private final StateMachine machine;
  private final PeerFailure failure;
  private final PeerClientBackend clientBackend;
  private final PeerClusterAdmin clusterAdmin;
  private final Handler clientHandler;

  /**
   * @param recovered with its log started; its memory is given back here
   * @param readableFromIndex nothing is shown to clients before this index is applied
   */
  RunningPeer(Surroundings around, RecoveredPeer recovered, long readableFromIndex) {
    options = around.options();
    world = around.world();
    failure = around.failure();
    PeerThreads threads = around.threads();
    WalIdentity identity = recovered.identity();
    machine = new StateMachine(options.limits().maxWaitingEvents());
    recovered.image().ifPresent(machine::restore);
    ClusterClock clock = new ClusterClock(world.monotonicMillis(), world.wallMillis());
    ReplicationStatistics statistics = new ReplicationStatistics(System::nanoTime);
    Snapshotter snapshotter = new Snapshotter(recovered.snapshots(), threads.background());
    link =
        world
            .networks()
            .create(
                new PeerIdentity(
                    identity.clusterId(),
                    identity.memberId(),
                    URI.create(options.self().peerUrl())),
                snapshotter,
                threads.timer());
    MemoryStorage log = recovered.raftLog(snapshotter);
    LatestValue<Leadership> notices = new LatestValue<>();
    ReadGate gate = new ReadGate(threads.answers(), world.monotonicMillis());
    driver =
        new Driver(
            new Driver.World(
                core(identity, log),
                log,
                machine,
                recovered.wal(),
                snapshotter,
                link.network(),
                statistics,
                clock,
                world.monotonicMillis(),
                world.wallMillis(),
                threads.answers()),
            driverOptions(),
            notices,
            gate,
            around.events(),
            world.random().nextLong());
    clientBackend =
        new PeerClientBackend(
            options,
            identity.clusterId(),
            driver,
            machine,
            new LinearizableReads(
                gate,
                driver,
                threads.timer(),
                world.monotonicMillis(),
                options.requestTimeoutMillis()),
            clock,
            statistics,
            world.wallMillis().getAsLong(),
            Math.max(readableFromIndex, recovered.commitIndex()));
    recovered.forget();
    String name = options.self().name();
    driverThread = new DriverThread(driver, "driver-" + name, failure::of);
    LeaderLoop loop =
        new LeaderLoop(
            notices,
            term -> applied(driver.barrier(term)),
            gate,
            duties(new PeerLeaderView(driver, machine, clock)),
            world.monotonicMillis(),
            LeaderLoop.Timing.forElections(options.electionMillis()),
            around.leadershipMetrics());
    leaderThread = new LeaderLoopThread(loop, "leader-" + name, failure::of);
    clusterAdmin =
        new PeerClusterAdmin(
            driver,
            machine,
            identity.clusterId(),
            new MemberIdGenerator(world.random().nextLong()),
            world.monotonicMillis(),
            aliveWithinMillis());
    PrometheusRegistry metrics =
        PeerMetrics.of(options, driver, driverThread.turnTimes(), gate, around.leadershipMetrics());
    clientHandler =
        new UnavailableHandler(
            failure::reason,
            new ClientApi(clientBackend, options.limits(), options.version(), metrics).handler());
  }

  private RaftCore core(WalIdentity identity, MemoryStorage log) {
    RaftConfig config =
        RaftConfig.DEFAULT
            .withTicks(options.electionTicks(), 1)
            .withAsyncStorageWrites(true)
            .withForwardProposals(false);
    RaftEvents raftEvents =
        new RaftEvents() {
          @Override
          public void removed(long from) {
            driver.tellRemoved("peer " + Long.toHexString(from) + " has denied this member a vote");
          }
        };
    return new RaftCore(
        identity.memberId(),
        config,
        log,
        log.firstIndex() - 1,
        world.random()::nextInt,
        raftEvents,
        member -> machine.registry().removed().contains(member));
  }

  private DriverOptions driverOptions() {
    DriverOptions defaults = DriverOptions.DEFAULT;
    return new DriverOptions(
        options.heartbeatMillis(),
        options.requestTimeoutMillis(),
        defaults.maxPendingProposals(),
        defaults.maxQueuedMessages(),
        defaults.maxOutstandingWrites(),
        options.snapshotCount(),
        Math.min(defaults.catchUpEntries(), options.snapshotCount()));
  }

  private List<Duty> duties(LeaderView view) {
    return List.of(
        new ActiveSizeMonitor(view, ACTIVE_SIZE_INTERVAL_MILLIS, aliveWithinMillis()),
        new ActivityMonitor(view, ACTIVITY_INTERVAL_MILLIS, aliveWithinMillis()),
        new LearnerPromotion(view, PROMOTION_INTERVAL_MILLIS),
        new ExpiryStamps(view, EXPIRY_INTERVAL_MILLIS));
  }

  private static CompletableFuture<Void> applied(CompletableFuture<? extends Outcome<?>> barrier) {
    return barrier.thenAccept(
        outcome -> {
          if (!(outcome instanceof Outcome.Done)) {
            throw new IllegalStateException("barrier not applied: " + outcome);
          }
        });
  }

  /** Two election timeouts without a word: what a leader itself would not survive. */
  private long aliveWithinMillis() {
    return 2 * options.electionMillis();
  }

  /**
   * Begins to take part.
   *
   * @param seats the peers to begin with
   * @param alone whether nobody else could win an election, so that there is nothing to wait for
   */
  void start(Registry seats, boolean alone) throws IOException {
    link.network().setPeers(PeerAddresses.of(seats));
    link.network().start(driver);
    driverThread.start();
    leaderThread.start();
    if (alone) {
      driver.campaign();
    }
  }

  /** Ends what runs; the threads around are left to their owner. */
  void stop() {
    PeerThreads.awaitEnd("driver", driverThread::stop);
    PeerThreads.awaitEnd("leader loop", leaderThread::join);
    machine.watchers().close();
    link.network().close();
  }

  Driver driver() {
    return driver;
  }

  Registry registry() {
    return machine.registry();
  }

  PeerClusterAdmin clusterAdmin() {
    return clusterAdmin;
  }

  Handler clientHandler() {
    return clientHandler;
  }

  Handler peerHandler() {
    return link.handler();
  }

  /** Keeps a handler shut until this peer has caught up, and once it has failed. */
  Handler onceCaughtUp(Handler handler) {
    return new UnavailableHandler(() -> failure.reason().or(clientBackend::reasonToWait), handler);
  }
}
