package dev.understudy.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.api.ClientBackend;
import dev.understudy.clusterconfig.ClusterConfig;
import dev.understudy.peer.PeerServer;
import dev.understudy.store.Operation;
import dev.understudy.store.Result;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Machines whose clocks are wrong by decades, as after a battery has run down. What such a clock
 * says must neither end the keys with a time to live nor keep them for ever.
 */
class WrongClocksTest {
  private static final ClusterConfig CONFIG = new ClusterConfig(3, 600, 1);
  private static final String TODAY = "2026-01-01T00:00:00Z";
  private static final String KEY = "/k";
  private static final long TTL_MILLIS = 10_000;
  private static final long SETTLED_WITHIN_MILLIS = 60_000;
  private static final long STEP_MILLIS = 20;

  /** Until the end of a key is applied, and what a start of all may forget. */
  private static final long LATE_MILLIS = 1_000;

  private long leaderlessMillis;
  private final SimulatedCluster cluster = SimulatedCluster.of(3, CONFIG, 17);

  private void set(SimulatedMachine machine, String date) {
    machine.clock().jump(Instant.parse(date).toEpochMilli() - machine.clock().wallMillis());
  }

  private void start() {
    cluster.start();
    awaitServing();
  }

  private void awaitServing() {
    assertThat(cluster.time().runUntil(() -> cluster.isServing(3), SETTLED_WITHIN_MILLIS))
        .as("%s", cluster)
        .isTrue();
  }

  private SimulatedMachine leader() {
    for (long passed = 0; cluster.leader().isEmpty(); passed += STEP_MILLIS) {
      assertThat(passed).isLessThan(SETTLED_WITHIN_MILLIS);
      pass();
    }
    return cluster.leader().orElseThrow();
  }

  private void pass() {
    cluster.time().run(STEP_MILLIS);
    leaderlessMillis += cluster.leader().isEmpty() ? STEP_MILLIS : 0;
  }

  private void put(SimulatedMachine machine) {
    ClientBackend backend = machine.peer().map(PeerServer::clientBackend).orElseThrow();
    CompletableFuture<Result> written =
        backend.write(new Operation.Set(KEY, false, "v", OptionalLong.of(TTL_MILLIS), false));
    machine.wake();
    assertThat(cluster.time().runUntil(written::isDone, 5_000)).isTrue();
    assertThat(written.join()).isInstanceOf(Result.Success.class);
  }

  private static boolean has(SimulatedMachine machine) {
    return machine
        .peer()
        .map(PeerServer::clientBackend)
        .filter(backend -> backend.version().get(KEY, false) instanceof Result.Success)
        .isPresent();
  }

  /** Writes a key, does something half a second later, and looks how long the key is there. */
  private void livesAsLongAsItShould(Runnable mishap) {
    final SimulatedMachine first = leader();
    final long askedMillis = cluster.time().nowMillis();
    put(first);
    final long begunMillis = cluster.time().nowMillis();
    leaderlessMillis = 0;
    cluster.time().run(500);
    mishap.run();
    while (cluster.leader().filter(leader -> !has(leader)).isEmpty()) {
      pass();
      assertThat(cluster.time().nowMillis() - begunMillis)
          .as("lives for ever")
          .isLessThan(10 * TTL_MILLIS);
    }
    assertThat(cluster.time().nowMillis() - askedMillis)
        .isGreaterThanOrEqualTo(TTL_MILLIS - STEP_MILLIS);
    assertThat(cluster.time().nowMillis() - begunMillis)
        .as("without a leader for %s ms", leaderlessMillis)
        .isLessThanOrEqualTo(TTL_MILLIS + leaderlessMillis + LATE_MILLIS);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1950-01-01T00:00:00Z",
        "1970-01-01T00:00:00Z",
        "1970-01-01T00:00:01Z",
        "2100-01-01T00:00:00Z",
        "2262-04-11T23:00:00Z"
      })
  void theFoundersClock(String date) {
    cluster.machines().forEach(machine -> set(machine, TODAY));
    set(cluster.machines().get(0), date);
    try (cluster) {
      start();
      livesAsLongAsItShould(() -> {});
      // The clock is set right while the cluster runs, and it starts anew with that.
      set(cluster.machines().get(0), TODAY);
      livesAsLongAsItShould(this::restartAll);
      livesAsLongAsItShould(() -> leader().crash());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1950-01-01T00:00:00Z",
        "1970-01-01T00:00:00Z",
        "2031-01-01T00:00:00Z",
        "2100-01-01T00:00:00Z"
      })
  void theClockOfEachThatComesToLeadLater(String date) {
    cluster.machines().forEach(machine -> set(machine, TODAY));
    try (cluster) {
      start();
      livesAsLongAsItShould(
          () -> {
            SimulatedMachine old = leader();
            cluster.machines().stream()
                .filter(each -> !each.equals(old))
                .forEach(each -> set(each, date));
            old.crash();
            leader();
            old.start();
          });
      awaitServing();
      cluster.machines().forEach(each -> set(each, date));
      livesAsLongAsItShould(this::restartAll);
      awaitServing();
      List<SimulatedMachine> emptied =
          cluster.machines().stream().filter(each -> !each.equals(leader())).toList();
      for (SimulatedMachine each : emptied) {
        livesAsLongAsItShould(
            () -> {
              each.crash();
              each.wipe();
              each.start();
            });
        awaitServing();
      }
      livesAsLongAsItShould(() -> leader().stop());
    }
  }

  private void restartAll() {
    cluster.machines().forEach(SimulatedMachine::crash);
    cluster.machines().forEach(SimulatedMachine::start);
    leader();
  }
}
