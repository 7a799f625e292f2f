package dev.understudy.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.clusterconfig.ClusterClient;
import dev.understudy.clusterconfig.ClusterConfig;
import dev.understudy.clusterconfig.ClusterResponse;
import dev.understudy.standby.StandbyMode;
import dev.understudy.testkit.clients.Clients;
import dev.understudy.testkit.clients.Mix;
import dev.understudy.testkit.invariants.Violation;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Whole machines, and how they change between peer and standby, in virtual time. */
class SimulatedClusterTest {
  private static final long ORDINARY_SEEDS = 50;
  private static final int SIZE = 5;
  private static final int SEATS = 3;
  private static final long REMOVE_DELAY_MILLIS = 5_000;
  private static final ClusterConfig CONFIG = new ClusterConfig(SEATS, 5, 1);

  /** A seat falls empty, is noticed, is filled, and gets its vote; each takes some seconds. */
  private static final long SETTLED_WITHIN_MILLIS = 120_000;

  private static final long ANSWERED_WITHIN_MILLIS = 30_000;

  @Test
  void aDeadLeadersSeatIsTakenAfterTheRemoveDelayAndItComesBackAsAStandby() {
    try (SimulatedCluster cluster = SimulatedCluster.of(SIZE, CONFIG, 1).start()) {
      settle(cluster, SEATS);
      SimulatedMachine dead = cluster.leader().orElseThrow();
      long crashedMillis = cluster.time().nowMillis();
      dead.crash();
      assertThat(cluster.time().runUntil(() -> promoted(cluster), SETTLED_WITHIN_MILLIS)).isTrue();
      assertThat(cluster.time().nowMillis() - crashedMillis)
          .isGreaterThanOrEqualTo(REMOVE_DELAY_MILLIS);
      dead.start();
      settle(cluster, SEATS);
      assertThat(dead.standby()).isPresent();
      assertThat(dead.history()).endsWith("ready standby");
    }
  }

  @Test
  void aRunInWhichTimeStandsStillFails() {
    try (SimulatedCluster cluster = SimulatedCluster.of(SEATS, CONFIG, 1).start()) {
      goOnAtOnce(cluster);
      assertThatThrownBy(() -> cluster.time().run(1_000))
          .isInstanceOf(Violation.class)
          .hasMessageContaining("time passes");
    }
  }

  private static void goOnAtOnce(SimulatedCluster cluster) {
    cluster.time().schedule(0, () -> goOnAtOnce(cluster));
  }

  private static boolean promoted(SimulatedCluster cluster) {
    return cluster.machines().stream()
        .anyMatch(machine -> machine.history().contains("changed peer"));
  }

  @Test
  void aPeerThatAnOperatorRemovesBecomesAStandbyAndAnotherTakesItsSeat() {
    try (SimulatedCluster cluster = SimulatedCluster.of(SIZE, CONFIG, 2).start()) {
      settle(cluster, SEATS);
      for (boolean leads : List.of(false, true)) {
        SimulatedMachine removed =
            cluster.peers().stream()
                .filter(peer -> leads == isLeader(cluster, peer))
                .findFirst()
                .orElseThrow();
        ClusterResponse<String> response =
            await(cluster, cluster.newOperator().remove(removed.peerUrl(), removed.name(), 10_000));
        assertThat(response.granted()).as(response.summary()).contains(removed.name());
        assertThat(cluster.time().runUntil(() -> removed.standby().isPresent(), 5_000)).isTrue();
        settle(cluster, SEATS);
        assertThat(removed.standby()).as("those who have waited come first").isPresent();
      }
    }
  }

  @Test
  void aPeerThatAnOperatorRemovesStaysOutForASyncIntervalThoughNobodyElseIsThere() {
    try (SimulatedCluster cluster = SimulatedCluster.of(SEATS, CONFIG, 3).start()) {
      settle(cluster, SEATS);
      for (boolean leads : List.of(false, true)) {
        SimulatedMachine removed =
            cluster.peers().stream()
                .filter(peer -> leads == isLeader(cluster, peer))
                .findFirst()
                .orElseThrow();
        await(cluster, cluster.newOperator().remove(removed.peerUrl(), removed.name(), 10_000));
        final long goneMillis = cluster.time().nowMillis();
        assertThat(cluster.time().runUntil(() -> removed.standby().isPresent(), 5_000)).isTrue();
        assertThat(cluster.time().runUntil(() -> removed.peer().isPresent(), 30_000)).isTrue();
        assertThat(cluster.time().nowMillis() - goneMillis)
            .isGreaterThanOrEqualTo(CONFIG.syncIntervalMillis());
        settle(cluster, SEATS);
      }
    }
  }

  private static boolean isLeader(SimulatedCluster cluster, SimulatedMachine machine) {
    return cluster.leader().filter(machine::equals).isPresent();
  }

  @Test
  void theSameSeedGivesTheSameRun() {
    assertThat(Run.of(7)).isEqualTo(Run.of(7)).isNotEqualTo(Run.of(8));
  }

  /** By seed 64: an answer that confirmed an id came after the data under it had been dropped. */
  @Test
  void aReplicaGoesOnUnderNoIdWhoseDataItHasDropped() {
    assertThat(Run.of(64).operations()).isPositive();
  }

