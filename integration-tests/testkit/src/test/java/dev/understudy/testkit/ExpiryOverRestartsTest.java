package dev.understudy.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.api.ClientBackend;
import dev.understudy.clusterconfig.ClusterConfig;
import dev.understudy.peer.PeerServer;
import dev.understudy.store.Operation;
import dev.understudy.store.Result;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How long keys with a time to live are there, whatever is started anew meanwhile. */
class ExpiryOverRestartsTest {
  private static final ClusterConfig CONFIG = new ClusterConfig(3, 600, 1);
  private static final String KEY = "/k";
  private static final long SETTLED_WITHIN_MILLIS = 60_000;
  private static final long STEP_MILLIS = 20;

  /** What one end of all who know the time may forget. */
  private static final long FORGOTTEN_MILLIS = 500;

  /** From the moment when a key is due until its end is applied, at the pace of a simulation. */
  private static final long PROMPT_MILLIS = 400;

  private final SimulatedCluster cluster;
  private long leaderlessMillis;

  ExpiryOverRestartsTest() {
    cluster = SimulatedCluster.of(3, CONFIG, 11);
  }

  private void inACluster(int size, Runnable story) {
    try (cluster) {
      if (size == 1) {
        cluster.machines().get(0).start();
      } else {
        cluster.start();
      }
      assertThat(cluster.time().runUntil(() -> cluster.isServing(size), SETTLED_WITHIN_MILLIS))
          .isTrue();
      story.run();
    } catch (AssertionError e) {
      throw new AssertionError(cluster.toString(), e);
    }
  }

  private SimulatedMachine leader() {
    assertThat(cluster.time().runUntil(() -> cluster.leader().isPresent(), SETTLED_WITHIN_MILLIS))
        .isTrue();
    return cluster.leader().orElseThrow();
  }

