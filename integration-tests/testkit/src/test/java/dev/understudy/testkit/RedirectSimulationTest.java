package dev.understudy.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.clusterconfig.ClusterConfig;
import dev.understudy.clusterconfig.MachineView;
import dev.understudy.standby.StandbyServer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that follow redirects while leaders lose their seats faster than standbys sync. */
class RedirectSimulationTest {
  private static final ClusterConfig SLOW_SYNC = new ClusterConfig(3, 60, 30);
  private static final long SETTLED_WITHIN_MILLIS = 300_000;
  private static final long BETWEEN_REMOVALS_MILLIS = 9_000;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void aClientMeetsTwoRedirectsAtMost(long seed) {
    try (SimulatedCluster cluster = SimulatedCluster.of(5, SLOW_SYNC, seed).start()) {
      assertThat(cluster.time().runUntil(() -> cluster.isSettled(3), SETTLED_WITHIN_MILLIS))
          .isTrue();
      int sentOn = 0;
      for (int round = 0; round < 12; round++) {
        final Optional<SimulatedMachine> leader = cluster.leader();
        leader.ifPresent(
            machine -> cluster.newOperator().remove(machine.peerUrl(), machine.name(), 10_000));
        for (long at = 0; at < BETWEEN_REMOVALS_MILLIS; at += 150) {
          cluster.time().run(150);
          for (SimulatedMachine standby : List.copyOf(cluster.standbys())) {
            List<String> way = follow(cluster, standby);
            assertThat(way.size() - 1).as("redirects: %s", way).isLessThanOrEqualTo(2);
            sentOn += way.size() - 1;
          }
        }
      }
      assertThat(sentOn).as("clients are sent on at all").isGreaterThan(100);
    }
  }

  /** The machines that a client comes by, of which each but the last has sent it on. */
  private static List<String> follow(SimulatedCluster cluster, SimulatedMachine first) {
    List<String> way = new ArrayList<>(List.of(first.name()));
    Optional<StandbyServer> at = first.standby();
    while (at.isPresent() && way.size() < 6) {
      CompletableFuture<Optional<MachineView>> answer = at.get().leaderNow();
      assertThat(cluster.time().runUntil(answer::isDone, 5_000)).isTrue();
      Optional<String> next = answer.join().map(MachineView::name);
      next.ifPresent(way::add);
      at =
          next.flatMap(
              name ->
                  cluster.machines().stream()
                      .filter(machine -> machine.name().equals(name))
                      .findFirst()
                      .flatMap(SimulatedMachine::standby));
    }
    return way;
  }
}
