package dev.understudy.peer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.peer.driver.ClusterClock;
import dev.understudy.peer.driver.Driver;
import dev.understudy.peer.driver.DriverOptions;
import dev.understudy.peer.driver.LatestValue;
import dev.understudy.peer.driver.Leadership;
import dev.understudy.peer.driver.Outcome;
import dev.understudy.peer.driver.PeerAddresses;
import dev.understudy.peer.driver.PeerEvents;
import dev.understudy.peer.driver.PeerStatus;
import dev.understudy.peer.driver.ReadGate;
import dev.understudy.peer.driver.ReplicationStatistics;
import dev.understudy.peer.driver.Snapshotter;
import dev.understudy.peer.leadership.Duty;
import dev.understudy.peer.leadership.LeaderLoop;
import dev.understudy.peer.leadership.LeadershipMetrics;
import dev.understudy.peer.leadership.LearnerPromotion;
import dev.understudy.raft.MemoryStorage;
import dev.understudy.raft.RaftConfig;
import dev.understudy.raft.RaftCore;
import dev.understudy.raft.RaftEvents;
import dev.understudy.raft.Snapshot;
import dev.understudy.statemachine.StateMachine;
import dev.understudy.wal.Directory;
import dev.understudy.wal.MemoryDisk;
import dev.understudy.wal.Recovered;
import dev.understudy.wal.SnapshotStore;
import dev.understudy.wal.Wal;
import dev.understudy.wal.WalBatch;
import dev.understudy.wal.WalIdentity;
import dev.understudy.wal.WalListener;
import dev.understudy.wal.WalOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;

/** One peer of a simulation: a disk that stays, and a life that comes and goes. */
final class SimulatedPeer {
  /** Holds all that can come while the log refuses more, and never is too much for a disk. */
  private static final long RESERVE_BYTES = 256 << 10;

  private static final WalOptions SMALL =
      new WalOptions(64 << 10, 4 << 10, 16 << 10, 512, RESERVE_BYTES);
  private static final int ELECTION_TICKS = 10;

  final long member;
  final List<String> removals = new ArrayList<>();
  private final SimulatedPeers cluster;
  private final MemoryDisk disk;
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

  boolean isRunning() {
    return life != null;
  }

