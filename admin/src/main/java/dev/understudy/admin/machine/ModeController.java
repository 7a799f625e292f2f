package dev.understudy.admin.machine;

import dev.understudy.admin.cli.MachineOptions;
import dev.understudy.admin.machine.MachineEvents.Mode;
import dev.understudy.clusterconfig.FailureText;
import dev.understudy.clusterconfig.HexId;
import dev.understudy.clusterconfig.ReplicaReply;
import dev.understudy.peer.PeerServer;
import dev.understudy.peer.PeerServer.RecoveredIdentity;
import dev.understudy.peer.driver.PeerEvents;
import dev.understudy.standby.SeatTaken;
import dev.understudy.standby.StandbyListener;
import dev.understudy.standby.StandbyMode;
import dev.understudy.standby.StandbyServer;
import dev.understudy.standby.WorkLoop;
import dev.understudy.wal.WalIdentity;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a machine is at the moment, peer or standby, and every way from the one to the other. All of
 * it happens on one loop, to which a mode reports its end. A step may block for the disk and for
 * the end of a mode's threads; for other machines and for time it never waits, but goes on when
 * they have answered.
 *
 * <p>{@link #begin} and {@link #close} are for one thread at a time; close blocks.
 */
final class ModeController {
  private static final Logger LOG = LoggerFactory.getLogger(ModeController.class);

  private static final long SEAT_CHECK_INTERVAL_MILLIS = 500;

  /** Elections without a leader after which a peer asks whether it still has its seat. */
  private static final long SEAT_CHECK_ELECTIONS = 5;

  /**
   * One that is new and has no vote yet asks sooner: a cluster that lets it go while its log is
   * empty has no way to tell it.
   */
  private static final long NEW_PEER_CHECK_ELECTIONS = 1;

  private final MachineOptions options;
  private final MachineContext context;
  private final ModeFactory factory;
  private final MachineEvents events;
  private final ModeNews news;
  private final VoteWait votes;
  private final WorkLoop loop;
  private final ModeChanges changes;

  /** The present mode; changed on the loop only, until that is closed. */
  private AutoCloseable mode = () -> {};

  private final LeaderlessWarnings leaderless;
  private SeatCheck seatCheck;
  private PeerUpkeep upkeep;
  private boolean askingForSeat;

  /**
   * @param context open, and closed by its owner afterwards
   * @param events notified, on the loop, of what the machine has become
   */
  ModeController(
      MachineOptions options, MachineContext context, MachineEvents events, String version) {
    this.options = options;
    this.context = context;
    this.events = events;
    this.news = new ModeNews(events);
    this.loop = context.newLoop("mode-" + options.name());
    this.changes = new ModeChanges(loop, news, events);
    this.votes = new VoteWait(options.name(), news, this::isInTouch, loop);
    this.leaderless = new LeaderlessWarnings(context::monotonicMillis);
    this.factory = new ModeFactory(options, context, loop, version);
  }

  /**
   * Finds the cluster and starts the first mode; from then on modes follow each other.
   *
   * @return completes when the first mode has started, or fails with the reason why it cannot
   */
  CompletableFuture<Void> begin() {
    context.ports().answerAs(factory.starting());
    loop.execute(() -> changes.make(this::findFirstMode));
    return news.first();
  }

  private void findFirstMode() throws IOException {
    factory
        .firstMode()
        .whenComplete((found, failure) -> changes.make(() -> startFirst(found, failure)));
  }

  private void startFirst(StartupMode found, Throwable failure) throws Exception {
    rethrow(failure);
    if (found instanceof StartupMode.AsStandby standby) {
      LOG.info("{} begins as standby: {}", options.name(), standby.reason());
      startStandby(standby.seedPeerUrls(), standby.lost());
      news.tell(Mode.STANDBY, standby.reason());
    } else {
      startPeer(found, "has started");
    }
    loop.schedule(this::checkSeatRegularly, SEAT_CHECK_INTERVAL_MILLIS);
  }

  private static void rethrow(Throwable failure) throws Exception {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    if (cause instanceof Exception exception) {
      throw exception;
    }
    if (cause != null) {
      throw new IllegalStateException(cause);
    }
  }

  /**
   * Somebody who reads that this machine is a peer may count on its vote, and stop another one: so
   * a new peer is announced once it has its vote. Only a first mode is announced without one, after
   * a time, while the cluster is heard: somebody waits for it.
   */
  private void startPeer(StartupMode as, String reason) throws IOException {
    PeerServer peer = factory.peer(as, new PeerEnd(changes.life()));
    runPeer(peer);
    if (as instanceof StartupMode.AsFounder) {
      events.founded(peer.recollection().identity().clusterId());
    }
    if (!(as instanceof StartupMode.AsNewPeer)) {
      news.tell(Mode.PEER, reason);
      return;
    }
    awaitVote(peer, reason);
  }

  private void awaitVote(PeerServer peer, String reason) {
    news.hold(Mode.PEER, reason);
    int life = changes.life();
    votes.await(peer, due -> changes.inLoop(life, due::run));
  }

  private void runPeer(PeerServer peer) throws IOException {
    try {
      peer.start();
    } catch (IOException | RuntimeException e) {
      peer.close();
      throw e;
    }
    takeUp(peer);
  }

  /** Lets a running peer be what this machine is. */
  private void takeUp(PeerServer peer) {
    mode = peer;
    seatCheck =
        new SeatCheck(() -> isInTouch(peer), this::seatPatienceMillis, context::monotonicMillis);
    upkeep = factory.upkeep(peer, () -> isInTouch(peer));
    context.ports().answerAs(PeerServices.of(peer, context));
  }

  private boolean isInTouch(PeerServer peer) {
    return peer.isInTouch(options.timing().stretchedElectionTimeoutMillis());
  }

  private long seatPatienceMillis() {
    return options.timing().stretchedElectionTimeoutMillis()
        * (news.isHeld() ? NEW_PEER_CHECK_ELECTIONS : SEAT_CHECK_ELECTIONS);
  }

  private void startStandby(List<String> seedPeerUrls, Optional<WalIdentity> lost)
      throws IOException {
    leaderless.leaderSeen();
    if (options.standbyMode() == StandbyMode.REPLICA) {
      ReplicaStandby replica =
          factory.replica(seedPeerUrls, lost, new StandbyEnd(lost), endOfCopy());
      mode = replica;
      replica.start();
      context.ports().answerAs(replica);
      return;
    }
    StandbyServer standby = factory.standby(seedPeerUrls, lost, new StandbyEnd(lost));
    standby.start();
    mode = standby;
    context.ports().answerAs(standby);
  }

  private CopyEvents.Owner endOfCopy() {
    int life = changes.life();
    return (copy, end) ->
        changes.inLoop(life, () -> ((ReplicaStandby) mode).ended(copy, end, new PeerEnd(life)));
  }

  private void checkSeatRegularly() {
    changes.make(this::checkSeat);
    loop.schedule(this::checkSeatRegularly, SEAT_CHECK_INTERVAL_MILLIS);
  }

  /**
   * A peer that is out of touch for long may have lost its seat without having heard of it: a
   * learner asks nobody for votes. It asks those it knows, as it does after a restart.
   */
  private void checkSeat() throws Exception {
    if (mode instanceof PeerServer) {
      upkeep.turn();
    } else if (mode instanceof ReplicaStandby replica && replica.turn()) {
      promote(replica);
    }
    if (mode instanceof PeerServer peer && seatCheck.pollDue()) {
      askForSeat(peer);
    }
  }

  private void askForSeat(PeerServer peer) throws IOException {
    if (askingForSeat) {
      return;
    }
    askingForSeat = true;
    int life = changes.life();
    factory
        .askForSeat(peer.recollection())
        .whenComplete(
            (found, failure) -> {
              askingForSeat = false;
              changes.makeIn(life, () -> actOnSeat(found, failure));
            });
  }

  private void actOnSeat(StartupMode found, Throwable failure) throws Exception {
    try {
      rethrow(failure);
    } catch (AliveElsewhereException e) {
      events.failed(e.getMessage());
      return;
    } catch (StartRefusedException e) {
      LOG.warn("{} is out of touch, and {}", options.name(), e.getMessage());
      return;
    }
    if (found instanceof StartupMode.AsStandby standby) {
      if (news.isHeld()) {
        standByAgain(standby.reason());
      } else {
        demote(standby.reason());
      }
    } else if (found instanceof StartupMode.AsNewPeer) {
      endMode();
      startPeer(found, "had lost its seat and was given another");
    }
  }

  /** What ends a peer; reported on threads of the peer, which must not wait for their own end. */
  private final class PeerEnd implements PeerEvents {
    private final int life;

    PeerEnd(int life) {
      this.life = life;
    }

    @Override
    public void removed(String reason) {
      changes.inLoop(life, () -> demote(reason));
    }

    @Override
    public void letGo(String reason) {
      changes.inLoop(life, () -> standByAgain(reason));
    }

    /** One voice may err or lie: those who lead know. */
    @Override
    public void denied(String reason) {
      changes.inLoop(life, () -> confirmSeat(reason));
    }

    @Override
    public void outlived(String reason) {
      changes.inLoop(life, () -> giveUpOutlived(reason));
    }

    @Override
    public void failed(Throwable cause) {
      changes.inLoop(
          life, () -> events.failed("this peer cannot go on: " + ModeChanges.reasonOf(cause)));
    }
  }

  /**
   * This machine's directory is not its member's newest state, so its peer ends at once. Whether
   * the machine still has a seat, as a new member, is the leader's to say; while nobody leads it
   * waits as a standby.
   */
  private void giveUpOutlived(String reason) throws Exception {
    PeerServer peer = (PeerServer) mode;
    RecoveredIdentity last = peer.recollection();
    LOG.warn("{} stops being a peer: {}", options.name(), reason);
    endMode();
    int life = changes.life();
    factory
        .askForSeat(last)
        .whenComplete(
            (found, failure) ->
                changes.makeIn(life, () -> afterOutlived(found, failure, last, reason)));
  }

  private void afterOutlived(
      StartupMode found, Throwable failure, RecoveredIdentity last, String reason)
      throws Exception {
    try {
      rethrow(failure);
    } catch (StartRefusedException e) {
      events.failed(e.getMessage());
      return;
    }
    if (found instanceof StartupMode.AsNewPeer) {
      startPeer(found, "comes back as a new member: " + reason);
    } else {
      startStandby(factory.seeds(last), Optional.of(last.identity()));
      news.tell(Mode.STANDBY, reason);
    }
  }

  /** What ends a standby; reported on the standby's loop. */
  private final class StandbyEnd implements StandbyListener {
    private final int life = changes.life();
    private final Optional<WalIdentity> lost;

    private StandbyEnd(Optional<WalIdentity> lost) {
      this.lost = lost;
    }

    @Override
    public void seatTaken(SeatTaken seat) {
      changes.inLoop(life, () -> promote(seat));
    }

    @Override
    public void replicaAnswered(ReplicaReply reply, long clusterId) {
      changes.inLoop(life, () -> ((ReplicaStandby) mode).answered(reply, clusterId));
    }

    @Override
    public void alone() {
      lost.ifPresent(of -> changes.inLoop(life, () -> leaderless.nobodyLeft(options.name(), of)));
    }

    @Override
    public void synced(boolean leaderKnown) {
      lost.ifPresent(
          of -> changes.inLoop(life, () -> leaderless.synced(options.name(), of, leaderKnown)));
    }

    @Override
    public void failed(RuntimeException bug) {
      changes.inLoop(
          life, () -> events.failed("this standby cannot go on: " + FailureText.of(bug)));
    }
  }

  private void confirmSeat(String reason) throws IOException {
    LOG.debug("{} asks whether it still has its seat: {}", options.name(), reason);
    askForSeat((PeerServer) mode);
  }

  /** It has copied the data for a seat that another took, or that was not free after all. */
  private void standByAgain(String reason) throws Exception {
    LOG.info("{} stands by again: {}", options.name(), reason);
    becomeStandby(((PeerServer) mode).recollection(), reason);
  }

  private void demote(String reason) throws Exception {
    RecoveredIdentity last = ((PeerServer) mode).recollection();
    LOG.warn(
        "{} ({}) has lost its seat and becomes a standby: {}",
        options.name(),
        HexId.text(last.identity().memberId()),
        reason);
    becomeStandby(last, reason);
  }

  /**
   * Clients are sent to the leader before the peer's threads, streams and files are closed: for
   * them it has ended when it has lost its seat. A copy of the data goes on in the same directory,
   * so that has to wait. Of a peer that was never announced nobody need hear that it is none any
   * more.
   */
  private void becomeStandby(RecoveredIdentity last, String reason) throws Exception {
    boolean unannounced = news.first().isDone() && news.isHeld();
    AutoCloseable peer = leaveMode();
    try {
      if (options.standbyMode() == StandbyMode.REPLICA) {
        peer.close();
      }
      startStandby(factory.seeds(last), Optional.of(last.identity()));
      if (!unannounced) {
        news.tell(Mode.STANDBY, reason);
      }
    } finally {
      peer.close();
    }
  }

  /** Its log goes on, and what it reports from now on is a peer's. */
  private void promote(ReplicaStandby replica) throws Exception {
    leaveMode();
    PeerServer peer = replica.release(new PeerEnd(changes.life()));
    takeUp(peer);
    factory.markStandbyOver();
    awaitVote(peer, "took an open seat with its data");
  }

  private void promote(SeatTaken seat) throws Exception {
    LOG.info(
        "{} takes an open seat as member {} and becomes a peer",
        options.name(),
        HexId.text(seat.reply().memberId()));
    endMode();
    startPeer(new StartupMode.AsNewPeer(seat.reply()), "took an open seat");
  }

  private void endMode() throws Exception {
    leaveMode().close();
  }

  private AutoCloseable leaveMode() {
    news.drop();
    context.ports().answerNothing();
    changes.nextLife();
    AutoCloseable last = mode;
    mode = () -> {};
    return last;
  }

  /**
   * Prepares for the end, see {@link Retirement}.
   *
   * @return completes when the machine can be closed without harm to its clients, or no more can be
   *     done for them
   */
  CompletableFuture<Void> retire() {
    CompletableFuture<Void> retired = new CompletableFuture<>();
    loop.execute(
        () ->
            new Retirement(loop, context.ports(), answering())
                .begin()
                .whenComplete((done, failure) -> retired.complete(null)));
    return retired;
  }

  private Optional<PeerServer> answering() {
    if (mode instanceof ReplicaStandby replica) {
      return replica.peer();
    }
    return mode instanceof PeerServer peer ? Optional.of(peer) : Optional.empty();
  }

  /** Ends the loop and the present mode. Idempotent. */
  void close() throws Exception {
    changes.end();
    news.first().completeExceptionally(new CancellationException("closed while it was starting"));
    loop.close();
    factory.close();
    endMode();
  }
}
