package dev.understudy.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.admin.cli.HostPort;
import dev.understudy.admin.cli.MachineOptions;
import dev.understudy.admin.cli.MachineOptions.ClusterState;
import dev.understudy.clusterconfig.ClusterConfig;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Machines that find each other at a token, whatever becomes of them and of its key space. */
class DiscoveryTest {
  private static final String TOKEN = "http://d:2379/v2/keys/t";
  private static final ClusterConfig CONFIG = new ClusterConfig(9, 1800, 1);
  private static final long SOON_MILLIS = 60_000;

  private static SimulatedCluster cluster(int machines, int size, long seed) {
    SimulatedCluster cluster = SimulatedCluster.of(machines, CONFIG, seed);
    cluster.keys().put(TOKEN + "/_config/size", Integer.toString(size));
    cluster.machines().forEach(machine -> at(machine, List.of(), 50));
    return cluster;
  }

  private static void at(SimulatedMachine machine, List<HostPort> peers, int priority) {
    machine.reconfigure(
        options ->
            new MachineOptions(
                options.name(),
                options.dataDirectory(),
                options.clientAddress(),
                options.clientBindAddress(),
                options.peerAddress(),
                options.peerBindAddress(),
                peers,
                new MachineOptions.Joining(
                    3,
                    3_000,
                    ClusterState.AUTO,
                    false,
                    Optional.empty(),
                    Optional.of(new MachineOptions.Token(TOKEN, false))),
                options.timing(),
                options.snapshotCount(),
                options.clusterConfig(),
                priority,
                false,
                0,
                false));
  }

  private static boolean run(SimulatedCluster cluster, BooleanSupplier until) {
    return cluster.time().runUntil(until, SOON_MILLIS);
  }

  private static Set<Long> clusterIds(SimulatedCluster cluster) {
    return cluster.peers().stream()
        .map(machine -> machine.peer().orElseThrow().recollection().identity().clusterId())
        .collect(Collectors.toSet());
  }

  /** At the minimum of seats or more the size is that of the cluster. */
  @ParameterizedTest
  @CsvSource({"1,5,3,3", "2,3,3,3", "3,5,4,4", "4,4,1,3", "5,4,2,3"})
  void theFirstArePeersOfOneClusterAndTheRestStandBy(long seed, int machines, int size, int seats) {
    try (SimulatedCluster cluster = cluster(machines, size, seed)) {
      cluster.machines().forEach(SimulatedMachine::start);
      assertThat(run(cluster, () -> cluster.isSettled(seats))).isTrue();
      assertThat(clusterIds(cluster)).hasSize(1);
      cluster.time().run(20_000);
      assertThat(cluster.peers()).hasSize(seats);
      assertThat(run(cluster, () -> ready(cluster) == machines)).isTrue();
      assertThat(cluster.keys().get(TOKEN + "/_state")).isPresent();
    }
  }

  private static long ready(SimulatedCluster cluster) {
    return cluster.machines().stream().filter(machine -> !machine.history().isEmpty()).count();
  }

  @Test
  void nothingBeginsBeforeEnoughAreThere() {
    try (SimulatedCluster cluster = cluster(3, 3, 1)) {
      cluster.machines().get(1).start();
      cluster.machines().get(2).start();
      cluster.time().run(SOON_MILLIS);
      assertThat(ready(cluster)).isZero();
      cluster.machines().get(0).start();
      assertThat(run(cluster, () -> cluster.isSettled(3))).isTrue();
    }
  }

