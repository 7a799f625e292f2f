package dev.understudy.testkit.clients;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.clusterconfig.ClusterConfig;
import dev.understudy.testkit.FaultRates;
import dev.understudy.testkit.SimulatedCluster;
import dev.understudy.testkit.SimulatedMachine;
import dev.understudy.testkit.history.Outcome;
import dev.understudy.testkit.history.RecordedOperation;
import dev.understudy.testkit.history.RecordedWatch;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What clients of a simulated cluster do, in fair weather and in foul. */
class ClientsTest {
  private static final ClusterConfig CONFIG = new ClusterConfig(3, 5, 1);
  private static final long SETTLED_WITHIN_MILLIS = 120_000;
  private static final long QUIET_WITHIN_MILLIS = 30_000;

  private static void settle(SimulatedCluster cluster) {
    cluster.heal();
    assertThat(cluster.time().runUntil(() -> cluster.isSettled(3), SETTLED_WITHIN_MILLIS))
        .as("%s", cluster)
        .isTrue();
  }

  private static void end(SimulatedCluster cluster, Clients clients) {
    settle(cluster);
    clients.end();
    assertThat(cluster.time().runUntil(clients::isQuiet, QUIET_WITHIN_MILLIS)).isTrue();
    settle(cluster);
    clients.check();
  }

  private static Clients fairWeather(long seed) {
    try (SimulatedCluster cluster = SimulatedCluster.of(5, CONFIG, seed).start()) {
      settle(cluster);
      Clients clients = Clients.start(cluster, Mix.of(5));
      cluster.time().run(60_000);
      end(cluster, clients);
      return clients;
    }
  }

  @Test
  void inFairWeatherEveryCallIsAnsweredAndEveryKindIsMade() {
    List<RecordedOperation> operations = fairWeather(1).history().operations();
    assertThat(operations)
        .hasSizeGreaterThan(500)
        .allMatch(operation -> operation.outcome().definite());
    Set<String> calls =
        operations.stream()
            .map(operation -> operation.call().getClass().getSimpleName())
            .collect(Collectors.toSet());
    assertThat(calls)
        .containsExactlyInAnyOrder(
            "Read",
            "Set",
            "Create",
            "CompareAndSwap",
            "Delete",
            "CompareAndDelete",
            "CreateInOrder");
    Set<String> outcomes =
        operations.stream()
            .map(operation -> operation.outcome().getClass().getSimpleName())
            .collect(Collectors.toSet());
    assertThat(outcomes)
        .containsExactlyInAnyOrder("Written", "Entered", "Shown", "Absent", "Refused");
  }

  @Test
  void watchersAreToldOfChangesAndOfExpiry() {
    List<RecordedWatch> watches = fairWeather(2).history().watches();
    assertThat(watches)
        .allSatisfy(watch -> assertThat(watch.events()).hasSizeGreaterThan(10))
        .anySatisfy(
            watch -> assertThat(watch.events()).anyMatch(event -> event.action().equals("expire")));
  }

  @Test
  void theSameSeedGivesTheSameHistory() {
    assertThat(fairWeather(3).history().operations())
        .isEqualTo(fairWeather(3).history().operations())
        .isNotEqualTo(fairWeather(4).history().operations());
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void inFoulWeatherEverythingCanBeExplained(long seed) {
    try (SimulatedCluster cluster = SimulatedCluster.of(5, CONFIG, seed).start()) {
      settle(cluster);
      Clients clients = Clients.start(cluster, Mix.of(5));
      for (int round = 0; round < 4; round++) {
        foulWeather(cluster);
        settle(cluster);
        cluster.time().run(3_000);
      }
      end(cluster, clients);
      assertThat(clients.history().operations())
          .anyMatch(operation -> operation.outcome() instanceof Outcome.Unknown)
          .filteredOn(operation -> operation.outcome().definite())
          .hasSizeGreaterThan(200);
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError("seed " + seed, e);
    }
  }

  private static void foulWeather(SimulatedCluster cluster) {
    cluster.setRates(FaultRates.ROUGH);
    for (int i = 0; i < 5; i++) {
      cluster.time().run(500 + cluster.time().random().nextInt(4_000));
      SimulatedMachine victim = cluster.anyMachine();
      switch (cluster.time().random().nextInt(5)) {
        case 0 -> cluster.leader().ifPresent(SimulatedMachine::crash);
        case 1 -> cluster.leader().ifPresent(leader -> cluster.cutOff(List.of(leader)));
        case 2 -> cluster.cutOff(List.of(victim, cluster.anyMachine()));
        case 3 -> {
          victim.stop();
          victim.start();
        }
        default -> {
          cluster.heal();
          cluster.setRates(FaultRates.ROUGH);
        }
      }
    }
  }
}
