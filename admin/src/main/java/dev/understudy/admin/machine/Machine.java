package dev.understudy.admin.machine;

import dev.understudy.admin.cli.MachineOptions;
import dev.understudy.admin.http.AdminApi;
import dev.understudy.admin.http.ClusterAdmin;
import dev.understudy.admin.machine.MachineEvents.Mode;
import dev.understudy.clusterconfig.HttpClusterClient;
import dev.understudy.clusterconfig.MachineRecord;
import dev.understudy.peer.PeerFiles;
import dev.understudy.peer.PeerOptions;
import dev.understudy.peer.PeerServer;
import dev.understudy.peer.PeerServer.Recollection;
import dev.understudy.peer.driver.PeerEvents;
import dev.understudy.peer.http.ClientApi;
import dev.understudy.peer.http.ClientLimits;
import dev.understudy.peer.machine.Registry.Seat;
import dev.understudy.peer.transport.HttpPeerNetwork;
import dev.understudy.standby.SeatTaken;
import dev.understudy.standby.StandbyInfo;
import dev.understudy.standby.StandbyInfoFile;
import dev.understudy.standby.StandbyListener;
import dev.understudy.standby.StandbyOptions;
import dev.understudy.standby.StandbyServer;
import dev.understudy.standby.ThreadLoop;
import dev.understudy.wal.DiskDirectory;
import dev.understudy.wal.WalIdentity;
import dev.understudy.wal.WalOptions;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.util.thread.Invocable.InvocationType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One machine: two ports, a data directory, and a mode that changes between peer and standby for as
 * long as it runs.
 *
 * <p>{@link #start} and {@link #close} block and are for one thread at a time; closing a machine
 * that never became ready is safe. Changes of the mode happen on a thread of the machine's own.
 */
public final class Machine implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Machine.class);

  /** A standby that takes a seat must not be asked for the election's sake for longer than this. */
  private static final long JOIN_TIMEOUT_MILLIS = 5_000;

  private static final long MODE_THREAD_END_SECONDS = 10;

  /** A peer that catches up for longer says that it is ready without having its vote. */
  private static final long VOTE_TIMEOUT_MILLIS = 5_000;

  private static final long SEAT_CHECK_INTERVAL_MILLIS = 500;

  /** Elections without a leader after which a peer asks whether it still has its seat. */
  private static final long SEAT_CHECK_ELECTIONS = 5;

  private final MachineOptions options;
  private final MachineRecord self;
  private final MachineWorld world;
  private final MachineEvents events;
  private final String version;

  private final ScheduledExecutorService modeThread;
  private final Deque<AutoCloseable> opened = new ArrayDeque<>();
  private DiskDirectory peerDirectory;
  private StandbyInfoFile standbyInfo;
  private HttpClusterClient client;
  private Port clientPort;
  private Port peerPort;

  /** The present mode; changed on the mode thread only, once that runs. */
  private AutoCloseable mode = () -> {};

  /** Counts the modes, so that a mode's last words are not taken for its successor's. */
  private int modeNumber;

  private SeatCheck seatCheck;
  private volatile boolean closing;
  private final CompletableFuture<Void> closed = new CompletableFuture<>();

  /**
   * @param version this program's version
   */
  public Machine(MachineOptions options, MachineWorld world, MachineEvents events, String version) {
    this.options = options;
    this.self = options.machine();
    this.world = world;
    this.events = events;
    this.version = version;
    this.modeThread =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "mode-" + options.name());
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * Binds the ports, finds the cluster and starts the first mode.
   *
   * @throws StartRefusedException if the machine cannot start; nothing is left running then
   */
  public void start() throws StartRefusedException, InterruptedException {
    try {
      openDataDirectory();
      world.start();
      opened.push(world);
      client = new HttpClusterClient();
      client.start();
      opened.push(client);
      openPorts();
      beginOnModeThread();
      modeThread.scheduleWithFixedDelay(
          () -> change(this::checkSeat),
          SEAT_CHECK_INTERVAL_MILLIS,
          SEAT_CHECK_INTERVAL_MILLIS,
          TimeUnit.MILLISECONDS);
    } catch (IOException e) {
      close();
      throw new StartRefusedException(e.getMessage(), e);
    } catch (StartRefusedException | InterruptedException | RuntimeException e) {
      close();
      throw e;
    }
  }

  /** There, because a peer may be told of its removal before the start has ended. */
  private void beginOnModeThread() throws IOException, StartRefusedException, InterruptedException {
    Future<?> begun =
        modeThread.submit(
            () -> {
              begin(firstMode());
              return null;
            });
    try {
      begun.get();
    } catch (InterruptedException e) {
      begun.cancel(true);
      throw e;
    } catch (ExecutionException e) {
      throw whyItCouldNotBegin(e.getCause());
    }
  }

  private static IllegalStateException whyItCouldNotBegin(Throwable cause)
      throws IOException, StartRefusedException, InterruptedException {
    if (cause instanceof IOException environment) {
      throw environment;
    }
    if (cause instanceof StartRefusedException refused) {
      throw refused;
    }
    if (cause instanceof InterruptedException interrupted) {
      throw interrupted;
    }
    return new IllegalStateException("the first mode could not be started", cause);
  }

  private void openDataDirectory() throws IOException {
    // Its lock keeps a second process out, whatever the mode.
    opened.push(DiskDirectory.open(options.dataDirectory()));
    peerDirectory = DiskDirectory.open(options.dataDirectory().resolve("peer"));
    opened.push(peerDirectory);
    standbyInfo = new StandbyInfoFile(options.dataDirectory());
    if (options.force()) {
      log.warn("--force: dropping what {} holds", options.dataDirectory());
      PeerFiles.forget(peerDirectory);
      standbyInfo.delete();
    }
  }

  private void openPorts() throws IOException {
    clientPort =
        new Port(
            "client",
            options.clientBindAddress(),
            ClientApi.httpConfiguration(ClientLimits.DEFAULT),
            InvocationType.NON_BLOCKING,
            new ChangingModeHandler(),
            server -> server.setErrorHandler(ClientApi.errorHandler(ClientLimits.DEFAULT)));
    clientPort.open();
    opened.push(clientPort::close);
    peerPort =
        new Port(
            "peer",
            options.peerBindAddress(),
            peerPortConfiguration(),
            InvocationType.BLOCKING,
            new ChangingModeHandler(),
            HttpPeerNetwork::prepare);
    peerPort.open();
    opened.push(peerPort::close);
  }

  private static HttpConfiguration peerPortConfiguration() {
    HttpConfiguration configuration = new HttpConfiguration();
    configuration.setSendServerVersion(false);
    return configuration;
  }

  private FirstMode firstMode() throws IOException, StartRefusedException, InterruptedException {
    Optional<StandbyInfo> saved = standbyInfo.load();
    Optional<Recollection> recollection = Optional.empty();
    if (PeerFiles.exist(peerDirectory)) {
      try (PeerServer looked = newPeer(0)) {
        recollection = Optional.of(looked.recover());
      }
    }
    return finder().find(saved, recollection);
  }

  private ClusterFinder finder() {
    return new ClusterFinder(
        self,
        options.peerUrls(),
        options.seatPriority() > 0,
        client,
        new ClusterFinder.Patience(
            options.joining().attempts(), options.joining().intervalMillis(), JOIN_TIMEOUT_MILLIS),
        Thread::sleep);
  }

  private void begin(FirstMode first) throws IOException {
    if (first instanceof FirstMode.AsStandby standby) {
      log.info("{} begins as standby: {}", self.name(), standby.reason());
      startStandby(standby.seedPeerUrls());
      events.ready(Mode.STANDBY);
      return;
    }
    startPeer(first);
    events.ready(Mode.PEER);
  }

  private void startPeer(FirstMode as) throws IOException {
    long readableFrom = 0;
    if (as instanceof FirstMode.AsFounder) {
      log.info("{} founds a new cluster", self.name());
      PeerFiles.found(
          peerDirectory,
          new WalIdentity(world.newId(), world.newId()),
          self,
          options.clusterConfig(),
          System.currentTimeMillis());
    } else if (as instanceof FirstMode.AsNewPeer granted) {
      WalIdentity identity = new WalIdentity(granted.seat().clusterId(), granted.seat().memberId());
      log.info("{} has a seat as {}", self.name(), identity);
      PeerFiles.prepare(peerDirectory, identity);
      readableFrom = granted.seat().commitIndex();
    } else if (as instanceof FirstMode.AsReturningPeer returning) {
      readableFrom = returning.readableFromIndex();
    }
    markStandbyOver();
    PeerServer peer = newPeer(readableFrom);
    runPeer(peer);
    if (as instanceof FirstMode.AsNewPeer) {
      awaitVote(peer);
    }
  }

  /** Who is told that this machine is a peer may count on its vote, and kill another one. */
  private void awaitVote(PeerServer peer) {
    CompletableFuture<Boolean> vote = peer.awaitVote(VOTE_TIMEOUT_MILLIS);
    CompletableFuture.anyOf(vote, closed).join();
    if (!vote.getNow(false)) {
      log.info("{} is a peer, but has no vote yet", self.name());
    }
  }

  /** From here on a restart finds the log, not the standby that this machine may have been. */
  private void markStandbyOver() throws IOException {
    Optional<StandbyInfo> saved = standbyInfo.load();
    if (saved.isPresent() && saved.get().running()) {
      StandbyInfo info = saved.get();
      standbyInfo.save(new StandbyInfo(false, info.cluster(), info.syncIntervalSeconds()));
    }
  }

  private void runPeer(PeerServer peer) throws IOException {
    try {
      peer.recover();
      peer.start();
    } catch (IOException | RuntimeException e) {
      peer.close();
      throw e;
    }
    mode = peer;
    long electionMillis = options.timing().stretchedElectionTimeoutMillis();
    seatCheck =
        new SeatCheck(
            () -> peer.isInTouch(electionMillis),
            SEAT_CHECK_ELECTIONS * electionMillis,
            world::monotonicMillis);
    clientPort.answerWith(peer.clientHandler());
    Handler admin = new AdminApi(ClusterAdmin.of(peer.admin()), self, world::monotonicMillis);
    peerPort.answerWith(new Handler.Sequence(peer.peerHandler(), peer.onceCaughtUp(admin)));
  }

  private PeerServer newPeer(long readableFromIndex) {
    PeerOptions peerOptions =
        new PeerOptions(
            self,
            options.timing().stretchedHeartbeatMillis(),
            options.timing().stretchedElectionTimeoutMillis(),
            options.snapshotCount(),
            ClientLimits.DEFAULT,
            WalOptions.DEFAULT,
            version);
    return new PeerServer(
        peerOptions, peerDirectory, world.forPeer(), new PeerEnd(), readableFromIndex);
  }

  private void startStandby(List<String> seedPeerUrls) throws IOException {
    StandbyServer standby =
        new StandbyServer(
            StandbyOptions.of(self, options.seatPriority(), seedPeerUrls),
            client,
            standbyInfo,
            () -> new ThreadLoop("standby-" + self.name()),
            world.newRandom(),
            new StandbyEnd());
    standby.start();
    mode = standby;
    clientPort.answerWith(standby.clientHandler());
    peerPort.answerWith(standby.peerHandler());
  }

  /**
   * A peer that is out of touch for long may have lost its seat without being told: a learner asks
   * nobody for votes. It asks those it knows, as it does after a restart.
   */
  private void checkSeat() throws Exception {
    if (!(mode instanceof PeerServer peer) || !seatCheck.isDue()) {
      return;
    }
    FirstMode found;
    try {
      found = finder().find(Optional.empty(), Optional.of(peer.recollection()));
    } catch (StartRefusedException e) {
      log.warn("{} is out of touch, and {}", self.name(), e.getMessage());
      return;
    }
    if (closing) {
      return;
    }
    if (found instanceof FirstMode.AsStandby standby) {
      demote(standby.reason());
    } else if (found instanceof FirstMode.AsNewPeer) {
      endMode();
      startPeer(found);
      events.changed(Mode.PEER, "had lost its seat and was given another");
    }
  }

  /** What ends a peer; told on threads of the peer, which must not wait for their own end. */
  private final class PeerEnd implements PeerEvents {
    private final int life = modeNumber;

    @Override
    public void removed(String reason) {
      onModeThreadIn(life, () -> demote(reason));
    }

    @Override
    public void failed(Throwable cause) {
      onModeThreadIn(life, () -> events.failed("this peer cannot go on: " + cause));
    }
  }

  /** What ends a standby; told on the standby's thread. */
  private final class StandbyEnd implements StandbyListener {
    private final int life = modeNumber;

    @Override
    public void seatTaken(SeatTaken seat) {
      onModeThreadIn(life, () -> promote(seat));
    }

    @Override
    public void failed(RuntimeException bug) {
      onModeThreadIn(life, () -> events.failed("this standby cannot go on: " + bug));
    }
  }

  private void demote(String reason) throws Exception {
    PeerServer peer = (PeerServer) mode;
    List<String> seeds =
        peer.recollection().registry().all().stream()
            .map(Seat::peerUrl)
            .filter(url -> !url.equals(self.peerUrl()))
            .toList();
    endMode();
    startStandby(seeds.isEmpty() ? options.peerUrls() : seeds);
    events.changed(Mode.STANDBY, reason);
  }

  private void promote(SeatTaken seat) throws Exception {
    endMode();
    startPeer(new FirstMode.AsNewPeer(seat.reply()));
    events.changed(Mode.PEER, "took an open seat");
  }

  private void endMode() throws Exception {
    clientPort.answerNothing();
    peerPort.answerNothing();
    modeNumber++;
    mode.close();
    mode = () -> {};
  }

  /** Work of the mode thread. */
  @FunctionalInterface
  private interface ModeChange {
    void run() throws Exception;
  }

  /**
   * What a mode wishes is done only while it lives: a peer may hear that it was removed while the
   * machine, which has asked the others, is demoting it already.
   */
  private void onModeThreadIn(int life, ModeChange change) {
    try {
      modeThread.execute(
          () ->
              change(
                  () -> {
                    if (life == modeNumber) {
                      change.run();
                    }
                  }));
    } catch (RejectedExecutionException e) {
      log.info("{} is stopping already", self.name());
    }
  }

  private void change(ModeChange change) {
    try {
      if (!closing) {
        change.run();
      }
    } catch (Exception e) {
      log.error("the mode could not be changed", e);
      events.failed("the mode could not be changed: " + e);
    }
  }

  /** Ends the mode, gives back ports, directory and threads. Idempotent. */
  @Override
  public void close() {
    closing = true;
    closed.complete(null);
    if (client != null) {
      // Whoever asks other machines at this moment is answered at once: nobody is reached.
      client.close();
    }
    modeThread.shutdown();
    try {
      if (!modeThread.awaitTermination(MODE_THREAD_END_SECONDS, TimeUnit.SECONDS)) {
        log.warn("a change of the mode has not ended within {} s", MODE_THREAD_END_SECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (peerPort != null) {
      clientPort.answerNothing();
      peerPort.answerNothing();
    }
    closeQuietly(mode);
    mode = () -> {};
    while (!opened.isEmpty()) {
      closeQuietly(opened.pop());
    }
  }

  private static void closeQuietly(AutoCloseable closeable) {
    try {
      closeable.close();
    } catch (Exception e) {
      log.warn("could not be closed properly: {}", e.toString());
    }
  }
}
