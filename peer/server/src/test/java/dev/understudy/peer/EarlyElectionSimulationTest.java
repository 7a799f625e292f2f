package dev.understudy.peer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.peer.driver.Outcome;
import dev.understudy.statemachine.Command.WriteKey;
import dev.understudy.store.Operation;
import dev.understudy.store.Result;
import java.io.IOException;
import java.util.Arrays;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What peers do when a process ends, or seems to, in virtual time. */
class EarlyElectionSimulationTest {
  private static final int SEEDS = 200;
  private static final long ELECTION_MILLIS = 10 * SimulatedPeers.TICK_MILLIS;

  /** A peer has a turn every 25 ms on average here, and an attempt may have to be repeated. */
  private static final long MEDIAN_MILLIS = 250;

  /** Votes may be split again and again; then elections by timeout decide, one in 150 times. */
  private static final long ORDINARY_ELECTIONS_MILLIS = 5 * ELECTION_MILLIS;

  private static final int FALSE_ALARMS = 1_000;

  @Test
  void aKilledLeaderIsReplacedLongBeforeAnElectionTimeout() throws IOException {
    long[] gaps = new long[SEEDS];
    for (int seed = 0; seed < SEEDS; seed++) {
      try (SimulatedPeers cluster = SimulatedPeers.of(3 + 2 * (seed % 2), seed, 100_000)) {
        cluster.startLed();
        cluster.run(cluster.random.nextInt(2_000));
        cluster.leader().orElseThrow().kill();
        gaps[seed] = millisToWrite(cluster, seed);
      }
    }
    Arrays.sort(gaps);
    System.err.printf(
        "a killed leader: %d ms to the next write (median), %d ms (worst)%n",
        gaps[SEEDS / 2], gaps[SEEDS - 1]);
    assertThat(gaps[SEEDS / 2]).isLessThanOrEqualTo(MEDIAN_MILLIS);
    assertThat(gaps[SEEDS * 98 / 100]).isLessThan(ELECTION_MILLIS);
    assertThat(gaps[SEEDS - 1]).isLessThan(ORDINARY_ELECTIONS_MILLIS);
  }

  /** A client writes to a survivor at once and is answered by it, not sent away. */
  private static long millisToWrite(SimulatedPeers cluster, long seed) {
    long killedMillis = cluster.nowMillis();
    SimulatedPeer.Life survivor = cluster.running().get(0).life();
    CompletableFuture<Outcome<Result>> write =
        survivor.driver.propose(
            new WriteKey(new Operation.Set("/key", false, "v", OptionalLong.empty(), false)));
    survivor.poke(0);
    cluster.runUntil(write::isDone, SimulatedPeers.REQUEST_TIMEOUT_MILLIS);
    assertThat(write.join()).as("seed %d", seed).isInstanceOf(Outcome.Done.class);
    return cluster.nowMillis() - killedMillis;
  }

  /** As with a firewall between the two that cuts both streams and refuses new ones. */
  @Test
  void aFollowerThatTakesTheLivingLeaderForDeadChangesNothing() throws IOException {
    for (long seed = 1; seed <= 4; seed++) {
      try (SimulatedPeers cluster = SimulatedPeers.of(3, seed, 100_000).startLed()) {
        SimulatedPeer leader = cluster.leader().orElseThrow();
        SimulatedPeer mistaken = cluster.peer(leader.member % 3 + 1);
        long term = leader.status().term();
        for (int i = 0; i < FALSE_ALARMS; i++) {
          mistaken.life().network().receiver().processEnded(leader.member);
          mistaken.life().poke(0);
          cluster.run(cluster.random.nextInt(60));
          assertThat(leader.status().isLeader()).as("seed %d", seed).isTrue();
        }
        cluster.run(2 * ELECTION_MILLIS);
        for (SimulatedPeer peer : cluster.all()) {
          assertThat(peer.status().term()).as("seed %d", seed).isEqualTo(term);
          assertThat(peer.status().leader()).as("seed %d", seed).isEqualTo(leader.member);
        }
      }
    }
  }

  /** It goes on without its leader's word, and must not be a nuisance to the others by that. */
  @Test
  void aFollowerThatIsCutOffForGoodChangesNothing() throws IOException {
    for (long seed = 1; seed <= 20; seed++) {
      try (SimulatedPeers cluster = SimulatedPeers.of(3, seed, 100_000).startLed()) {
        SimulatedPeer leader = cluster.leader().orElseThrow();
        SimulatedPeer alone = cluster.peer(leader.member % 3 + 1);
        long term = leader.status().term();
        cluster.cutOff(alone.member);
        alone.life().network().receiver().processEnded(leader.member);
        cluster.run(10 * ELECTION_MILLIS);
        assertThat(alone.status().leader()).isZero();
        cluster.heal();
        cluster.run(2 * ELECTION_MILLIS);
        assertThat(leader.status().isLeader()).as("seed %d", seed).isTrue();
        assertThat(leader.status().term()).as("seed %d", seed).isEqualTo(term);
        assertThat(alone.status().leader()).as("seed %d", seed).isEqualTo(leader.member);
      }
    }
  }

  @Test
  void theEndOfAFollowerChangesNothing() throws IOException {
    try (SimulatedPeers cluster = SimulatedPeers.of(3, 1, 100_000).startLed()) {
      SimulatedPeer leader = cluster.leader().orElseThrow();
      long term = leader.status().term();
      cluster.peer(leader.member % 3 + 1).kill();
      cluster.run(3 * ELECTION_MILLIS);
      assertThat(leader.status().isLeader()).isTrue();
      assertThat(leader.status().term()).isEqualTo(term);
    }
  }
}
