package dev.understudy.peer;

import dev.understudy.peer.driver.ClusterClock;
import dev.understudy.peer.driver.DiskSnapshotDesk;
import dev.understudy.peer.driver.Driver;
import dev.understudy.peer.driver.DriverOptions;
import dev.understudy.peer.driver.DriverThread;
import dev.understudy.peer.driver.Outcome;
import dev.understudy.peer.driver.PeerAddresses;
import dev.understudy.peer.driver.PeerEvents;
import dev.understudy.peer.driver.PeerStatus;
import dev.understudy.peer.driver.ReplicationStatistics;
import dev.understudy.peer.http.ClientApi;
import dev.understudy.peer.leadership.ActiveSizeMonitor;
import dev.understudy.peer.leadership.ActivityMonitor;
import dev.understudy.peer.leadership.Duty;
import dev.understudy.peer.leadership.ExpiryStamps;
import dev.understudy.peer.leadership.LatestValue;
import dev.understudy.peer.leadership.LeaderLoop;
import dev.understudy.peer.leadership.LeaderLoopThread;
import dev.understudy.peer.leadership.LeaderView;
import dev.understudy.peer.leadership.Leadership;
import dev.understudy.peer.leadership.LeadershipMetrics;
import dev.understudy.peer.leadership.LearnerPromotion;
import dev.understudy.peer.leadership.ReadGate;
import dev.understudy.peer.machine.Registry;
import dev.understudy.peer.machine.StateImage;
import dev.understudy.peer.machine.StateMachine;
import dev.understudy.peer.transport.PeerIdentity;
import dev.understudy.raft.MemoryRaftLog;
import dev.understudy.raft.RaftConfig;
import dev.understudy.raft.RaftCore;
import dev.understudy.raft.RaftEvents;
import dev.understudy.raft.Snapshot;
import dev.understudy.raft.SnapshotMetadata;
import dev.understudy.wal.Directory;
import dev.understudy.wal.Recovered;
import dev.understudy.wal.Snapshots;
import dev.understudy.wal.Wal;
import dev.understudy.wal.WalIdentity;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.eclipse.jetty.server.Handler;

/**
 * A machine with a seat. Its life: {@link #recover} reads what the directory holds, so that the
 * owner can look at it; {@link #start} begins to take part; {@link #close} ends. Each happens once,
 * close in any state; for another life make another server. The three are for one thread at a time
 * and block for as long as the disk takes.
 */
public final class PeerServer implements AutoCloseable {

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
   * What a directory says before its peer runs.
   *
   * @param identity whose log it is
   * @param registry the seats as of the log's last committed entry known here
   */
  public record Recollection(WalIdentity identity, Registry registry) {
    /** Whether the log itself says that this member has lost its seat. */
    public boolean removed() {
      return registry.removed().contains(identity.memberId());
    }
  }

  private final PeerOptions options;
  private final Directory directory;
  private final PeerWorld world;
  private final PeerEvents events;
  private final long readableFromIndex;

  private final LatestValue<Leadership> notices = new LatestValue<>();
  private final LeadershipMetrics leadershipMetrics = new LeadershipMetrics();

  private final PeerFailure failure;
  private PeerThreads threads;
  private Wal wal;
  private Snapshots snapshots;
  private Optional<StateImage> image = Optional.empty();
  private Recollection recollection;
  private Running running;
  private boolean closed;

  /** What exists once the peer takes part. */
  private record Running(
      Driver driver,
      DriverThread driverThread,
      LeaderLoopThread leaderThread,
      PeerWorld.Link link,
      StateMachine machine,
      ClientDoor clientDoor,
      AdminDoor adminDoor,
      Handler clientHandler) {}

  /**
   * @param directory holds a log, see {@link PeerFiles}; closed by its owner
   * @param events told of the end of this peer's seat, or of the peer
   * @param readableFromIndex nothing is answered to clients before this index is applied; 0 to
   *     answer from the start
   */
  public PeerServer(
      PeerOptions options,
      Directory directory,
      PeerWorld world,
      PeerEvents events,
      long readableFromIndex) {
    this.options = options;
    this.directory = directory;
    this.world = world;
    this.events = events;
    this.readableFromIndex = readableFromIndex;
    this.failure = new PeerFailure(events);
  }

