package dev.understudy.peer;

import dev.understudy.api.ClientApi;
import dev.understudy.api.ClientBackend;
import dev.understudy.api.OperatorApi;
import dev.understudy.api.OperatorBackend;
import dev.understudy.api.access.Guard;
import dev.understudy.api.dashboard.DashboardData;
import dev.understudy.api.dashboard.DashboardPage;
import dev.understudy.api.http.Elsewhere;
import dev.understudy.api.http.HttpCounts;
import dev.understudy.api.http.Route;
import dev.understudy.api.http.UnavailableHandler;
import dev.understudy.api.v1.LockBackend;
import dev.understudy.api.v1.LocksApi;
import dev.understudy.clusterconfig.Incarnation;
import dev.understudy.clusterconfig.Lineage;
import dev.understudy.peer.driver.Outcome;
import dev.understudy.peer.driver.PeerEvents;
import dev.understudy.peer.driver.PeerStatus;
import dev.understudy.statemachine.Command.StampTime;
import dev.understudy.statemachine.Registry;
import dev.understudy.wal.Directory;
import dev.understudy.wal.WalIdentity;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import org.eclipse.jetty.server.Handler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A machine with a seat, or one that holds the data without having a seat yet, see {@link
 * PeerOptions#observer}. Its life: {@link #recover} reads what the directory holds, so that the
 * owner can look at it; {@link #start} begins to take part; {@link #close} ends. Each happens once,
 * close in any state; for another life make another server. The three are for one thread at a time
 * and block for as long as the disk takes.
 */
public final class PeerServer implements AutoCloseable {
  /**
   * What a directory says before its peer runs.
   *
   * @param identity whose log it is
   * @param registry the seats as of the log's last committed entry known here
   * @param lineage the starts of the directory
   * @param lastIndex the index of the log's last entry; empty while the peer runs
   * @param lastTerm the term of that entry; empty while the peer runs
   */
  public record RecoveredIdentity(
      WalIdentity identity,
      Registry registry,
      Lineage lineage,
      OptionalLong lastIndex,
      OptionalLong lastTerm) {
    static RecoveredIdentity of(RecoveredPeer recovered) {
      return new RecoveredIdentity(
          recovered.identity(),
          recovered.registry(),
          recovered.lineage(),
          OptionalLong.of(recovered.lastIndex()),
          OptionalLong.of(recovered.lastTerm()));
    }

    /** The newest start of this member that its own log knows to be recorded. */
    public Incarnation recordedStart() {
      return registry.recordedStart(identity.memberId());
    }

    /** The same with one start more. */
    public RecoveredIdentity startedAs(Lineage next) {
      return new RecoveredIdentity(identity, registry, next, lastIndex, lastTerm);
    }

    /** Whether the log itself says that this member has lost its seat. */
    public boolean removed() {
      return registry.removed().contains(identity.memberId());
    }
  }

  private static final Logger LOG = LoggerFactory.getLogger(PeerServer.class);

  /** No more than what would be forgotten without the stamp. */
  private static final long LAST_STAMP_MILLIS = 500;

  private final PeerOptions options;
  private final Directory directory;
  private final PeerContext context;
  private final PeerEvents events;
  private final long readableFromIndex;

  private final PeerFailure failure;
  private final LogSyncs syncs;
  private RecoveredPeer recovered;
  private PeerRunner runner;
  private PeerAssembly assembly;
  private Handler clientHandler;
  private boolean loopsRun;
  private boolean closed;

  /**
   * @param directory holds a log, see {@link PeerFiles}; closed by its owner
   * @param events told of the end of this peer's seat, of the use of its data where it has none, or
   *     of the peer
   * @param readableFromIndex nothing is answered to clients before this index is applied; 0 to
   *     answer from the start
   */
  public PeerServer(
      PeerOptions options,
      Directory directory,
      PeerContext context,
      PeerEvents events,
      long readableFromIndex) {
    this.options = options;
    this.directory = directory;
    this.context = context;
    this.events = events;
    this.readableFromIndex = readableFromIndex;
    this.failure = new PeerFailure(events);
    this.syncs = new LogSyncs(context.monotonicNanos(), failure::of);
  }

  /**
   * Reads and checks log and snapshots.
   *
   * @throws IOException if they cannot be read, are damaged, or were written by a newer release
   */
  public RecoveredIdentity recover() throws IOException {
    try (HeldLog log = HeldLog.open(directory, options.wal())) {
      return recover(log);
    }
  }

  /**
   * Goes on with log and snapshots that have been read already.
   *
   * @param log of this server's directory, open; belongs to this server from now on
   * @throws IOException if the directory cannot be read any more; the log is still the caller's
   */
  public RecoveredIdentity recover(HeldLog log) throws IOException {
    recovered = log.take(syncs);
    return RecoveredIdentity.of(recovered);
  }

  /**
   * Begins to take part in the cluster.
   *
   * @throws IOException if the network cannot be used; nothing is left running then
   */
  public void start() throws IOException {
    if (recovered == null || runner != null || closed) {
      throw new IllegalStateException("a peer is started once, after it has recovered");
    }
    runner = context.runners().create(options.self().name());
    failure.reportOn(runner.answers());
    try {
      assembly =
          new PeerAssembly(
              options, context, runner, directory, recovered, syncs, events, readableFromIndex);
      clientHandler =
          new UnavailableHandler(
              failure::reason,
              new ClientApi(
                      assembly.clientBackend,
                      assembly.users,
                      assembly.guard,
                      options.limits(),
                      assembly.clientMemory,
                      options.version(),
                      assembly.metrics,
                      routes())
                  .handler());
      takePart();
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  /** What its client port answers beside the keys. */
  private List<Route> routes() {
    Elsewhere elsewhere = AtTheLeader.of(context.proxy(), options.self(), assembly.clientBackend);
    List<Route> routes =
        new ArrayList<>(
            new OperatorApi(assembly.operator, assembly.clientBackend, elsewhere, assembly.guard)
                .routes());
    routes.addAll(
        new LocksApi(
                assembly.clientBackend,
                assembly.locks,
                assembly.guard,
                options.limits(),
                assembly.clientMemory,
                options.version(),
                elsewhere)
            .routes());
    routes.addAll(
        new DashboardData(
                assembly.clientBackend,
                assembly.operator,
                assembly.locks,
                elsewhere,
                assembly.guard,
                options.version())
            .routes());
    routes.addAll(new DashboardPage().routes());
    return routes;
  }

  private void takePart() throws IOException {
    assembly.driverAgent.begin();
    assembly.link.network().start(assembly.driver);
    loopsRun = true;
    runner.start(
        new PeerRunner.Loops(
            recovered.wal(),
            assembly.driverAgent,
            assembly.leaderLoop,
            assembly.turnTimes,
            failure::of));
    assembly.clockNotes.start();
    if (isAlone()) {
      assembly.driver.campaign();
    }
  }

  /** Whether nobody else could win an election, so that there is nothing to wait for. */
  private boolean isAlone() {
    return recovered.registry().seats().size() == 1
        && recovered.registry().byMember(recovered.identity().memberId()).isPresent();
  }

  /** Adds a number to what {@code /metrics} tells, which any thread may ask for. */
  public void addGauge(String name, String help, DoubleSupplier value) {
    PeerMetrics.gauge(assembly.metrics, name, help, value);
  }

  /** Adds what a port counts. */
  public void addCounts(HttpCounts counts) {
    counts.registerWith(assembly.metrics);
  }

  /** Answers the client port while this peer runs. */
  public Handler clientHandler() {
    return clientHandler;
  }

  /** Answers what other peers ask under {@code /raft/} on the peer port. */
  public Handler peerHandler() {
    return assembly.link.handler();
  }

  /**
   * A handler that asks {@link #admin}, kept shut until this peer has applied what it knew to be
   * committed when it started: before, it would tell of seats and a config of long ago.
   */
  public Handler onceCaughtUp(Handler adminHandler) {
    return new UnavailableHandler(this::reasonToWait, adminHandler);
  }

  /** Why this peer must not answer admin requests now; empty when it may. */
  public Optional<String> reasonToWait() {
    return failure.reason().or(assembly.clientBackend::reasonToWait);
  }

  /** What the client API calls. */
  public ClientBackend clientBackend() {
    return assembly.clientBackend;
  }

  /** What clients ask of sessions and locks. */
  public LockBackend locks() {
    return assembly.locks;
  }

  /** Asks who sends a request, and whether they may. */
  public Guard guard() {
    return assembly.guard;
  }

  /** What operators and other machines may ask. */
  public ClusterAdmin admin() {
    return assembly.clusterAdmin;
  }

  /** What operators of Consul ask. */
  public OperatorBackend operator() {
    return assembly.operator;
  }

  /** What this peer knows of itself and of the seats now. */
  public RecoveredIdentity recollection() {
    return new RecoveredIdentity(
        recovered.identity(),
        assembly.machine.registry().whileVoting(assembly.driver.status().voters()),
        recovered.lineage(),
        OptionalLong.empty(),
        OptionalLong.empty());
  }

  /**
   * A member was found at another address than the registry has for it. Any thread.
   *
   * @param peerUrl of a machine that has just said which member it is
   */
  public void foundAt(long member, URI peerUrl) {
    assembly.link.network().foundAt(member, peerUrl);
  }

  /** Whether this peer heard of its leader, or as leader of its quorum, so lately. */
  public boolean isInTouch(long withinMillis) {
    return assembly.driver.quorumHeardWithin(withinMillis);
  }

  /** The members that vote, as far as this peer knows. */
  public Set<Long> voters() {
    return assembly.driver.status().voters();
  }

  /**
   * Waits until this peer has a vote: one that has just joined takes part without one until it has
   * caught up.
   *
   * @return completes with whether it has one, after the time at the latest
   */
  public CompletableFuture<Boolean> awaitVote(long withinMillis) {
    return assembly
        .driver
        .awaitVote(withinMillis)
        .thenApply(outcome -> outcome instanceof Outcome.Done<Boolean> done && done.value());
  }

  /**
   * Hands leadership to another voter, if this peer leads and there is one that can take it over.
   * Requests are answered meanwhile.
   *
   * @return completes once another member leads, or there is nothing to hand over, or the time is
   *     over; never exceptionally
   */
  public CompletableFuture<Void> handOver(long withinMillis) {
    PeerStatus status = assembly.driver.status();
    Optional<Long> successor =
        Succession.of(
            status,
            TimeUnit.NANOSECONDS.toMillis(context.monotonicNanos().getAsLong()),
            options.aliveWithinMillis());
    if (successor.isEmpty()) {
      return CompletableFuture.completedFuture(null);
    }
    return assembly
        .driver
        .handOver(successor.get(), withinMillis)
        .thenAccept(outcome -> logHandOver(successor.get(), outcome));
  }

  private void logHandOver(long successor, Outcome<Boolean> outcome) {
    boolean done = outcome instanceof Outcome.Done<Boolean> handedOver && handedOver.value();
    LOG.info(
        "{} {} to {} before it stops",
        options.self().name(),
        done ? "has handed leadership over" : "could not hand leadership over in time",
        assembly.driver.nameOf(successor));
  }

  /** Waits until nothing is under way for clients, but not for longer than this. */
  public CompletableFuture<Void> awaitQuiet(long withinMillis) {
    return assembly.driver.awaitQuiet(withinMillis).thenAccept(outcome -> {});
  }

  /** The last entry that is applied here. Any thread. */
  public long appliedIndex() {
    return assembly.driver.status().applied();
  }

  /** The state of consensus. */
  public PeerStatus status() {
    return assembly.driver.status();
  }

  /** The parts, for who turns them by hand. */
  PeerAssembly assembly() {
    return assembly;
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
      if (assembly != null) {
        stop();
      }
      if (runner != null) {
        runner.close();
      }
      if (assembly != null) {
        assembly.clockNotes.close();
      }
    } finally {
      if (recovered != null) {
        recovered.close();
      }
    }
  }

  /** What has passed of the lives of keys is not forgotten when this was the only peer. */
  private void stampForTheLastTime() {
    boolean worthIt =
        failure.reason().isEmpty()
            && assembly.driver.status().isLeader()
            && assembly.machine.nextExpiryMillis().isPresent();
    if (worthIt) {
      runner.await(assembly.driver.propose(new StampTime()), LAST_STAMP_MILLIS);
    }
  }

  private void stop() {
    assembly.clockNotes.stop();
    if (loopsRun) {
      stampForTheLastTime();
      runner.stop();
    } else {
      assembly.driverAgent.stop();
    }
    assembly.machine.watchers().close();
    assembly.machine.locks().close();
    assembly.link.network().close();
  }
}