  /** Crashes, lost messages and a key space that is away now and then. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void ofOneTokenThereNeverComeTwoClusters(long seed) {
    try (SimulatedCluster cluster = cluster(4, 3, seed)) {
      cluster.setRates(FaultRates.NONE.withLostMessages(150).withSlowMessages(200, 2_000));
      for (int round = 0; round < 30; round++) {
        SimulatedMachine machine = cluster.anyMachine();
        if (!machine.isRunning()) {
          machine.start();
        } else if (cluster.time().happens(250)) {
          machine.crash();
        }
        cluster.keys().setUp(!cluster.time().happens(200));
        cluster.time().run(cluster.time().random().nextInt(2_000));
        assertThat(clusterIds(cluster)).hasSizeLessThanOrEqualTo(1);
      }
      cluster.keys().setUp(true);
      cluster.heal();
      // A founder that ends between its claim and its founding leaves a token that is spent.
      boolean settled = run(cluster, () -> cluster.isSettled(3));
      assertThat(settled || cluster.keys().get(TOKEN + "/_state").isPresent()).isTrue();
      assertThat(clusterIds(cluster)).hasSize(settled ? 1 : 0);
    }
  }

  @Test
  void aFounderThatHasLostEverythingFoundsNoSecondCluster() {
    try (SimulatedCluster cluster = cluster(1, 1, 1)) {
      SimulatedMachine only = cluster.machines().get(0);
      only.start();
      assertThat(run(cluster, () -> !cluster.peers().isEmpty())).isTrue();
      only.crash();
      only.wipe();
      only.start();
      assertThat(run(cluster, () -> !only.lastReason().isEmpty())).isTrue();
      assertThat(only.lastReason()).contains("its data are gone", "understudy discovery new");
      assertThat(cluster.peers()).isEmpty();
    }
  }

  /** A machine that is started again with an empty disk, and its registration's time is over. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void whoeverLosesItsDiskComesBackToTheClusterAndFoundsNone(long seed) {
    try (SimulatedCluster cluster = cluster(3, 3, seed)) {
      cluster.machines().forEach(SimulatedMachine::start);
      assertThat(run(cluster, () -> cluster.isSettled(3))).isTrue();
      final Set<Long> before = clusterIds(cluster);
      for (SimulatedMachine machine : cluster.machines()) {
        machine.crash();
        machine.wipe();
        if (seed > 1) {
          cluster.keys().delete(TOKEN + "/" + machine.name());
        }
        cluster.time().run(3_000);
        machine.start();
        assertThat(run(cluster, () -> cluster.isSettled(3))).isTrue();
        assertThat(clusterIds(cluster)).isEqualTo(before);
      }
    }
  }

  @Test
  void withoutTheKeySpaceAMachineGoesOnWithItsLogOrWithPeersOrRefuses() {
    try (SimulatedCluster cluster = cluster(4, 3, 1)) {
      SimulatedMachine fourth = cluster.machines().get(3);
      List<SimulatedMachine> first = cluster.machines().subList(0, 3);
      first.forEach(SimulatedMachine::start);
      assertThat(run(cluster, () -> cluster.peers().size() == 3)).isTrue();
      cluster.keys().setUp(false);
      fourth.start();
      assertThat(run(cluster, () -> !fourth.lastReason().isEmpty())).isTrue();
      assertThat(fourth.lastReason()).contains("no cluster could be found with --discovery", TOKEN);
      fourth.crash();
      at(fourth, List.of(first.get(0).options().peerAddress()), 50);
      fourth.start();
      assertThat(run(cluster, () -> !fourth.history().isEmpty())).isTrue();
      first.forEach(SimulatedMachine::crash);
      first.forEach(SimulatedMachine::start);
      assertThat(run(cluster, () -> cluster.isSettled(3))).isTrue();
    }
  }

  @Test
  void whoTakesNoSeatsIsNotCountedAndStandsBy() {
    try (SimulatedCluster cluster = cluster(4, 3, 1)) {
      SimulatedMachine apart = cluster.machines().get(0);
      at(apart, List.of(), 0);
      cluster.machines().forEach(SimulatedMachine::start);
      assertThat(run(cluster, () -> cluster.isSettled(3))).isTrue();
      assertThat(run(cluster, () -> !apart.history().isEmpty())).isTrue();
      assertThat(apart.peer()).isEmpty();
      assertThat(cluster.keys().get(TOKEN + "/" + apart.name())).isEmpty();
    }
  }
}
