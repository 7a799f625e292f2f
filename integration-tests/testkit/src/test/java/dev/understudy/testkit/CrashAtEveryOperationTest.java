package dev.understudy.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.admin.cli.MachineOptions;
import dev.understudy.api.ClientBackend;
import dev.understudy.clusterconfig.ClusterConfig;
import dev.understudy.peer.PeerServer;
import dev.understudy.store.Operation;
import dev.understudy.store.Result;
import dev.understudy.store.Version;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/**
 * A machine loses its power at each of its storage operations in turn, before it is done or after
 * it, and once more while it comes back: founding, joining, standing by, taking a seat, writing,
 * beginning segments, taking snapshots, deleting what they make superfluous. Of what was not synced
 * chance keeps a part. Nothing acknowledged is lost, and every start succeeds.
 */
class CrashAtEveryOperationTest {
  private static final ClusterConfig CONFIG = new ClusterConfig(3, 5, 1);
  private static final int SEATS = 3;
  private static final int SNAPSHOT_COUNT = 15;
  private static final int VALUE_CHARS = 4_000;

  /** Some segments, and snapshots enough that older ones go. */
  private static final int WRITES = 34;

  private static final int OPERATIONS_OF_A_START = 12;
  private static final long WITHIN_MILLIS = 120_000;

  /** Writes one key after the other, each once the one before was answered or its peer is gone. */
  private static final class Writer {
    private final SimulatedCluster cluster;
    private final List<String> acknowledged = new ArrayList<>();
    private PeerServer asked;
    private boolean stopped;
    private int number;

    Writer(SimulatedCluster cluster) {
      this.cluster = cluster;
      next();
    }

    private void next() {
      cluster.time().schedule(20, this::writeOne);
    }

    private void writeOne() {
      if (stopped) {
        return;
      }
      PeerServer leader = cluster.leader().flatMap(SimulatedMachine::peer).orElse(null);
      if (leader != null && leader != asked) {
        asked = leader;
        write(leader.clientBackend(), "/written/" + ++number);
      }
      next();
    }

    private void write(ClientBackend backend, String key) {
      String value = "v".repeat(VALUE_CHARS);
      backend
          .write(new Operation.Set(key, false, value, OptionalLong.empty(), false))
          .whenComplete(
              (result, failure) -> {
                asked = null;
                if (failure == null && result instanceof Result.Success) {
                  acknowledged.add(key);
                }
              });
      cluster.leader().ifPresent(SimulatedMachine::wake);
    }

    void stop() {
      stopped = true;
    }

    boolean hasWritten(int count) {
      return acknowledged.size() >= count;
    }

    void check(Version version) {
      for (String key : acknowledged) {
        assertThat(version.get(key, false)).as(key).isInstanceOf(Result.Success.class);
      }
    }
  }

  /** One power cut: before operation {@code at} is done or after it. */
  private record Cut(long at, DiskFaults.Moment moment, long seed) {}

  /** So many cuts at each operation; 0 for one cut, at some of the operations. */
  int draws() {
    return Integer.getInteger("understudy.simulation.crashDraws", 0);
  }

  /** Runs with power cuts at operation 1, 2 and so on, until one ends before its cut. */
  private void forEachOperation(int ordinaryStep, Predicate<Cut> run) {
    long begunNanos = System.nanoTime();
    int runs = 0;
    boolean reached = true;
    long at = 1;
    while (reached) {
      for (int draw = 0; draw < Math.max(1, draws()); draw++) {
        reached &= run.test(new Cut(at, DiskFaults.Moment.values()[runs % 2], runs));
        runs++;
      }
      at += draws() == 0 ? ordinaryStep : 1;
    }
    System.err.printf(
        "simulated: %d power cuts at operations up to %d in %.1f s%n",
        runs, at, (System.nanoTime() - begunNanos) / 1e9);
    assertThat(at).isGreaterThan(60);
  }

  private static SimulatedCluster cluster(int size, long seed) {
    SimulatedCluster cluster = SimulatedCluster.of(size, CONFIG, seed);
    cluster.machines().forEach(machine -> machine.reconfigure(CrashAtEveryOperationTest::options));
    return cluster;
  }

  private static MachineOptions options(MachineOptions of) {
    return new MachineOptions(
        of.name(),
        of.dataDirectory(),
        of.clientAddress(),
        of.clientBindAddress(),
        of.peerAddress(),
        of.peerBindAddress(),
        of.peers(),
        of.joining(),
        of.timing(),
        SNAPSHOT_COUNT,
        of.clusterConfig(),
        of.seatPriority(),
        of.force(),
        0,
        false);
  }

