package dev.understudy.admin.machine;

import dev.understudy.admin.cli.MachineOptions;
import dev.understudy.admin.http.AdminApi;
import dev.understudy.admin.http.PeerAdmin;
import dev.understudy.admin.machine.MachineEvents.Mode;
import dev.understudy.clusterconfig.HttpClusterClient;
import dev.understudy.peer.PeerServer;
import dev.understudy.peer.driver.PeerEvents;
import dev.understudy.standby.SeatTaken;
import dev.understudy.standby.StandbyListener;
import dev.understudy.standby.StandbyServer;
import dev.understudy.statemachine.Registry.Seat;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.eclipse.jetty.server.Handler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a machine is at the moment, peer or standby, and every way from the one to the other. All of
 * it happens on one thread of its own, which is told of a mode's end by the mode.
 *
 * <p>{@link #start} and {@link #close} block and are for one thread at a time.
 */
final class ModeController {
  private static final Logger LOG = LoggerFactory.getLogger(ModeController.class);

  private static final long MODE_THREAD_END_SECONDS = 10;

  /** A peer that catches up for longer says that it is ready without having its vote. */
  private static final long VOTE_TIMEOUT_MILLIS = 5_000;

  private static final long SEAT_CHECK_INTERVAL_MILLIS = 500;

  /** Elections without a leader after which a peer asks whether it still has its seat. */
  private static final long SEAT_CHECK_ELECTIONS = 5;

  private final MachineOptions options;
  private final LongSupplier clockMillis;
  private final ModeFactory maker;
  private final HttpClusterClient client;
  private final HttpListener clientPort;
  private final HttpListener peerPort;
  private final MachineEvents events;
  private final ScheduledExecutorService modeThread;

  /** The present mode; changed on the mode thread only, once that runs. */
  private AutoCloseable mode = () -> {};

  /** Counts the modes, so that a mode's last words are not taken for its successor's. */
  private int modeNumber;

  private SeatCheck seatCheck;
  private volatile boolean closing;
  private final CompletableFuture<Void> closed = new CompletableFuture<>();

  /**
   * @param clockMillis monotonic
   * @param client asked by modes and their maker; closed with the modes, before they end
   * @param clientPort where clients are answered by the present mode
   * @param peerPort where other machines are
   * @param events told what the machine has become
   */
  ModeController(
      MachineOptions options,
      LongSupplier clockMillis,
      ModeFactory maker,
      HttpClusterClient client,
      HttpListener clientPort,
      HttpListener peerPort,
      MachineEvents events) {
    this.options = options;
    this.clockMillis = clockMillis;
    this.maker = maker;
    this.client = client;
    this.clientPort = clientPort;
    this.peerPort = peerPort;
    this.events = events;
    this.modeThread =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "mode-" + options.name());
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * Finds the cluster and starts the first mode; from then on modes follow each other.
   *
   * @throws StartRefusedException if the machine must not start
   */
  void start() throws IOException, StartRefusedException, InterruptedException {
    beginOnModeThread();
    modeThread.scheduleWithFixedDelay(
        () -> change(this::checkSeat),
        SEAT_CHECK_INTERVAL_MILLIS,
        SEAT_CHECK_INTERVAL_MILLIS,
        TimeUnit.MILLISECONDS);
  }

  /** There, because a peer may be told of its removal before the start has ended. */
  private void beginOnModeThread() throws IOException, StartRefusedException, InterruptedException {
    Future<?> begun =
        modeThread.submit(
            () -> {
              begin(maker.firstMode());
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

  private void begin(StartupMode first) throws IOException {
    if (first instanceof StartupMode.AsStandby standby) {
      LOG.info("{} begins as standby: {}", options.name(), standby.reason());
      startStandby(standby.seedPeerUrls());
      events.ready(Mode.STANDBY);
      return;
    }
    startPeer(first);
    events.ready(Mode.PEER);
  }

  private void startPeer(StartupMode as) throws IOException {
    PeerServer peer = maker.peer(as, new PeerEnd());
    runPeer(peer);
    if (as instanceof StartupMode.AsNewPeer) {
      awaitVote(peer);
    }
  }

  /** Who is told that this machine is a peer may count on its vote, and kill another one. */
  private void awaitVote(PeerServer peer) {
    CompletableFuture<Boolean> vote = peer.awaitVote(VOTE_TIMEOUT_MILLIS);
    CompletableFuture.anyOf(vote, closed).join();
    if (!vote.getNow(false)) {
      LOG.info("{} is a peer, but has no vote yet", options.name());
    }
  }

  private void runPeer(PeerServer peer) throws IOException {
    try {
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
            clockMillis);
    clientPort.answerWith(peer.clientHandler());
    Handler admin =
        new AdminApi(new PeerAdmin(peer.admin(), client), options.machine(), clockMillis);
    peerPort.answerWith(new Handler.Sequence(peer.peerHandler(), peer.onceCaughtUp(admin)));
  }

  private void startStandby(List<String> seedPeerUrls) throws IOException {
    StandbyServer standby = maker.standby(seedPeerUrls, new StandbyEnd());
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
    StartupMode found;
    try {
      found = maker.askForSeat(peer.recollection());
    } catch (StartRefusedException e) {
      LOG.warn("{} is out of touch, and {}", options.name(), e.getMessage());
      return;
    }
    if (closing) {
      return;
    }
    if (found instanceof StartupMode.AsStandby standby) {
      demote(standby.reason());
    } else if (found instanceof StartupMode.AsNewPeer) {
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
      // The environment's failures explain themselves; of a bug its kind is the better half.
      String reason =
          cause instanceof IOException && cause.getMessage() != null
              ? cause.getMessage()
              : cause.toString();
      onModeThreadIn(life, () -> events.failed("this peer cannot go on: " + reason));
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
            .filter(url -> !url.equals(options.machine().peerUrl()))
            .toList();
    endMode();
    startStandby(seeds.isEmpty() ? options.peerUrls() : seeds);
    events.changed(Mode.STANDBY, reason);
  }

  private void promote(SeatTaken seat) throws Exception {
    endMode();
    startPeer(new StartupMode.AsNewPeer(seat.reply()));
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
      LOG.info("{} is stopping already", options.name());
    }
  }

  private void change(ModeChange change) {
    try {
      if (!closing) {
        change.run();
      }
    } catch (Exception e) {
      LOG.error("the mode could not be changed", e);
      events.failed("the mode could not be changed: " + e);
    }
  }

  /** Ends the present mode and the thread. Idempotent. */
  void close() throws Exception {
    closing = true;
    closed.complete(null);
    try {
      // Whoever asks other machines at this moment is answered at once: nobody is reached.
      client.close();
    } finally {
      endModeAndThread();
    }
  }

  private void endModeAndThread() throws Exception {
    modeThread.shutdown();
    try {
      if (!modeThread.awaitTermination(MODE_THREAD_END_SECONDS, TimeUnit.SECONDS)) {
        LOG.warn("a change of the mode has not ended within {} s", MODE_THREAD_END_SECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    endMode();
  }
}
