package dev.understudy.testkit;

import dev.understudy.admin.machine.MachineContext;
import dev.understudy.admin.machine.PeerServices;
import dev.understudy.clusterconfig.ClusterClient;
import dev.understudy.peer.HandTurnedRunner;
import dev.understudy.peer.PeerContext;
import dev.understudy.standby.StandbyInfoFile;
import dev.understudy.standby.WorkLoop;
import dev.understudy.transport.PeerIdentity;
import dev.understudy.transport.SnapshotSink;
import dev.understudy.wal.Directory;
import dev.understudy.wal.MemoryDisk;
import dev.understudy.wal.MemorySurvival;
import dev.understudy.wal.WalOptions;
import java.io.IOException;
import java.nio.file.Path;
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
  private final String peerUrl;
  private final MemoryDisk dataDisk;
  private final MemoryDisk peerDisk;
  private final SimulatedPorts ports = new SimulatedPorts();
  private final SimulatedClusterClient client;
  private Directory dataDirectory;
  private Directory peerDirectory;
  private StandbyInfoFile standbyInfo;
  private Optional<HandTurnedRunner> runner = Optional.empty();
  private Optional<SimulatedTransport> transport = Optional.empty();
  private boolean alive = true;

  SimulatedContext(
      SimulatedCluster cluster, String peerUrl, MemoryDisk dataDisk, MemoryDisk peerDisk) {
    this.cluster = cluster;
    this.peerUrl = peerUrl;
    this.dataDisk = dataDisk;
    this.peerDisk = peerDisk;
    this.client = new SimulatedClusterClient(cluster.time(), cluster.network(), peerUrl);
  }

  @Override
  public void open() throws IOException {
    dataDirectory = dataDisk.mount();
    peerDirectory = peerDisk.mount();
    standbyInfo = new StandbyInfoFile(Path.of("data"), new SimulatedFiles(dataDirectory));
    network().listen(peerUrl, this);
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
    end();
    MemorySurvival survival = MemorySurvival.byChance(cluster.time().random(), 50);
    dataDisk.powerCut(survival);
    peerDisk.powerCut(survival);
  }

  /**
   * The process is gone, and what it wrote and did not sync is lost only if the power goes, too.
   */
  void kill() {
    end();
    dataDisk.kill();
    peerDisk.kill();
  }

  private void end() {
    alive = false;
    network().leave(peerUrl, this);
    client.crash();
    runner.ifPresent(HandTurnedRunner::crash);
    transport.ifPresent(SimulatedTransport::close);
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

  Optional<SimulatedTransport> transport() {
    return transport;
  }

  /** Runs a task later, unless the machine is gone by then. */
  void schedule(long delayMillis, Runnable task) {
    cluster
        .time()
        .schedule(
            delayMillis,
            () -> {
              if (alive) {
                task.run();
              }
            });
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
        name -> newRunner(),
        cluster.time()::nowNanos,
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
    HandTurnedRunner next = new HandTurnedRunner(cluster.time(), new Pace());
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
      return cluster.time().happens(rates.slowWrites())
          ? cluster.time().random().nextInt(rates.slowestWriteMillis() + 1)
          : cluster.time().random().nextInt(USUAL_WRITE_MILLIS);
    }

    @Override
    public long backgroundDelayMillis() {
      return cluster.time().random().nextInt(LONGEST_SNAPSHOT_MILLIS);
    }

    @Override
    public void leaderLoopTurned() {
      ports.peer().map(PeerServices::server).ifPresent(cluster.invariants()::check);
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
  public WorkLoop newLoop(String name) {
    return new SimulatedLoop(this);
  }

  @Override
  public long monotonicMillis() {
    return cluster.time().nowMillis();
  }

  @Override
  public long wallMillis() {
    return cluster.time().nowMillis();
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
