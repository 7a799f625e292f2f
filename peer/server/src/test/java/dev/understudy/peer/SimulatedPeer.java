package dev.understudy.peer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.api.ClientBackend;
import dev.understudy.api.ClientLimits;
import dev.understudy.peer.driver.DriverOptions;
import dev.understudy.peer.driver.DriverProxy;
import dev.understudy.peer.driver.PeerEvents;
import dev.understudy.peer.driver.PeerStatus;
import dev.understudy.peer.driver.ReadGate;
import dev.understudy.peer.leadership.Duty;
import dev.understudy.peer.leadership.LeaderLoop;
import dev.understudy.statemachine.StateMachine;
import dev.understudy.transport.PeerIdentity;
import dev.understudy.transport.SnapshotSink;
import dev.understudy.transport.Timer;
import dev.understudy.wal.Directory;
import dev.understudy.wal.MemoryDisk;
import dev.understudy.wal.MemorySurvival;
import dev.understudy.wal.Wal;
import dev.understudy.wal.WalBatch;
import dev.understudy.wal.WalIdentity;
import dev.understudy.wal.WalListener;
import dev.understudy.wal.WalOptions;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.eclipse.jetty.server.Handler;

/** One peer of a simulation: a disk that stays, and a life that comes and goes. */
final class SimulatedPeer {
  /** Holds all that can come while the log refuses more, and never is too much for a disk. */
  private static final long RESERVE_BYTES = 256 << 10;

  private static final WalOptions SMALL =
      new WalOptions(64 << 10, 4 << 10, 16 << 10, 512, RESERVE_BYTES);
  private static final int ELECTION_TICKS = 10;
  private static final long ELECTION_MILLIS = ELECTION_TICKS * SimulatedPeers.TICK_MILLIS;

  final long member;
  final List<String> removals = new ArrayList<>();
  private final SimulatedPeers cluster;
  private final MemoryDisk disk;
  private boolean diskHeld;
  private Life life;

  SimulatedPeer(SimulatedPeers cluster, long member, Optional<WalBatch> beginning)
      throws IOException {
    this.cluster = cluster;
    this.member = member;
    this.disk = new MemoryDisk("disk" + member);
    try (Directory directory = disk.mount();
        Wal wal =
            Wal.create(
                directory,
                new WalIdentity(SimulatedPeers.CLUSTER, member),
                SMALL,
                WalListener.NONE)) {
      beginning.ifPresent(batch -> wal.append(batch, () -> {}));
    }
  }

  /** Something else fills the disk, so that less is left than is kept in reserve. */
  void fillDisk() {
    disk.fillUpTo(RESERVE_BYTES - 1);
  }

  /** There is room on the disk again. */
  void clearDisk() {
    disk.emptyOfOthers();
  }

  /** Whether nothing gets onto the disk, which takes it all later. */
  void holdDisk(boolean held) {
    diskHeld = held;
  }

  /** The names of what is on the disk. */
  List<String> files() {
    return disk.files();
  }

  boolean isRunning() {
    return life != null;
  }

  void start() {
    start(0);
  }

