package dev.understudy.admin.machine;

import dev.understudy.admin.cli.MachineOptions;
import dev.understudy.admin.cli.Security;
import dev.understudy.admin.discovery.Discovery;
import dev.understudy.admin.discovery.Registration;
import dev.understudy.api.access.Guard;
import dev.understudy.clusterconfig.ApiException;
import dev.understudy.clusterconfig.ClusterConfig;
import dev.understudy.clusterconfig.FoundingRequest;
import dev.understudy.clusterconfig.HexId;
import dev.understudy.clusterconfig.Incarnation;
import dev.understudy.clusterconfig.LocalData;
import dev.understudy.clusterconfig.MachineIdentity;
import dev.understudy.clusterconfig.MachineRecord;
import dev.understudy.clusterconfig.MachineTraits;
import dev.understudy.clusterconfig.MachineView;
import dev.understudy.peer.HeldLog;
import dev.understudy.peer.PeerFiles;
import dev.understudy.peer.PeerOptions;
import dev.understudy.peer.PeerServer;
import dev.understudy.peer.PeerServer.RecoveredIdentity;
import dev.understudy.peer.driver.PeerEvents;
import dev.understudy.standby.StandbyInfo;
import dev.understudy.standby.StandbyListener;
import dev.understudy.standby.StandbyMode;
import dev.understudy.standby.StandbyOptions;
import dev.understudy.standby.StandbyServer;
import dev.understudy.standby.WorkLoop;
import dev.understudy.statemachine.Registry.Seat;
import dev.understudy.wal.WalCorruptedException;
import dev.understudy.wal.WalIdentity;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the modes of a machine from what its data directory holds and what the cluster answers.
 *
 * <p>For the mode loop only. Methods may block on the disk; for other machines they return a
 * future, which completes on the loop.
 */