  /** Starts it again, and lets the power go once more meanwhile if the draw says so. */
  private static void startAgain(SimulatedCluster cluster, SimulatedMachine machine) {
    if (cluster.time().random().nextBoolean()) {
      long second = 1L + cluster.time().random().nextInt(OPERATIONS_OF_A_START);
      machine.crashAtOperation(second, DiskFaults.Moment.AFTER);
      machine.start();
      cluster.time().runUntil(() -> !machine.isRunning(), 2_000);
    }
    if (!machine.isRunning()) {
      machine.start();
    }
  }

  @Test
  void aLonePeerKeepsWhatItAcknowledged() {
    forEachOperation(
        2,
        cut -> {
          try (SimulatedCluster cluster = cluster(1, cut.seed())) {
            SimulatedMachine machine = cluster.machines().get(0);
            Writer writer = new Writer(cluster);
            machine.crashAtOperation(cut.at(), cut.moment());
            machine.start();
            boolean reached = runToTheCut(cluster, machine, writer);
            if (reached) {
              startAgain(cluster, machine);
            }
            finish(cluster, writer, 1, cut);
            return reached;
          }
        });
  }

  @Test
  void aLeaderKeepsWhatItsClusterAcknowledged() {
    forEachOperation(
        11,
        cut -> {
          try (SimulatedCluster cluster = cluster(SEATS, cut.seed()).start()) {
            settle(cluster, "begin");
            Writer writer = new Writer(cluster);
            SimulatedMachine leader = cluster.leader().orElseThrow();
            leader.crashAtOperation(cut.at(), cut.moment());
            boolean reached = runToTheCut(cluster, leader, writer);
            if (reached) {
              startAgain(cluster, leader);
            }
            finish(cluster, writer, SEATS, cut);
            return reached;
          }
        });
  }

  @Test
  void aStandbyThatTakesASeatKeepsWhatItsClusterAcknowledged() {
    forEachOperation(
        61,
        cut -> {
          try (SimulatedCluster cluster = cluster(SEATS + 1, cut.seed())) {
            SimulatedMachine standby = cluster.machines().get(SEATS);
            startTheOthers(cluster);
            Writer writer = new Writer(cluster);
            standby.crashAtOperation(cut.at(), cut.moment());
            standby.start();
            cluster.time().run(3_000);
            SimulatedMachine dead = cluster.machines().get(1);
            dead.crash();
            cluster
                .time()
                .runUntil(() -> !standby.isRunning() || standby.peer().isPresent(), WITHIN_MILLIS);
            boolean reached = runToTheCut(cluster, standby, writer);
            if (reached) {
              startAgain(cluster, standby);
            }
            dead.start();
            finish(cluster, writer, SEATS, cut);
            return reached;
          }
        });
  }

  private static void startTheOthers(SimulatedCluster cluster) {
    cluster.machines().get(0).start();
    assertThat(cluster.time().runUntil(() -> cluster.leader().isPresent(), 10_000)).isTrue();
    cluster.machines().get(1).start();
    cluster.machines().get(2).start();
    assertThat(cluster.time().runUntil(() -> cluster.isServing(SEATS), WITHIN_MILLIS)).isTrue();
  }

  /** False when all was written, and then some time has passed, without a cut. */
  private static boolean runToTheCut(
      SimulatedCluster cluster, SimulatedMachine machine, Writer writer) {
    int all = writer.acknowledged.size() + WRITES;
    cluster.time().runUntil(() -> !machine.isRunning() || writer.hasWritten(all), WITHIN_MILLIS);
    boolean cut = cluster.time().runUntil(() -> !machine.isRunning(), 1_000);
    machine.forgetCrash();
    return cut;
  }

  /** Writes go on, all is as it should be in the end, and nothing acknowledged is missing. */
  private static void finish(SimulatedCluster cluster, Writer writer, int voters, Cut cut) {
    int before = writer.acknowledged.size();
    assertThat(cluster.time().runUntil(() -> writer.hasWritten(before + 3), WITHIN_MILLIS))
        .as("writes go on after the cut %s:\n%s", cut, cluster)
        .isTrue();
    writer.stop();
    if (voters == SEATS) {
      settle(cluster, cut);
    }
    cluster.time().run(1_000);
    for (SimulatedMachine peer : cluster.peers()) {
      writer.check(peer.peer().orElseThrow().clientBackend().version());
    }
  }

  private static void settle(SimulatedCluster cluster, Object cut) {
    assertThat(cluster.time().runUntil(() -> cluster.isSettled(SEATS), WITHIN_MILLIS))
        .as("all is as it should be after the cut %s:\n%s", cut, cluster)
        .isTrue();
  }
}
