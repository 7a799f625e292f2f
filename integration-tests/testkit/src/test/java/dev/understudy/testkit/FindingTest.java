package dev.understudy.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.admin.cli.HostPort;
import dev.understudy.admin.cli.MachineOptions;
import dev.understudy.admin.cli.MachineOptions.ClusterState;
import dev.understudy.clusterconfig.ClusterConfig;
import dev.understudy.statemachine.Registry.Seat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How machines find their cluster, and each other, whatever has become of disks and addresses. */
class FindingTest {
  private static final ClusterConfig CONFIG = new ClusterConfig(3, 1800, 1);
  private static final long SOON_MILLIS = 60_000;

  // ---- machines that begin together

  @ParameterizedTest
  @CsvSource({"1,3", "2,3", "3,3", "4,3", "5,2", "6,2", "7,4", "8,5"})
  void machinesWithOneListBeginTogetherAsOneCluster(long seed, int size) {
    try (SimulatedCluster cluster = together(size, seed)) {
      cluster.machines().forEach(SimulatedMachine::start);
      assertThat(run(cluster, () -> cluster.isSettled(Math.min(3, size)))).isTrue();
      assertThat(clusterIds(cluster)).hasSize(1);
      assertThat(cluster.machines().get(0).peer()).as("the lowest address founds").isPresent();
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void theyFoundNoTwoClustersWhenTheyComeAndGoAndMessagesAreLost(long seed) {
    try (SimulatedCluster cluster = together(3, seed)) {
      cluster.setRates(FaultRates.NONE.withLostMessages(200).withSlowMessages(200, 2_000));
      for (int round = 0; round < 20; round++) {
        SimulatedMachine machine = cluster.anyMachine();
        if (!machine.isRunning()) {
          machine.start();
        } else if (cluster.time().happens(200)) {
          machine.crash();
        }
        cluster.time().run(cluster.time().random().nextInt(1_000));
        assertThat(clusterIds(cluster)).hasSizeLessThanOrEqualTo(1);
      }
      cluster.heal();
      assertThat(run(cluster, () -> cluster.isSettled(3))).isTrue();
      assertThat(clusterIds(cluster)).hasSize(1);
    }
  }

  @Test
  void aMinorityWaitsAndAMajorityBegins() {
    try (SimulatedCluster cluster = together(3, 1)) {
      SimulatedMachine second = cluster.machines().get(1);
      second.start();
      cluster.time().run(SOON_MILLIS);
      assertThat(second.history()).isEmpty();
      cluster.machines().get(2).start();
      assertThat(run(cluster, () -> cluster.peers().size() == 2)).isTrue();
      cluster.machines().get(0).start();
      assertThat(run(cluster, () -> cluster.isSettled(3))).isTrue();
      assertThat(clusterIds(cluster)).hasSize(1);
    }
  }

  // ---- lost disks

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void anEmptiedFounderWithItsOwnCommandGoesBackToItsCluster(long seed) {
    try (SimulatedCluster cluster = SimulatedCluster.of(4, CONFIG, seed).start()) {
      assertThat(run(cluster, () -> cluster.isSettled(3))).isTrue();
      final Set<Long> before = clusterIds(cluster);
      SimulatedMachine founder = cluster.machines().get(0);
      founder.crash();
      founder.wipe();
      cluster.time().run(5_000);
      founder.start();
      assertThat(run(cluster, () -> cluster.isSettled(3))).isTrue();
      assertThat(clusterIds(cluster)).isEqualTo(before);
    }
  }

  // ---- new addresses

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void machinesThatAllComeBackAtNewAddressesFindEachOther(long seed) {
    try (SimulatedCluster cluster = SimulatedCluster.of(3, CONFIG, seed).start()) {
      assertThat(run(cluster, () -> cluster.isSettled(3))).isTrue();
      cluster.machines().forEach(seed % 2 == 0 ? SimulatedMachine::stop : SimulatedMachine::crash);
      List<HostPort> moved = List.of(at("n1"), at("n2"), at("n3"));
      for (int i = 0; i < 3; i++) {
        HostPort own = moved.get(i);
        cluster
            .machines()
            .get(i)
            .reconfigure(
                options ->
                    with(
                        options.name(),
                        own,
                        moved.stream().filter(other -> !other.equals(own)).toList(),
                        true,
                        options));
      }
      cluster.machines().forEach(SimulatedMachine::start);
      assertThat(run(cluster, () -> cluster.isSettled(3))).isTrue();
      assertThat(run(cluster, () -> registered(cluster).equals(urls(moved)))).isTrue();
    }
  }

  @Test
  void aClusterOfOneAnnouncesItsNewAddress() {
    try (SimulatedCluster cluster = SimulatedCluster.of(1, CONFIG, 1).start()) {
      SimulatedMachine only = cluster.machines().get(0);
      only.stop();
      only.reconfigure(options -> with("m1", at("n1"), List.of(), false, options));
      only.start();
      assertThat(run(cluster, () -> registered(cluster).equals(urls(List.of(at("n1")))))).isTrue();
    }
  }

  @Test
  void anAddressThatChangedWhileNobodyLedIsAnnouncedLater() {
    try (SimulatedCluster cluster = SimulatedCluster.of(3, CONFIG, 1).start()) {
      assertThat(run(cluster, () -> cluster.isSettled(3))).isTrue();
      SimulatedMachine moved = cluster.machines().get(2);
      cluster.machines().forEach(SimulatedMachine::crash);
      List<HostPort> others = List.of(at("m1"), at("m2"));
      moved.reconfigure(options -> with("m3", at("n3"), others, false, options));
      moved.start();
      cluster.time().run(20_000);
      cluster.heal();
      assertThat(run(cluster, () -> cluster.isSettled(3))).isTrue();
      assertThat(run(cluster, () -> registered(cluster).contains(at("n3").url()))).isTrue();
    }
  }

  private static HostPort at(String host) {
    return new HostPort(host, 2380);
  }

  private static Set<String> urls(List<HostPort> places) {
    return places.stream().map(HostPort::url).collect(Collectors.toSet());
  }

  /** The peer URLs in the leader's registry. */
  private static Set<String> registered(SimulatedCluster cluster) {
    return cluster
        .leader()
        .flatMap(SimulatedMachine::peer)
        .map(peer -> peer.recollection().registry().all().stream())
        .map(seats -> seats.map(Seat::peerUrl).collect(Collectors.toSet()))
        .orElse(Set.of());
  }

  private static Set<Long> clusterIds(SimulatedCluster cluster) {
    return cluster.peers().stream()
        .map(machine -> machine.peer().orElseThrow().recollection().identity().clusterId())
        .collect(Collectors.toSet());
  }

  private static boolean run(SimulatedCluster cluster, BooleanSupplier until) {
    return cluster.time().runUntil(until, SOON_MILLIS);
  }

  private static SimulatedCluster together(int size, long seed) {
    SimulatedCluster cluster = SimulatedCluster.of(size, CONFIG, seed);
    List<HostPort> all = cluster.machines().stream().map(machine -> at(machine.name())).toList();
    for (SimulatedMachine machine : cluster.machines()) {
      List<HostPort> others =
          all.stream().filter(place -> !place.equals(at(machine.name()))).toList();
      machine.reconfigure(options -> with(options, others, true, ClusterState.AUTO));
    }
    return cluster;
  }

  private static MachineOptions with(
      MachineOptions options, List<HostPort> peers, boolean listsItself, ClusterState state) {
    return with(
        options.name(),
        options.peerAddress(),
        peers,
        new MachineOptions.Joining(3, 3_000, state, listsItself, Optional.empty()),
        options);
  }

  private static MachineOptions with(
      String name,
      HostPort peer,
      List<HostPort> peers,
      boolean listsItself,
      MachineOptions options) {
    return with(
        name,
        peer,
        peers,
        new MachineOptions.Joining(3, 3_000, ClusterState.AUTO, listsItself, Optional.empty()),
        options);
  }

  private static MachineOptions with(
      String name,
      HostPort peer,
      List<HostPort> peers,
      MachineOptions.Joining joining,
      MachineOptions options) {
    HostPort client = new HostPort(peer.host(), 2379);
    return new MachineOptions(
        name,
        options.dataDirectory(),
        client,
        client,
        peer,
        peer,
        peers,
        joining,
        options.timing(),
        options.snapshotCount(),
        options.clusterConfig(),
        options.seatPriority(),
        false,
        0,
        false);
  }
}
