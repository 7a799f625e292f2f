package dev.understudy.admin.machine;

import dev.understudy.admin.cli.MachineOptions;
import dev.understudy.api.ClientLimits;
import dev.understudy.clusterconfig.HttpClusterClient;
import dev.understudy.clusterconfig.MachineRecord;
import dev.understudy.clusterconfig.MachineView;
import dev.understudy.peer.PeerFiles;
import dev.understudy.peer.PeerOptions;
import dev.understudy.peer.PeerServer;
import dev.understudy.peer.PeerServer.RecoveredIdentity;
import dev.understudy.peer.driver.PeerEvents;
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
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the modes of a machine from what its data directory holds and what the cluster tells.
 *
 * <p>For the mode thread only; every method may block on the disk or on other machines.
 */
final class ModeFactory {
  private static final Logger LOG = LoggerFactory.getLogger(ModeFactory.class);

  /** An election may come in between, but a start must not hang on one machine's answer. */
  private static final long JOIN_TIMEOUT_MILLIS = 5_000;

  private final MachineOptions options;
  private final MachineRecord self;
  private final MachineContext world;
  private final DiskDirectory peerDirectory;
  private final StandbyInfoFile standbyInfo;
  private final HttpClusterClient client;
  private final String version;

  /**
   * @param peerDirectory where a peer keeps its log
   * @param standbyInfo what a standby remembers
   * @param client asks other machines
   * @param version this program's version
   */
  ModeFactory(
      MachineOptions options,
      MachineContext world,
      DiskDirectory peerDirectory,
      StandbyInfoFile standbyInfo,
      HttpClusterClient client,
      String version) {
    this.options = options;
    this.self = options.machine();
    this.world = world;
    this.peerDirectory = peerDirectory;
    this.standbyInfo = standbyInfo;
    this.client = client;
    this.version = version;
  }

  /**
   * What a machine begins as.
   *
   * @throws StartRefusedException if it must not start
   */
  StartupMode firstMode() throws IOException, StartRefusedException, InterruptedException {
    Optional<StandbyInfo> saved = standbyInfo.load();
    Optional<RecoveredIdentity> recollection = Optional.empty();
    if (PeerFiles.exist(peerDirectory)) {
      recollection = Optional.of(PeerServer.lookInto(peerDirectory));
    }
    return finder().find(saved, recollection);
  }

  /**
   * What a peer that may have lost its seat unheard is to the others.
   *
   * @throws StartRefusedException if nobody can tell
   */
  StartupMode askForSeat(RecoveredIdentity recollection)
      throws IOException, StartRefusedException, InterruptedException {
    return finder().findAgain(standbyInfo.load(), recollection);
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

  /**
   * A peer that has recovered and is not started.
   *
   * @param as how it came to its seat
   */
  PeerServer peer(StartupMode as, PeerEvents end) throws IOException {
    long readableFrom = 0;
    if (as instanceof StartupMode.AsFounder) {
      LOG.info("{} founds a new cluster", self.name());
      PeerFiles.found(
          peerDirectory,
          new WalIdentity(world.newId(), world.newId()),
          self,
          options.clusterConfig(),
          System.currentTimeMillis());
    } else if (as instanceof StartupMode.AsNewPeer granted) {
      WalIdentity identity = new WalIdentity(granted.seat().clusterId(), granted.seat().memberId());
      LOG.info("{} has a seat as {}", self.name(), identity);
      remember(granted.lastKnown());
      PeerFiles.prepare(peerDirectory, identity);
      readableFrom = granted.seat().commitIndex();
    } else if (as instanceof StartupMode.AsReturningPeer returning) {
      readableFrom = returning.readableFromIndex();
    }
    markStandbyOver();
    PeerServer peer = peer(readableFrom, end);
    try {
      peer.recover();
      return peer;
    } catch (IOException | RuntimeException e) {
      peer.close();
      throw e;
    }
  }

  /**
   * The new log names nobody until the leader has filled it. Should this machine be restarted
   * before, and its seat be gone by then, it could find nobody but those it was told to ask.
   */
  private void remember(List<MachineView> machines) throws IOException {
    if (!machines.isEmpty()) {
      double interval = standbyInfo.load().orElse(StandbyInfo.FRESH).syncIntervalSeconds();
      standbyInfo.save(new StandbyInfo(false, machines, interval));
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

  private PeerServer peer(long readableFromIndex, PeerEvents end) {
    PeerOptions peerOptions =
        new PeerOptions(
            self,
            options.timing().stretchedHeartbeatMillis(),
            options.timing().stretchedElectionTimeoutMillis(),
            options.snapshotCount(),
            ClientLimits.DEFAULT,
            WalOptions.DEFAULT,
            version);
    return new PeerServer(peerOptions, peerDirectory, world.forPeer(), end, readableFromIndex);
  }

  /**
   * A standby that is not started.
   *
   * @param seedPeerUrls whom it asks first
   */
  StandbyServer standby(List<String> seedPeerUrls, StandbyListener end) {
    return new StandbyServer(
        StandbyOptions.of(self, options.seatPriority(), seedPeerUrls),
        client,
        standbyInfo,
        () -> new ThreadLoop("standby-" + self.name()),
        world.newRandom(),
        end);
  }
}