  @Test
  void seatsAndAcknowledgedWritesSurviveWhateverHappens() {
    Long one = Long.getLong("understudy.simulation.seed");
    long count = Long.getLong("understudy.simulation.seeds", ORDINARY_SEEDS);
    LongStream seeds = one == null ? LongStream.rangeClosed(1, count) : LongStream.of(one);
    long begunNanos = System.nanoTime();
    long[] sums = new long[2];
    seeds.forEach(
        seed -> {
          Run run = Run.of(seed);
          sums[0] += run.millis();
          sums[1] += run.operations();
        });
    double minutes = (System.nanoTime() - begunNanos) / 60e9;
    System.err.printf(
        "simulated: %d operations done; %.1f simulated hours for each minute%n",
        sums[1], sums[0] / 3_600_000.0 / minutes);
    assertThat(sums[1]).isGreaterThan(0);
  }

  /**
   * What one seed has led to.
   *
   * @param millis how much time has passed in it
   */
  private record Run(String end, long millis, long operations) {
    static Run of(long seed) {
      try (SimulatedCluster cluster = SimulatedCluster.of(SIZE, CONFIG, seed)) {
        holdData(cluster, seed % 3);
        return of(seed, cluster);
      }
    }

    /** With some seeds all or the last two machines hold the data while they are standbys. */
    private static void holdData(SimulatedCluster cluster, long how) {
      cluster.machines().stream()
          .skip(how == 0 ? 0 : how == 1 ? SEATS : SIZE)
          .forEach(
              machine ->
                  machine.reconfigure(options -> options.withStandbyMode(StandbyMode.REPLICA)));
    }

    private static Run of(long seed, SimulatedCluster cluster) {
      try {
        return live(cluster);
      } catch (AssertionError | RuntimeException e) {
        String replay = "; again with -Dunderstudy.simulation.seed=" + seed + "\n";
        throw new AssertionError("seed " + seed + replay + cluster, e);
      }
    }
  }

  private static Run live(SimulatedCluster cluster) {
    final long begunMillis = cluster.time().nowMillis();
    cluster.start();
    Clients clients = Clients.start(cluster, Mix.of(4));
    settle(cluster, SEATS);

    cluster.leader().orElseThrow().crash();
    turmoil(cluster);
    settle(cluster, SEATS);

    cluster.setRates(FaultRates.ROUGH);
    removeAny(cluster);
    turmoil(cluster);
    settle(cluster, SEATS);

    putConfig(cluster, "{\"activeSize\":5}");
    turmoil(cluster);
    settle(cluster, SIZE);

    putConfig(cluster, "{\"activeSize\":3}");
    turmoil(cluster);
    settle(cluster, SEATS);

    clients.end();
    assertThat(cluster.time().runUntil(clients::isQuiet, ANSWERED_WITHIN_MILLIS)).isTrue();
    settle(cluster, SEATS);
    clients.check();
    return new Run(
        cluster.toString(), cluster.time().nowMillis() - begunMillis, clients.operations());
  }

  /** Ends every fault, after which all must be well within a time. */
  private static void settle(SimulatedCluster cluster, int seats) {
    cluster.heal();
    assertThat(cluster.time().runUntil(() -> cluster.isSettled(seats), SETTLED_WITHIN_MILLIS))
        .as("%s seats are taken, and all agree:\n%s", seats, cluster)
        .isTrue();
  }

  /** Half a minute in which messages are lost and late, machines die, and the network divides. */
  private static void turmoil(SimulatedCluster cluster) {
    cluster.setRates(FaultRates.ROUGH);
    for (int i = 0; i < 10; i++) {
      cluster.time().run(500 + cluster.time().random().nextInt(5_000));
      mishap(cluster);
    }
  }

  private static void mishap(SimulatedCluster cluster) {
    SimulatedMachine victim = cluster.anyMachine();
    switch (cluster.time().random().nextInt(8)) {
      case 0, 1 -> {
        if (victim.isRunning()) {
          victim.crash();
        } else {
          victim.start();
        }
      }
      case 2 -> cluster.cutOff(List.of(victim, cluster.anyMachine()));
      case 3 -> cluster.leader().ifPresent(leader -> cluster.cutOff(List.of(leader)));
      case 4 -> cluster.leader().ifPresent(SimulatedMachine::crash);
      case 5 -> {
        victim.stop();
        victim.start();
      }
      default -> {
        cluster.heal();
        cluster.setRates(FaultRates.ROUGH);
      }
    }
  }

  /** As an operator does it; whether it was done in this weather is not asked. */
  private static void removeAny(SimulatedCluster cluster) {
    ClusterClient operator = cluster.newOperator();
    String name = cluster.peers().get(0).name();
    await(cluster, operator.remove(cluster.leader().orElseThrow().peerUrl(), name, 10_000));
  }

  /** As an operator does it, again until it is done. */
  private static void putConfig(SimulatedCluster cluster, String json) {
    ClusterClient operator = cluster.newOperator();
    ClusterResponse<ClusterConfig> response =
        await(cluster, operator.putConfig(cluster.leader().orElseThrow().peerUrl(), json, 10_000));
    assertThat(response).as("in fair weather").isInstanceOf(ClusterResponse.Granted.class);
  }

  private static <T> T await(SimulatedCluster cluster, CompletableFuture<T> future) {
    assertThat(cluster.time().runUntil(future::isDone, ANSWERED_WITHIN_MILLIS)).isTrue();
    return future.join();
  }
}