  /**
   * Reads and checks log and snapshots.
   *
   * @throws IOException if they cannot be read, are damaged, or were written by a newer release
   */
  public Recollection recover() throws IOException {
    snapshots = Snapshots.open(directory);
    wal = Wal.open(directory, snapshots, options.wal(), failure::of);
    Recovered recovered = wal.recovered();
    if (recovered.snapshot().isPresent()) {
      image = Optional.of(DiskSnapshotDesk.read(snapshots, recovered.snapshot().get()));
    }
    Registry registry =
        RegistryReplay.of(image, recovered.entries(), recovered.hardState().commit());
    recollection = new Recollection(recovered.identity(), registry);
    return recollection;
  }

  /**
   * Begins to take part in the cluster.
   *
   * @throws IOException if the network cannot be used; nothing is left running then
   */
  public void start() throws IOException {
    if (recollection == null || running != null || closed) {
      throw new IllegalStateException("a peer is started once, after it has recovered");
    }
    threads = new PeerThreads(options.self().name());
    failure.reportOn(threads.answers());
    try {
      wal.start();
      running = assemble();
      running.link().network().setPeers(PeerAddresses.of(recollection.registry()));
      running.link().network().start(running.driver());
      running.driverThread().start();
      running.leaderThread().start();
      if (isAlone()) {
        running.driver().campaign();
      }
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  /** Nobody else could win, so there is no reason to wait for an election timeout. */
  private boolean isAlone() {
    return recollection.registry().seats().size() == 1
        && recollection.registry().byMember(recollection.identity().memberId()).isPresent();
  }

  private Running assemble() {
    WalIdentity identity = recollection.identity();
    StateMachine machine = new StateMachine(options.limits().maxWaitingEvents());
    image.ifPresent(machine::restore);
    ClusterClock clock = new ClusterClock(world.monotonicMillis(), world.wallMillis());
    ReplicationStatistics statistics = new ReplicationStatistics(System::nanoTime);
    DiskSnapshotDesk desk = new DiskSnapshotDesk(snapshots, threads.background());
    PeerWorld.Link link =
        world
            .networks()
            .create(
                new PeerIdentity(
                    identity.clusterId(),
                    identity.memberId(),
                    URI.create(options.self().peerUrl())),
                desk,
                threads.timer());
    MemoryRaftLog log = raftLog(desk);
    RaftCore core = core(identity, log, machine);
    ReadGate gate = new ReadGate(threads.answers(), world.monotonicMillis());
    Driver driver =
        new Driver(
            new Driver.World(
                core,
                log,
                machine,
                wal,
                desk,
                link.network(),
                statistics,
                clock,
                world.monotonicMillis(),
                world.wallMillis(),
                threads.answers()),
            driverOptions(),
            notices,
            gate,
            events,
            world.random().nextLong());
    ClientDoor clientDoor =
        new ClientDoor(
            options,
            identity.clusterId(),
            driver,
            machine,
            new GatedReads(
                gate,
                driver,
                threads.timer(),
                world.monotonicMillis(),
                options.requestTimeoutMillis()),
            clock,
            statistics,
            world.wallMillis().getAsLong(),
            Math.max(readableFromIndex, wal.recovered().hardState().commit()));
    image = Optional.empty();
    wal.forgetRecovered();
    String name = options.self().name();
    DriverThread driverThread = new DriverThread(driver, "driver-" + name, failure::of);
    PrometheusRegistry metrics =
        PeerMetrics.of(options, driver, driverThread.turnTimes(), gate, leadershipMetrics);
    return new Running(
        driver,
        driverThread,
        new LeaderLoopThread(
            leaderLoop(driver, machine, gate, clock), "leader-" + name, failure::of),
        link,
        machine,
        clientDoor,
        new AdminDoor(
            driver,
            machine,
            identity.clusterId(),
            this::newMemberId,
            world.monotonicMillis(),
            aliveWithinMillis()),
        new RefusingHandler(
            failure::reason,
            new ClientApi(clientDoor, options.limits(), options.version(), metrics).handler()));
  }

  private MemoryRaftLog raftLog(DiskSnapshotDesk desk) {
    Recovered recovered = wal.recovered();
    MemoryRaftLog log = new MemoryRaftLog(base -> desk.newest().map(PeerServer::reference));
    recovered.snapshot().ifPresent(metadata -> log.applySnapshot(reference(metadata)));
    log.append(recovered.entries());
    log.setHardState(recovered.hardState());
    return log;
  }

  /** Snapshots travel as files; consensus only carries what they stand for. */
  private static Snapshot reference(SnapshotMetadata metadata) {
    return new Snapshot(metadata, new byte[0]);
  }

  private RaftCore core(WalIdentity identity, MemoryRaftLog log, StateMachine machine) {
    RaftConfig config =
        RaftConfig.DEFAULT.withTicks(options.electionTicks(), 1).withAsyncStorageWrites(true);
    RaftEvents raftEvents =
        new RaftEvents() {
          @Override
          public void removed(long from) {
            running
                .driver()
                .tellRemoved("peer " + Long.toHexString(from) + " has denied this member a vote");
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

  private LeaderLoop leaderLoop(
      Driver driver, StateMachine machine, ReadGate gate, ClusterClock clock) {
    LeaderView view = new PeerLeaderView(driver, machine, clock);
    List<Duty> duties =
        List.of(
            new ActiveSizeMonitor(view, ACTIVE_SIZE_INTERVAL_MILLIS, aliveWithinMillis()),
            new ActivityMonitor(view, ACTIVITY_INTERVAL_MILLIS, aliveWithinMillis()),
            new LearnerPromotion(view, PROMOTION_INTERVAL_MILLIS),
            new ExpiryStamps(view, EXPIRY_INTERVAL_MILLIS));
    return new LeaderLoop(
        notices,
        term -> applied(driver.barrier(term)),
        gate,
        duties,
        world.monotonicMillis(),
        LeaderLoop.Timing.forElections(options.electionMillis()),
        leadershipMetrics);
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

  private long newMemberId() {
    long id = world.random().nextLong();
    return id == 0 ? 1 : id;
  }

  /** Answers the client port while this peer runs. */
  public Handler clientHandler() {
    return running.clientHandler();
  }

  /** Answers what other peers ask under {@code /raft/} on the peer port. */
  public Handler peerHandler() {
    return running.link().handler();
  }

  /**
   * A handler that asks {@link #admin}, kept shut until this peer has applied what it knew to be
   * committed when it started: before, it would tell of seats and a config of long ago.
   */
  public Handler onceCaughtUp(Handler adminHandler) {
    ClientDoor clientDoor = running.clientDoor();
    return new RefusingHandler(() -> failure.reason().or(clientDoor::reasonToWait), adminHandler);
  }

  /** What operators and other machines may ask. */
  public AdminDoor admin() {
    return running.adminDoor();
  }

  /** What this peer knows of itself and of the seats now. */
  public Recollection recollection() {
    return new Recollection(recollection.identity(), running.machine().registry());
  }

  /** Whether this peer heard of its leader, or as leader of its quorum, so lately. */
  public boolean isInTouch(long withinMillis) {
    return running.driver().quorumHeardWithin(withinMillis);
  }

  /**
   * Waits until this peer has a vote: one that has just joined takes part without one until it has
   * caught up.
   *
   * @return completes with whether it has one, after the time at the latest
   */
  public CompletableFuture<Boolean> awaitVote(long withinMillis) {
    return running
        .driver()
        .awaitVote(withinMillis)
        .thenApply(outcome -> outcome instanceof Outcome.Done<Boolean> done && done.value());
  }

  /** The state of consensus. */
  public PeerStatus status() {
    return running.driver().status();
  }

  /** Counts of the leader loop. */
  public LeadershipMetrics leadershipMetrics() {
    return leadershipMetrics;
  }

  /**
   * Ends this peer: nothing more is accepted, what is under way is answered, the log is synced, and
   * every thread has ended when this returns. Idempotent.
   */
  @Override
  public void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    try {
      if (running != null) {
        PeerThreads.awaitEnd("driver", running.driverThread()::stop);
        PeerThreads.awaitEnd("leader loop", running.leaderThread()::join);
        running.machine().watchers().close();
        running.link().network().close();
      }
      if (threads != null) {
        threads.close();
      }
    } finally {
      if (wal != null) {
        wal.close();
      }
    }
  }
}