  void start() {
    assertThat(life).isNull();
    try {
      life = new Life();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    life.poke(0);
  }

  /** The power goes: what was not synced is kept or lost, as chance has it. */
  void crash() {
    life.alive = false;
    life = null;
    disk.powerCut(
        new MemoryDisk.Survival() {
          @Override
          public int directoryChanges(int unsynced) {
            return unsynced == 0 ? 0 : cluster.random.nextInt(unsynced + 1);
          }

          @Override
          public boolean sector(String file, long position, int bytes) {
            return cluster.random.nextBoolean();
          }

          @Override
          public boolean length(String file) {
            return cluster.random.nextBoolean();
          }
        });
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

  /** From the start of the process to its end. */
  final class Life implements PeerEvents {
    final StateMachine machine = new StateMachine(1_000);
    final List<String> duties = new ArrayList<>();
    final Driver driver;
    final PeerClusterAdmin admin;
    final Snapshotter snapshotter;
    private final LatestValue<Leadership> notices = new LatestValue<>();
    private final LeaderLoop leaderLoop;
    private final Queue<Runnable> answers = new ArrayDeque<>();
    final ReadGate gate = new ReadGate(answers::add, cluster::nowMillis);
    private final Directory directory;
    private final Wal wal;
    private boolean dutiesRun;
    private boolean alive = true;
    private long nextTurnMillis = Long.MAX_VALUE;
    private boolean diskTurnComes;

    Life() throws IOException {
      directory = disk.mount();
      SnapshotStore snapshots = SnapshotStore.open(directory);
      wal = Wal.open(directory, snapshots, SMALL, this::failed);
      Recovered recovered = wal.recovered();
      if (recovered.snapshot().isPresent()) {
        machine.restore(Snapshotter.read(snapshots, recovered.snapshot().get()));
      }
      snapshotter = new Snapshotter(snapshots, this::inBackground);
      MemoryStorage log =
          new MemoryStorage(
              base -> snapshotter.newest().map(metadata -> new Snapshot(metadata, new byte[0])));
      recovered
          .snapshot()
          .ifPresent(metadata -> log.applySnapshot(new Snapshot(metadata, new byte[0])));
      log.append(recovered.entries());
      log.setHardState(recovered.hardState());
      SimulatedNetwork network = new SimulatedNetwork(cluster, member);
      ClusterClock clock = new ClusterClock(cluster::nowMillis, cluster::nowMillis);
      driver =
          new Driver(
              new Driver.World(
                  core(log),
                  log,
                  machine,
                  wal,
                  snapshotter,
                  network,
                  new ReplicationStatistics(() -> cluster.nowMillis() * 1_000_000),
                  clock,
                  cluster::nowMillis,
                  cluster::nowMillis,
                  answers::add),
              new DriverOptions(
                  SimulatedPeers.TICK_MILLIS,
                  SimulatedPeers.REQUEST_TIMEOUT_MILLIS,
                  1_000,
                  1_000,
                  16,
                  cluster.snapshotCount(),
                  cluster.snapshotCount() / 2),
              notices,
              gate,
              this,
              cluster.random.nextLong());
      network.start(driver);
      network.setPeers(PeerAddresses.of(machine.registry()));
      admin =
          new PeerClusterAdmin(
              driver,
              machine,
              SimulatedPeers.CLUSTER,
              () -> 100 + cluster.random.nextInt(1 << 20),
              cluster::nowMillis,
              2 * ELECTION_TICKS * SimulatedPeers.TICK_MILLIS);
      leaderLoop =
          new LeaderLoop(
              notices,
              term -> applied(driver.barrier(term)),
              gate,
              List.of(
                  new LearnerPromotion(new PeerLeaderView(driver, machine, clock), 100),
                  new WatchedDuty()),
              cluster::nowMillis,
              LeaderLoop.Timing.DEFAULT,
              new LeadershipMetrics());
    }

    private RaftCore core(MemoryStorage log) {
      return new RaftCore(
          member,
          RaftConfig.DEFAULT
              .withTicks(ELECTION_TICKS, 1)
              .withAsyncStorageWrites(true)
              .withForwardProposals(false),
          log,
          log.firstIndex() - 1,
          cluster.random::nextInt,
          new RaftEvents() {
            @Override
            public void removed(long from) {
              driver.tellRemoved("denied");
            }
          },
          id -> machine.registry().removed().contains(id));
    }

    private static CompletableFuture<Void> applied(CompletableFuture<? extends Outcome<?>> asked) {
      return asked.thenAccept(
          outcome -> {
            if (!(outcome instanceof Outcome.Done)) {
              throw new IllegalStateException("not applied: " + outcome);
            }
          });
    }

    boolean isAlive() {
      return alive;
    }

    boolean dutiesRun() {
      return dutiesRun;
    }

    /** Makes sure of a turn that soon. */
    void poke(long delayMillis) {
      long at = cluster.nowMillis() + delayMillis;
      if (at < nextTurnMillis) {
        nextTurnMillis = at;
        cluster.schedule(
            delayMillis,
            () -> {
              if (alive && nextTurnMillis == at) {
                turn();
              }
            });
      }
    }

    private void turn() {
      nextTurnMillis = Long.MAX_VALUE;
      driver.turn();
      assertThat(!gate.isOpen() || status().isLeader()).as("a gate open without lead").isTrue();
      if (alive) {
        giveAnswers();
      }
      boolean led = status().isLeader();
      try {
        leaderLoop.turn(false);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      assertThat(!dutiesRun || led).as("duties run without lead").isTrue();
      if (!diskTurnComes) {
        diskTurnComes = true;
        boolean slow = cluster.happens(cluster.weather().slowDisk());
        cluster.schedule(cluster.random.nextInt(slow ? 1_500 : 4), this::diskTurn);
      }
      poke(cluster.random.nextInt((int) SimulatedPeers.TICK_MILLIS / 2) + 1);
    }

    private void diskTurn() {
      diskTurnComes = false;
      if (alive && wal.turn()) {
        poke(0);
      }
    }

    private void giveAnswers() {
      Runnable answer = answers.poll();
      while (answer != null) {
        answer.run();
        answer = answers.poll();
      }
    }

    private void inBackground(Runnable task) {
      cluster.schedule(
          cluster.random.nextInt(60),
          () -> {
            if (alive) {
              task.run();
              poke(0);
            }
          });
    }

    void stop() {
      driver.stop();
      giveAnswers();
      try {
        for (int i = 0; leaderLoop.turn(false); i++) {
          assertThat(i).as("the loop ends with its source").isLessThan(2);
        }
        assertThat(dutiesRun).isFalse();
        assertThat(gate.isOpen()).isFalse();
        wal.close();
        directory.close();
      } catch (IOException | InterruptedException e) {
        throw new IllegalStateException(e);
      }
      giveAnswers();
      alive = false;
    }

    @Override
    public void removed(String reason) {
      removals.add(reason);
    }

    @Override
    public void failed(Throwable cause) {
      if (alive) {
        throw new AssertionError("peer " + member + " failed", cause);
      }
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
