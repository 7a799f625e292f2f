package dev.understudy.testkit;

import dev.understudy.admin.discovery.KeyService;
import dev.understudy.admin.machine.MachineContext;
import dev.understudy.admin.machine.PeerServices;
import dev.understudy.admin.machine.ReplicaStandby;
import dev.understudy.clusterconfig.ClusterClient;
import dev.understudy.peer.HandTurnedRunner;
import dev.understudy.peer.PeerContext;
import dev.understudy.peer.Schedule;
import dev.understudy.raft.Message;
import dev.understudy.standby.StandbyInfoFile;
import dev.understudy.standby.WorkLoop;
import dev.understudy.transport.PeerIdentity;
import dev.understudy.transport.SimulatedConnections;
import dev.understudy.transport.SnapshotSink;
import dev.understudy.wal.Directory;
import dev.understudy.wal.MemoryDisk;
import dev.understudy.wal.MemorySurvival;
import dev.understudy.wal.WalOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** The world of one simulated machine, from the start of its process to its end. */
final class SimulatedContext implements MachineContext {
  /** Some hundred entries to a segment, so that segments come and go within a run. */
  private static final WalOptions SMALL_SEGMENTS =
      new WalOptions(64 << 10, 4 << 10, 16 << 10, 4_096, 0);

  /** Jetty is not simulated; what would come in over a port comes from the network below. */
  private static final Handler NO_HANDLER =
      new Handler.Abstract.NonBlocking() {
        @Override
        public boolean handle(Request request, Response response, Callback callback) {
          return false;
        }
      };

  private final SimulatedCluster cluster;
  private final String name;
  private final String peerUrl;
  private final MachineClock clock;
  private final OwnTime ownTime = new OwnTime();
  private final List<Runnable> held = new ArrayList<>();
  private final MemoryDisk dataDisk;
  private final MemoryDisk peerDisk;
  private final DiskFaults diskFaults;
  private final SimulatedPorts ports = new SimulatedPorts();
  private final SimulatedClusterClient client;
  private Directory dataDirectory;
  private Directory peerDirectory;
  private StandbyInfoFile standbyInfo;
  private Optional<HandTurnedRunner> runner = Optional.empty();
  private Optional<SimulatedTransport> transport = Optional.empty();
  private boolean alive = true;
  private boolean paused;

  SimulatedContext(
      SimulatedCluster cluster,
      String name,
      String peerUrl,
      MachineClock clock,
      MemoryDisk dataDisk,
      MemoryDisk peerDisk,
      DiskFaults diskFaults) {
    this.cluster = cluster;
    this.name = name;
    this.peerUrl = peerUrl;
    this.clock = clock;
    this.dataDisk = dataDisk;
    this.peerDisk = peerDisk;
    this.diskFaults = diskFaults;
    this.client = new SimulatedClusterClient(ownTime, cluster.network(), peerUrl, () -> {});
  }

  @Override
  public void open() throws IOException {
    dataDirectory = dataDisk.mount();
    peerDirectory = peerDisk.mount();
    standbyInfo = new StandbyInfoFile(Path.of("data"), new SimulatedFiles(dataDirectory));
    network().listen(peerUrl, this);
  }

  /** A log that is damaged though its disk was good is a bug, which must not be mended unseen. */
  @Override
  public String setPeerDirectoryAside() throws IOException {
    if (!diskFaults.haveShown()) {
      cluster.broken(new AssertionError(name + " has a damaged log on a good disk"));
    }
    for (String file : peerDirectory.list()) {
      peerDirectory.delete(file);
    }
    peerDirectory.force();
    return "nowhere";
  }

  @Override
  public void close() {
    alive = false;
    network().leave(peerUrl, this);
    client.close();
    try {
      peerDirectory.close();
      dataDirectory.close();
    } catch (IOException e) {
      throw new IllegalStateException("a disk in memory always closes", e);
    }
  }

  /** The process is gone from one moment to the next; the disks keep what chance leaves. */
  void crash() {
    network().loses(peerUrl);
    end(true);
    MemorySurvival survival = MemorySurvival.byChance(cluster.time().random(), 50);
    dataDisk.powerCut(survival);
    peerDisk.powerCut(survival);
  }

  /**
   * The process is gone, by which its kernel closes its streams; and what it wrote and did not sync
   * is lost only if the power goes, too.
   */
  void kill() {
    end(false);
    dataDisk.kill();
    peerDisk.kill();
  }

  private void end(boolean silently) {
    transport.ifPresent(open -> open.vanish(silently));
    alive = false;
    network().leave(peerUrl, this);
    client.crash();
    runner.ifPresent(HandTurnedRunner::crash);
  }

  /** What the peer sends to others, for who checks that it is kept. */
  void sending(List<Message> messages) {
    if (!diskFaults.isTampered() && alive) {
      cluster.promised(new DurablePromises.Witness(name, peerDisk, true), messages);
    }
  }

  boolean isAlive() {
    return alive;
  }

  String peerUrl() {
    return peerUrl;
  }

  SimulatedNetwork network() {
    return cluster.network();
  }

  MachineClock clock() {
    return clock;
  }