  private void put(long ttlMillis) {
    SimulatedMachine machine = leader();
    CompletableFuture<Result> written =
        machine
            .peer()
            .map(PeerServer::clientBackend)
            .orElseThrow()
            .write(new Operation.Set(KEY, false, "v", OptionalLong.of(ttlMillis), false));
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

  private void pass(long millis) {
    for (long passed = 0; passed < millis; passed += STEP_MILLIS) {
      cluster.time().run(STEP_MILLIS);
      if (cluster.leader().isEmpty()) {
        leaderlessMillis += STEP_MILLIS;
      }
    }
  }

  /** Writes a key, does something every so often, and looks how long the key is there. */
  private void lives(long ttlMillis, long everyMillis, int times, Runnable mishap) {
    lives(ttlMillis, everyMillis, times, times * FORGOTTEN_MILLIS, mishap);
  }

  private void lives(
      long ttlMillis, long everyMillis, int times, long forgottenMillis, Runnable mishap) {
    put(ttlMillis);
    final long begunMillis = cluster.time().nowMillis();
    for (int i = 0; i < times; i++) {
      pass(everyMillis);
      mishap.run();
    }
    while (cluster.leader().filter(leader -> !has(leader)).isEmpty()) {
      pass(STEP_MILLIS);
      assertThat(cluster.time().nowMillis() - begunMillis).isLessThan(10 * ttlMillis);
    }
    long lived = cluster.time().nowMillis() - begunMillis;
    assertThat(lived)
        .as("without a leader for %s ms", leaderlessMillis)
        .isGreaterThanOrEqualTo(ttlMillis - 2 * STEP_MILLIS)
        .isLessThanOrEqualTo(ttlMillis + leaderlessMillis + forgottenMillis + PROMPT_MILLIS);
  }

  private void each(List<SimulatedMachine> machines, Consumer<SimulatedMachine> mishap) {
    machines.forEach(mishap);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void ofOneMachineThatIsStartedAnew(boolean killed) {
    inACluster(
        1,
        () ->
            lives(
                10_000,
                8_000,
                1,
                () -> {
                  SimulatedMachine one = leader();
                  end(one, killed);
                  pass(1_400);
                  one.start();
                }));
  }

  /** The last stamp says it all, so nothing is forgotten. */
  @Test
  void ofOneMachineThatStopsInGoodOrderNothingIsForgotten() {
    inACluster(
        1,
        () -> {
          put(10_000);
          final long begunMillis = cluster.time().nowMillis();
          pass(5_000);
          SimulatedMachine one = leader();
          one.stop();
          one.start();
          final ClientBackend backend = leader().peer().orElseThrow().clientBackend();
          assertThat(cluster.time().runUntil(() -> has(one), 5_000)).isTrue();
          long lived = cluster.time().nowMillis() - begunMillis;
          long left = expirationMillis(backend) - backend.nowMillis();
          assertThat(lived + left).isBetween(10_000 - STEP_MILLIS, 10_000 + 2 * PROMPT_MILLIS);
        });
  }

  private static long expirationMillis(ClientBackend backend) {
    return ((Result.Success) backend.version().get(KEY, false)).event().node().expirationMillis();
  }

  private static void end(SimulatedMachine machine, boolean killed) {
    if (killed) {
      machine.crash();
    } else {
      machine.stop();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void ofThreeThatAreAllStartedAnew(boolean killed) {
    inACluster(
        3,
        () ->
            lives(
                10_000,
                5_000,
                1,
                () -> {
                  each(cluster.machines(), machine -> end(machine, killed));
                  pass(3_000);
                  each(cluster.machines(), SimulatedMachine::start);
                }));
  }

  @Test
  void ofThreeOfWhichTheLeaderIsKilled() {
    inACluster(
        3,
        () ->
            lives(
                10_000,
                4_000,
                1,
                () -> {
                  SimulatedMachine dead = leader();
                  dead.crash();
                  pass(3_000);
                  dead.start();
                }));
  }

  @Test
  void ofThreeThatAreStartedAnewOneAfterTheOther() {
    inACluster(
        3,
        () -> {
          int[] next = new int[1];
          lives(
              20_000,
              3_000,
              3,
              () -> {
                SimulatedMachine machine = cluster.machines().get(next[0]++);
                machine.stop();
                pass(500);
                machine.start();
                pass(1_000);
              });
        });
  }

  @Test
  void ofOneMachineThatIsKilledAgainAndAgain() {
    inACluster(
        1,
        () ->
            lives(
                10_000,
                3_000,
                3,
                () -> {
                  SimulatedMachine one = leader();
                  one.crash();
                  one.start();
                  leader();
                }));
  }

  /** However often that happens, no more is forgotten than half a second together. */
  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void ofMachinesWhoseProcessesAreKilledAgainAndAgain(int size) {
    inACluster(
        size,
        () ->
            lives(
                10_000,
                1_300,
                6,
                FORGOTTEN_MILLIS,
                () -> {
                  List<SimulatedMachine> running = cluster.machines().subList(0, size);
                  each(running, SimulatedMachine::kill);
                  each(running, SimulatedMachine::start);
                  while (cluster.leader().isEmpty()) {
                    pass(STEP_MILLIS);
                  }
                }));
  }

  /** A follower that was away shows what is left now, not what was left when it went. */
  @Test
  void everyPeerShowsTheSameTimeAfterARestart() {
    inACluster(
        3,
        () -> {
          put(60_000);
          SimulatedMachine leader = leader();
          SimulatedMachine follower =
              cluster.machines().stream().filter(each -> !each.equals(leader)).findFirst().get();
          pass(3_000);
          follower.crash();
          pass(10_000);
          follower.start();
          assertThat(
                  cluster
                      .time()
                      .runUntil(
                          () ->
                              follower
                                  .peer()
                                  .filter(peer -> peer.reasonToWait().isEmpty())
                                  .filter(peer -> peer.status().applied() > 0)
                                  .isPresent(),
                          10_000))
              .isTrue();
          long there = follower.peer().orElseThrow().clientBackend().nowMillis();
          long here = leader.peer().orElseThrow().clientBackend().nowMillis();
          assertThat(here - there).isBetween(0L, FORGOTTEN_MILLIS);
        });
  }

  /**
   * Two of three have forgotten ten seconds, the third has not. Under the two a key is written, and
   * then the third leads: what it remembers must not shorten the life of that key.
   */
  @Test
  void aKeyWrittenUnderALeaderThatForgotLivesAsLongUnderOneThatDidNot() {
    inACluster(
        3,
        () -> {
          SimulatedMachine knowing = leader();
          List<SimulatedMachine> others =
              cluster.machines().stream().filter(each -> !each.equals(knowing)).toList();
          pass(10_000);
          cluster.cutOff(List.of(knowing));
          each(others, SimulatedMachine::crash);
          each(others, SimulatedMachine::start);
          pass(5_000);
          assertThat(leader()).isNotEqualTo(knowing);
          put(30_000);
          final long writtenMillis = cluster.time().nowMillis();
          cluster.healNetwork();
          while (!leader().equals(knowing)) {
            leader().peer().orElseThrow().admin().transferLeadership(knowing.name());
            pass(1_000);
          }
          assertThat(cluster.time().nowMillis() - writtenMillis).isLessThan(20_000);
          while (cluster.time().nowMillis() - writtenMillis < 29_900) {
            assertThat(has(knowing)).isTrue();
            pass(STEP_MILLIS);
          }
        });
  }

  /** Time is written down only for the sake of keys that it ends. */
  @Test
  void withoutSuchKeysTheLogIsAtRestAndWithThemItGrowsByTwoEntriesASecond() {
    inACluster(
        3,
        () -> {
          pass(2_000);
          long before = leader().peer().orElseThrow().status().commit();
          pass(10_000);
          assertThat(leader().peer().orElseThrow().status().commit()).isEqualTo(before);

          put(60_000);
          before = leader().peer().orElseThrow().status().commit();
          pass(10_000);
          long grown = leader().peer().orElseThrow().status().commit() - before;
          assertThat(grown).isBetween(18L, 27L);
        });
  }
}
