package dev.understudy.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.api.OperatorBackend;
import dev.understudy.clusterconfig.AutopilotConfig;
import dev.understudy.clusterconfig.ClusterConfig;
import dev.understudy.clusterconfig.SchedulerConfig;
import dev.understudy.peer.PeerServer;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Who gets a seat by zone, stability and priority, in virtual time. */
class SeatSimulationTest {
  private static final long MINUTE = 60_000;
  private static final ClusterConfig THREE = new ClusterConfig(3, 2, 1);

  private static void until(SimulatedCluster cluster, long withinMillis, BooleanSupplier state) {
    assertThat(cluster.time().runUntil(state, withinMillis)).as("%s", cluster).isTrue();
  }

  private static void settle(SimulatedCluster cluster) {
    until(cluster, MINUTE, () -> cluster.isSettled(3));
  }

  private static SimulatedMachine machine(SimulatedCluster cluster, int number) {
    return cluster.machines().get(number - 1);
  }

  private static Set<String> voters(SimulatedCluster cluster) {
    return cluster
        .leader()
        .flatMap(SimulatedMachine::peer)
        .map(
            leader ->
                leader.operator().members().all().stream()
                    .filter(OperatorBackend.Member::voter)
                    .map(OperatorBackend.Member::name)
                    .collect(Collectors.toCollection(TreeSet::new)))
        .orElseGet(TreeSet::new);
  }

  private static OperatorBackend operator(SimulatedCluster cluster) {
    return cluster.leader().flatMap(SimulatedMachine::peer).map(PeerServer::operator).orElseThrow();
  }

  @Test
  void aDeadPeerIsReplacedFromItsOwnZone() {
    try (SimulatedCluster cluster = SimulatedCluster.of(6, THREE, 7)) {
      String[] zones = {"a", "b", "c", "a", "b", "c"};
      for (int i = 0; i < zones.length; i++) {
        String zone = zones[i];
        machine(cluster, i + 1).reconfigure(options -> options.withSeat(50, zone));
      }
      cluster.start();
      settle(cluster);
      Set<String> before = voters(cluster);
      cluster.time().run(20_000);
      String victim = before.stream().filter(name -> !name.equals("m1")).findFirst().orElseThrow();
      int number = Integer.parseInt(victim.substring(1));
      machine(cluster, number).kill();
      String heir = "m" + (number > 3 ? number - 3 : number + 3);
      until(cluster, MINUTE, () -> voters(cluster).contains(heir));
      assertThat(voters(cluster)).hasSize(3).doesNotContain(victim);
    }
  }

  @Test
  void aStandbyThatHasJustComeIsNotGivenASeatBeforeItIsStable() {
    try (SimulatedCluster cluster = SimulatedCluster.of(4, THREE, 8)) {
      cluster.machines().forEach(m -> m.reconfigure(options -> options.withSeat(50, "")));
      cluster.start();
      settle(cluster);
      SimulatedMachine standby = cluster.standbys().get(0);
      standby.kill();
      operator(cluster)
          .set(
              new AutopilotConfig(true, 200, 250, OptionalLong.of(20_000), 0, false),
              OptionalLong.of(0));
      cluster.time().run(30_000);
      SimulatedMachine dead =
          cluster.peers().stream()
              .filter(p -> !p.equals(cluster.leader().orElseThrow()))
              .findFirst()
              .orElseThrow();
      dead.kill();
      standby.start();
      final long startedMillis = cluster.time().nowMillis();
      until(cluster, MINUTE, () -> voters(cluster).contains(standby.name()));
      assertThat(cluster.time().nowMillis() - startedMillis)
          .as("it was known for twenty seconds before")
          .isBetween(20_000L, 26_000L);
    }
  }

  @Test
  void aStandbyOfHigherPriorityTakesALivingPeersSeatOnceAndNobodyTakesItBack() {
    try (SimulatedCluster cluster = SimulatedCluster.of(4, THREE, 9)) {
      cluster.start();
      settle(cluster);
      SimulatedMachine standby = cluster.standbys().get(0);
      standby.kill();
      standby.reconfigure(options -> options.withSeat(100, ""));
      List<SimulatedMachine> peers = cluster.peers();
      for (int i = 0; i < peers.size(); i++) {
        int priority = i == 0 ? 50 : 80;
        peers.get(i).kill();
        peers.get(i).reconfigure(options -> options.withSeat(priority, ""));
      }
      cluster.machines().stream().filter(m -> !m.isRunning()).forEach(SimulatedMachine::start);
      settle(cluster);
      Set<String> before = voters(cluster);
      assertThat(before).doesNotContain(standby.name());
      cluster.time().run(30_000);
      assertThat(voters(cluster)).as("it settles first").isEqualTo(before);

      Changes changes = new Changes(cluster, before);
      until(cluster, 5 * MINUTE, () -> voters(cluster).contains(standby.name()));
      settle(cluster);
      cluster.time().run(10 * MINUTE);
      assertThat(voters(cluster)).hasSize(3).contains(standby.name());
      assertThat(changes.fewest).as("never fewer votes").isEqualTo(3);
      assertThat(changes.count).as("once, and never back").isEqualTo(1);
    }
  }

  @Test
  void nobodyTakesALivingPeersSeatWhoseClassMayNot() {
    try (SimulatedCluster cluster = SimulatedCluster.of(4, THREE, 10)) {
      cluster.machines().forEach(m -> m.reconfigure(options -> options.withSeat(50, "")));
      cluster.start();
      settle(cluster);
      SimulatedMachine standby = cluster.standbys().get(0);
      standby.kill();
      standby.reconfigure(options -> options.withSeat(99, ""));
      standby.start();
      settle(cluster);
      Set<String> before = voters(cluster);
      cluster.time().run(5 * MINUTE);
      assertThat(voters(cluster)).isEqualTo(before);

      operator(cluster)
          .set(
              new SchedulerConfig(true, true, false, SchedulerConfig.Algorithm.BINPACK),
              OptionalLong.empty());
      until(cluster, 3 * MINUTE, () -> voters(cluster).contains(standby.name()));
    }
  }

  /** Looks at the voters at every turn of a leader. */
  private static final class Changes implements ClusterListener {
    private Set<String> last;
    private int count;
    private int fewest = 3;

    Changes(SimulatedCluster cluster, Set<String> now) {
      last = now;
      cluster.addListener(this);
    }

    @Override
    public void turned(String machine, PeerServer peer) {
      if (!peer.status().isLeader() || peer.status().voters().size() > 3) {
        return; // a joint configuration has more
      }
      fewest = Math.min(fewest, peer.status().voters().size());
      Set<String> now =
          peer.recollection().registry().seats().keySet().stream()
              .collect(Collectors.toCollection(TreeSet::new));
      if (!now.equals(last)) {
        last = now;
        count++;
      }
    }
  }
}