  /** Starts it as a peer that shows nothing to clients before it has applied an index. */
  void start(long readableFromIndex) {
    assertThat(life).isNull();
    try {
      life = new Life(readableFromIndex);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The power goes: what was not synced is kept or lost, as chance has it. */
  void crash() {
    life.runner.crash();
    life = null;
    disk.powerCut(MemorySurvival.byChance(cluster.random, 50));
  }

  /**
   * The process is killed: its machine goes on, keeps what was written, and closes its streams, by
   * which the others learn of it.
   */
  void kill() {
    life.network().killed();
    life.runner.crash();
    life = null;
    disk.kill();
  }

  /** Stops as a peer does that is told to. Everything that was asked of it is answered then. */
  void stop() {
    if (life != null) {
      life.stop();
      life = null;
    }
  }

  Life life() {
    return life;
  }

  PeerStatus status() {
    return life.driver.status();
  }

  private PeerOptions options() {
    return new PeerOptions(
        SimulatedPeers.record(member),
        ELECTION_MILLIS,
        new DriverOptions(
            SimulatedPeers.TICK_MILLIS,
            SimulatedPeers.REQUEST_TIMEOUT_MILLIS,
            1_000,
            1_000,
            16,
            cluster.snapshotCount(),
            cluster.snapshotCount() / 2),
        LeaderLoop.Timing.DEFAULT,
        ClientLimits.DEFAULT,
        SMALL,
        "simulated");
  }

  /** From the start of the process to its end: the server of production in another world. */
  final class Life implements PeerEvents, HandTurnedRunner.Pace {
    final List<String> duties = new ArrayList<>();
    final StateMachine machine;
    final DriverProxy driver;
    final ReadGate gate;
    final PeerClusterAdmin admin;
    final ClientBackend backend;
    private final HandTurnedRunner runner = new HandTurnedRunner(cluster.time, this);
    private final Directory directory = disk.mount();
    private final PeerServer server;
    private SimulatedNetwork network;
    private boolean dutiesRun;

    Life(long readableFromIndex) throws IOException {
      PeerContext context =
          new PeerContext(
              this::network,
              name -> runner,
              cluster.time::nowNanos,
              cluster.time::nowMillis,
              cluster.random,
              List.of(new WatchedDuty()));
      server = new PeerServer(options(), directory, context, this, readableFromIndex);
      server.recover();
      server.start();
      PeerAssembly assembly = server.assembly();
      machine = assembly.machine;
      driver = assembly.driver;
      gate = assembly.gate;
      admin = assembly.clusterAdmin;
      backend = assembly.clientBackend;
    }

    private PeerContext.Link network(PeerIdentity self, SnapshotSink snapshots, Timer timer) {
      network = new SimulatedNetwork(cluster, member, snapshots);
      return new PeerContext.Link(network, new Handler.Wrapper());
    }

    SimulatedNetwork network() {
      return network;
    }

    PrometheusRegistry metrics() {
      return server.assembly().metrics;
    }

    boolean isAlive() {
      return runner.isAlive();
    }

    boolean dutiesRun() {
      return dutiesRun;
    }

    /** How lately a voter was heard that is counted on. */
    long countedOnWithinMillis() {
      return options().countedOnWithinMillis();
    }

    /** Makes sure of a turn that soon. */
    void poke(long delayMillis) {
      runner.poke(delayMillis);
    }

    @Override
    public long turnDelayMillis() {
      return cluster.random.nextInt((int) SimulatedPeers.TICK_MILLIS / 2) + 1L;
    }

    @Override
    public boolean diskIsHeld() {
      return diskHeld;
    }

    @Override
    public long diskDelayMillis() {
      boolean slow = cluster.happens(cluster.weather().slowDisk());
      return cluster.random.nextInt(slow ? 1_500 : 4);
    }

    @Override
    public long backgroundDelayMillis() {
      return cluster.random.nextInt(60);
    }

    @Override
    public void driverTurned() {
      assertThat(!gate.isOpen() || status().isLeader()).as("a gate open without lead").isTrue();
    }

    @Override
    public void leaderLoopTurned() {
      assertThat(!dutiesRun || status().isLeader()).as("duties run without lead").isTrue();
    }

    void stop() {
      try {
        server.close();
        directory.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      assertThat(dutiesRun).isFalse();
      assertThat(gate.isOpen()).isFalse();
    }

    @Override
    public void removed(String reason) {
      removals.add(reason);
    }

    @Override
    public void outlived(String reason) {
      removals.add(reason);
    }

    @Override
    public void failed(Throwable cause) {
      throw new AssertionError("peer " + member + " failed", cause);
    }

    /** Knows whether it runs. */
    private final class WatchedDuty implements Duty {
      @Override
      public String name() {
        return "watched";
      }

      @Override
      public long intervalMillis() {
        return 1_000;
      }

      @Override
      public void start(long term, long nowMillis) {
        assertThat(dutiesRun).isFalse();
        dutiesRun = true;
        duties.add("start " + term);
      }

      @Override
      public void pass(long nowMillis) {
        assertThat(dutiesRun).isTrue();
      }

      @Override
      public void stop() {
        assertThat(dutiesRun).isTrue();
        dutiesRun = false;
        duties.add("stop");
      }
    }
  }
}