  /** Somebody wants to connect to the peer port. */
  SimulatedConnections.At greetedBy(String url) {
    ports.starting().ifPresent(starting -> starting.called(url));
    return transport
        .filter(open -> ports.peer().isPresent() || ports.holdsData())
        .map(SimulatedTransport::asPeer)
        .orElseGet(() -> SimulatedTransport.asNoPeer(this));
  }

  Optional<SimulatedTransport> transport() {
    return transport;
  }

  /** Runs a task later, unless the machine is gone by then. */
  void schedule(long delayMillis, Runnable task) {
    ownTime.schedule(delayMillis, task);
  }

  /** The time as this process lives through it: by its clock, and not while it stands still. */
  private final class OwnTime implements Schedule {
    @Override
    public long nowMillis() {
      return cluster.time().nowMillis();
    }

    @Override
    public void schedule(long delayMillis, Runnable work) {
      cluster.time().schedule(clock.trueMillis(delayMillis), () -> whenItGoesOn(work));
    }
  }

  /** Runs something now, or when the process goes on; never once it is gone. */
  void whenItGoesOn(Runnable work) {
    if (paused) {
      held.add(work);
    } else if (alive) {
      unlessItEnds(work);
    }
  }

  /** The process stands still from now on: nothing happens in it, and what arrives waits. */
  void pause() {
    paused = true;
  }

  /** It goes on, with everything that has become due meanwhile, in its order. */
  void goOn() {
    paused = false;
    List<Runnable> due = List.copyOf(held);
    held.clear();
    due.forEach(work -> cluster.time().schedule(0, () -> whenItGoesOn(work)));
  }

  boolean isPaused() {
    return paused;
  }

  /** The power may go in the middle of a task; how that task ends does not matter then. */
  private void unlessItEnds(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException e) {
      if (alive) {
        throw e;
      }
    }
  }

  /** Something has arrived for the peer, if there is one: its loops get a turn. */
  void wakePeer() {
    runner.filter(HandTurnedRunner::isAlive).ifPresent(running -> running.poke(0));
  }

  @Override
  public SimulatedPorts ports() {
    return ports;
  }

  @Override
  public PeerContext newPeerContext() {
    return new PeerContext(
        (self, snapshots, timer) -> link(self, snapshots),
        peerName -> newRunner(),
        clock::monotonicNanos,
        this::wallMillis,
        newRandom(),
        List.of());
  }

  private PeerContext.Link link(PeerIdentity self, SnapshotSink snapshots) {
    SimulatedTransport next = new SimulatedTransport(this, self, snapshots);
    transport = Optional.of(next);
    return new PeerContext.Link(next, NO_HANDLER);
  }

  private HandTurnedRunner newRunner() {
    HandTurnedRunner next = new HandTurnedRunner(ownTime, new Pace());
    runner = Optional.of(next);
    return next;
  }

  /** How fast this machine is. */
  private final class Pace implements HandTurnedRunner.Pace {
    /** A heartbeat interval, so that now and then a tick is late. */
    private static final int LONGEST_TURN_MILLIS = 100;

    private static final int USUAL_WRITE_MILLIS = 4;
    private static final int LONGEST_SNAPSHOT_MILLIS = 60;

    @Override
    public long turnDelayMillis() {
      return 1L + cluster.time().random().nextInt(LONGEST_TURN_MILLIS);
    }

    @Override
    public long diskDelayMillis() {
      FaultRates rates = cluster.rates();
      int usual =
          cluster.time().happens(rates.slowWrites())
              ? cluster.time().random().nextInt(rates.slowestWriteMillis() + 1)
              : cluster.time().random().nextInt(USUAL_WRITE_MILLIS);
      return usual + diskFaults.delayMillis();
    }

    @Override
    public long backgroundDelayMillis() {
      return cluster.time().random().nextInt(LONGEST_SNAPSHOT_MILLIS);
    }

    @Override
    public void driverTurned() {
      ports
          .peer()
          .map(PeerServices::server)
          .or(() -> ports.replica().flatMap(ReplicaStandby::peer))
          .ifPresent(peer -> cluster.turned(name, peer, !diskFaults.isTampered()));
    }
  }

  @Override
  public WalOptions walOptions() {
    return SMALL_SEGMENTS;
  }

  @Override
  public Directory peerDirectory() {
    return peerDirectory;
  }

  @Override
  public StandbyInfoFile standbyInfo() {
    return standbyInfo;
  }

  @Override
  public ClusterClient clusterClient() {
    return client;
  }

  @Override
  public KeyService keyService() {
    return cluster.keys().at(ownTime);
  }

  @Override
  public WorkLoop newLoop(String name) {
    return new SimulatedLoop(this);
  }

  @Override
  public long monotonicMillis() {
    return clock.monotonicMillis();
  }

  @Override
  public long wallMillis() {
    return clock.wallMillis();
  }

  @Override
  public RandomGenerator newRandom() {
    return new SplittableRandom(cluster.time().random().nextLong());
  }

  @Override
  public long newId() {
    return 1L + cluster.time().random().nextInt(Integer.MAX_VALUE);
  }
}