final class ModeFactory implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ModeFactory.class);

  /** An election may come in between, but a start must not hang on one machine's answer. */
  private static final long JOIN_TIMEOUT_MILLIS = 5_000;

  /** Beyond the time after which a leader takes a silent peer for dead. */
  private static final long ALIVE_MARGIN_MILLIS = 1_000;

  private final MachineOptions options;
  private final MachineRecord self;
  private final MachineContext context;
  private final WorkLoop loop;
  private final String version;
  private final StartingMachine starting;
  private ClusterFinder finder;

  /** What was read at the start, until a mode begins with it or without it; null then. */
  private HeldLog log;

  /**
   * @param context open
   * @param loop where the search for the cluster goes on
   * @param version this program's version
   */
  ModeFactory(MachineOptions options, MachineContext context, WorkLoop loop, String version) {
    this.options = options;
    this.self = options.machine();
    this.context = context;
    this.loop = loop;
    this.version = version;
    this.starting =
        new StartingMachine(
            new MachineIdentity(
                self.name(),
                self.peerUrl(),
                self.clientUrl(),
                context.newId(),
                MachineIdentity.Mode.STARTING,
                0,
                0,
                List.of()),
            new PromiseFile(context));
  }

  /**
   * What a machine begins as.
   *
   * @return fails with {@link StartRefusedException} if it must not start
   */
  CompletableFuture<StartupMode> firstMode() throws IOException {
    Optional<StandbyInfo> saved = context.standbyInfo().load();
    Optional<RecoveredIdentity> recollection = Optional.empty();
    PeerFiles.clearInterrupted(context.peerDirectory());
    if (PeerFiles.exist(context.peerDirectory())) {
      try {
        recollection = Optional.of(nextStart());
      } catch (WalCorruptedException e) {
        return new DamagedLog(self, context, finder()).replaced(saved, e);
      }
    }
    logFound(saved, recollection);
    if (recollection.isEmpty() && mayFoundAlone() && context.standbyInfo().isDamaged()) {
      return CompletableFuture.failedFuture(
          new StartRefusedException(
              context.standbyInfo()
                  + " tells of a cluster but is damaged; name machines of that cluster with"
                  + " --peers, or found another one with --cluster-state new"));
    }
    if (isReplica(saved, recollection)
        && (options.standbyMode() == StandbyMode.REPLICA || !log.mayHaveSeat())) {
      return CompletableFuture.completedFuture(
          new StartupMode.AsStandby(given().peerUrls(), "was a replica when it last ran"));
    }
    return options.joining().discovery().isPresent()
        ? tokenFinder(options.joining().discovery().get()).find(saved, recollection)
        : finder().find(saved, recollection);
  }

  private TokenFinder tokenFinder(MachineOptions.Token token) {
    Discovery discovery =
        new Discovery(
            token.url(),
            new Registration(self.name(), self.peerUrl()),
            options.seatPriority() > 0,
            context.keyService(),
            loop);
    return new TokenFinder(
        self,
        given(),
        discovery,
        patience(),
        loop,
        this::finder,
        others ->
            new FounderChoice(self.peerUrl(), others, starting, context.clusterClient(), loop));
  }

  private static boolean isReplica(Optional<StandbyInfo> saved, Optional<RecoveredIdentity> log) {
    long noted = saved.filter(StandbyInfo::running).map(StandbyInfo::replica).orElse(0L);
    return log.filter(held -> !held.removed() && held.identity().memberId() == noted).isPresent();
  }

  private boolean mayFoundAlone() {
    return options.peerUrls().isEmpty()
        && options.joining().discovery().isEmpty()
        && options.joining().state() != MachineOptions.ClusterState.NEW;
  }

  private void logFound(Optional<StandbyInfo> saved, Optional<RecoveredIdentity> log) {
    String found =
        log.map(held -> "the log of " + held.identity() + ", seats: " + names(held))
            .or(() -> saved.map(note -> "no log, but the note of a standby"))
            .orElse("nothing");
    LOG.info("{}: the data directory holds {}", self.name(), found);
  }

  private static String names(RecoveredIdentity held) {
    return held.registry().seats().isEmpty()
        ? "not known yet"
        : String.join(", ", held.registry().seats().keySet());
  }

  /** Before others are asked: a process that has asked must not be taken for the one before it. */
  private RecoveredIdentity nextStart() throws IOException {
    log = HeldLog.open(context.peerDirectory(), context.walOptions());
    RecoveredIdentity last = log.identity();
    return last.startedAs(
        PeerFiles.nextStart(context.peerDirectory(), last.recordedStart(), context.newId()));
  }

  /**
   * What a peer that may have lost its seat without hearing of it is to the others.
   *
   * @return fails with {@link StartRefusedException} if nobody knows
   */
  CompletableFuture<StartupMode> askForSeat(RecoveredIdentity recollection) throws IOException {
    return finder().findAgain(context.standbyInfo().load(), recollection);
  }

  /** One for the life of the process: what it has warned of once, it does not repeat. */
  private ClusterFinder finder() {
    if (finder == null) {
      finder = finder(given());
    }
    return finder;
  }

  private ClusterFinder finder(ClusterFinder.Given told) {
    return new ClusterFinder(
        self,
        told,
        options.seatPriority() > 0,
        context.clusterClient(),
        starting,
        patience(),
        loop);
  }

  private ClusterFinder.Given given() {
    MachineOptions.Joining joining = options.joining();
    return new ClusterFinder.Given(options.peerUrls(), joining.listsItself(), joining.state());
  }

  private ClusterFinder.Patience patience() {
    MachineOptions.Joining joining = options.joining();
    return new ClusterFinder.Patience(
        joining.attempts(),
        joining.intervalMillis(),
        JOIN_TIMEOUT_MILLIS,
        2 * options.timing().stretchedElectionTimeoutMillis() + ALIVE_MARGIN_MILLIS);
  }

  /**
   * A peer that has recovered and is not started.
   *
   * @param as how it came to its seat
   */
  PeerServer peer(StartupMode as, PeerEvents end) throws IOException {
    long readableFrom = 0;
    if (!(as instanceof StartupMode.AsReturningPeer)) {
      close();
    }
    if (as instanceof StartupMode.AsFounder founder) {
      WalIdentity identity = new WalIdentity(context.newId(), context.newId());
      LOG.warn("{} founds a NEW cluster {}", self.name(), HexId.text(identity.clusterId()));
      ClusterConfig config = newConfig(founder);
      LOG.info("{}: the new cluster's config: {}", self.name(), config.toJson());
      PeerFiles.found(
          context.peerDirectory(),
          context.walOptions(),
          identity,
          self,
          config,
          context.wallMillis());
      PeerFiles.nextStart(context.peerDirectory(), Incarnation.NONE, context.newId());
    } else if (as instanceof StartupMode.AsNewPeer granted) {
      WalIdentity identity = new WalIdentity(granted.seat().clusterId(), granted.seat().memberId());
      LOG.info("{} has a seat as {}, and begins a new log", self.name(), identity);
      remember(granted.lastKnown());
      PeerFiles.prepare(context.peerDirectory(), context.walOptions(), identity);
      PeerFiles.nextStart(context.peerDirectory(), Incarnation.NONE, context.newId());
      readableFrom = granted.seat().commitIndex();
    } else if (as instanceof StartupMode.AsReturningPeer returning) {
      readableFrom = returning.readableFromIndex();
    }
    markStandbyOver();
    PeerServer peer = peer(readableFrom, end);
    try {
      recover(peer);
      return peer;
    } catch (IOException | RuntimeException e) {
      peer.close();
      throw e;
    }
  }

  /** As many seats as the machines at a token have agreed on, unless the operator has said more. */
  private ClusterConfig newConfig(StartupMode.AsFounder founder) {
    ClusterConfig told = options.clusterConfig();
    boolean agreed =
        founder.seats().isPresent()
            && options.joining().discovery().filter(token -> !token.seatsGiven()).isPresent();
    return agreed
        ? new ClusterConfig(
            founder.seats().getAsInt(), told.removeDelaySeconds(), told.syncIntervalSeconds())
        : told;
  }

  private void recover(PeerServer peer) throws IOException {
    if (log == null) {
      peer.recover();
      return;
    }
    peer.recover(log);
    log = null;
  }

  /** Lets go of a log with which no mode has begun. Idempotent. */
  @Override
  public void close() throws IOException {
    if (log != null) {
      log.close();
      log = null;
    }
  }

  /**
   * The new log names nobody until the leader has filled it. Should this machine be restarted
   * before, and its seat be gone by then, it could find nobody but those it was told to ask.
   */
  private void remember(List<MachineView> machines) throws IOException {
    if (!machines.isEmpty()) {
      StandbyInfo known = context.standbyInfo().load().orElse(StandbyInfo.FRESH);
      context.standbyInfo().save(known.withCluster(machines).withRunning(false));
    }
  }

  /** From here on a restart finds the log, not the standby that this machine may have been. */
  void markStandbyOver() throws IOException {
    Optional<StandbyInfo> saved = context.standbyInfo().load();
    if (saved.isPresent() && saved.get().running()) {
      context.standbyInfo().save(saved.get().withRunning(false));
    }
  }

  private PeerServer peer(long readableFromIndex, PeerEvents end) {
    return peer(readableFromIndex, end, false);
  }

  private PeerServer peer(long readableFromIndex, PeerEvents end, boolean observer) {
    MachineOptions.Limits limits = options.limits();
    PeerOptions peerOptions =
        PeerOptions.of(
                self,
                options.timing().stretchedHeartbeatMillis(),
                options.timing().stretchedElectionTimeoutMillis(),
                options.snapshotCount(),
                ClientBounds.of(limits),
                context.walOptions(),
                version)
            .withMemory(limits.treeBytes(), limits.logBytes())
            .withPendingWrites(limits.requests().pendingWrites())
            .withTraits(MachineTraits.of(version, options.seatPriority(), options.zone()))
            .withLogins(logins())
            .withObserver(observer);
    return new PeerServer(
        peerOptions, context.peerDirectory(), context.newPeerContext(), end, readableFromIndex);
  }

  private Guard.Options logins() {
    Security.Users users = options.security().users();
    return new Guard.Options(users.maxFailedLogins(), users.byCertificate());
  }

  /** What this process answers until it has a mode. */
  StartingMachine starting() {
    return starting;
  }

  /**
   * What a running peer looks after.
   *
   * @param inTouch whether it has heard of its leader, or a leader of its quorum, lately
   */
  PeerUpkeep upkeep(PeerServer peer, BooleanSupplier inTouch) {
    return new PeerUpkeep(
        self,
        options.peerUrls(),
        peer,
        context.clusterClient(),
        context.standbyInfo(),
        finder()::requestWithLog,
        inTouch,
        new LostMajority(
            self.name(), peer, context.clusterClient(), loop, context::monotonicMillis),
        loop);
  }

  /**
   * A standby that is not started.
   *
   * @param seedPeerUrls whom it asks first
   * @param lost whose seat this machine has lost, if it had one
   */
  StandbyServer standby(List<String> seedPeerUrls, Optional<WalIdentity> lost, StandbyListener end)
      throws IOException {
    close();
    noteLost(lost);
    return standby(seedPeerUrls, lost, end, Optional.empty());
  }

  /**
   * A standby that holds the data; not started.
   *
   * @param copies hears of the end of its peers
   */
  ReplicaStandby replica(
      List<String> seedPeerUrls,
      Optional<WalIdentity> lost,
      StandbyListener end,
      CopyEvents.Owner copies)
      throws IOException {
    close();
    noteLost(lost);
    return new ReplicaStandby(
        self.name(),
        new DiskCopies(),
        new ReplicaStandby.Timing(
            options.timing().stretchedHeartbeatMillis(),
            options.timing().stretchedElectionTimeoutMillis()),
        copies,
        held -> standby(seedPeerUrls, lost, end, Optional.of(held)));
  }

  /** In this machine's directory. */
  private final class DiskCopies implements ReplicaStandby.Copies {
    @Override
    public Optional<PeerServer> resumed(PeerEvents events) throws IOException {
      long noted = context.standbyInfo().load().map(StandbyInfo::replica).orElse(0L);
      if (noted == 0 || !PeerFiles.exist(context.peerDirectory())) {
        return Optional.empty();
      }
      try (HeldLog here = HeldLog.open(context.peerDirectory(), context.walOptions())) {
        if (here.identity().identity().memberId() != noted || here.identity().removed()) {
          return Optional.empty();
        }
      }
      return Optional.of(peer(0, events, true));
    }

    @Override
    public PeerServer begun(WalIdentity identity, PeerEvents events) throws IOException {
      PeerFiles.prepare(context.peerDirectory(), context.walOptions(), identity);
      PeerFiles.nextStart(context.peerDirectory(), Incarnation.NONE, context.newId());
      return peer(0, events, true);
    }
  }

  private void noteLost(Optional<WalIdentity> lost) throws IOException {
    if (lost.isPresent()) {
      WalIdentity of = lost.get();
      StandbyInfo known = context.standbyInfo().load().orElse(StandbyInfo.FRESH);
      context.standbyInfo().save(known.withLost(of.clusterId(), of.memberId()).withRunning(true));
    }
  }

  private StandbyServer standby(
      List<String> seedPeerUrls,
      Optional<WalIdentity> lost,
      StandbyListener end,
      Optional<Supplier<LocalData>> held) {
    return new StandbyServer(
        StandbyOptions.of(self, options.seatPriority(), seedPeerUrls)
            .withLostSeat(lost.isPresent())
            .withVersion(version)
            .withZone(options.zone())
            .withMode(options.standbyMode()),
        context.clusterClient(),
        context.standbyInfo(),
        () -> context.newLoop("standby-" + self.name()),
        context.newRandom(),
        context::monotonicMillis,
        end,
        context.proxy(),
        held);
  }

  /** Whom a machine asks first that has been a peer. */
  List<String> seeds(RecoveredIdentity last) {
    List<String> seeds =
        last.registry().all().stream()
            .map(Seat::peerUrl)
            .filter(url -> !url.equals(self.peerUrl()))
            .toList();
    return seeds.isEmpty() ? options.peerUrls() : seeds;
  }

  /** A promise to a founder, kept where the log would be. */
  private record PromiseFile(MachineContext context) implements StartingMachine.Notes {
    @Override
    public Optional<FoundingRequest> load() throws IOException {
      Optional<String> text = PeerFiles.promise(context.peerDirectory());
      try {
        return text.isPresent()
            ? Optional.of(FoundingRequest.fromJson(text.get()))
            : Optional.empty();
      } catch (ApiException e) {
        throw new IOException(
            context.peerDirectory() + "/promised is damaged: " + e.getMessage(), e);
      }
    }

    @Override
    public void save(Optional<FoundingRequest> promise) throws IOException {
      PeerFiles.savePromise(context.peerDirectory(), promise.map(FoundingRequest::toJson));
    }
  }
}
