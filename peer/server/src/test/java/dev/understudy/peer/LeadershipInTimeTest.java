package dev.understudy.peer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.peer.SimulatedPeers.Weather;
import dev.understudy.peer.driver.Outcome;
import dev.understudy.peer.driver.PeerStatus;
import dev.understudy.statemachine.Command.WriteKey;
import dev.understudy.store.Operation;
import dev.understudy.store.Result;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/**
 * What leaders answer around the beginning and the end of their leadership, in virtual time. More
 * seeds: {@code -Dunderstudy.simulation.seeds=5000}.
 */
class LeadershipInTimeTest {
  private static final long SEEDS = Long.getLong("understudy.simulation.seeds", 300);
  private static final String KEY = "/register";
  private static final long ELECTION_MILLIS = 10 * SimulatedPeers.TICK_MILLIS;

  /** A leader looks once in an election timeout whether it still hears a quorum. */
  private static final long STEPS_DOWN_WITHIN_MILLIS = 2 * ELECTION_MILLIS + 200;

  private static final long PATIENCE_MILLIS = 30_000;

  /** A linearizable read, and what it found when it was answered. */
  private static final class Read {
    long found = -1;
    boolean answered;
    boolean done;

    boolean isAnswered() {
      return answered;
    }

    boolean isDone() {
      return done;
    }
  }

  /** The stale read that Nomad had, at a leader that was restarted. */
  @Test
  void aRestartedLeaderAnswersNothingBeforeTheBarrierOfItsTerm() throws IOException {
    long answered = 0;
    for (long seed = 1; seed <= SEEDS; seed++) {
      try (SimulatedPeers cluster = SimulatedPeers.of(1 + 2 * (int) (seed % 2), seed, 100_000)) {
        cluster.startAll();
        long acknowledged = writeLog(cluster, 60);
        cluster.setWeather(new Weather(0, 0, 0, 300));
        cluster.all().forEach(SimulatedPeer::crash);
        cluster.startAll();
        answered += readsWhileItTakesOver(cluster, acknowledged, "seed " + seed);
      }
    }
    assertThat(answered).as("reads answered in the end").isPositive();
  }

  /**
   * The same at a new leader that has the entries but has not been told that they are committed.
   */
  @Test
  void aNewLeaderWhoseStoreIsBehindAnswersNothingBeforeTheBarrierOfItsTerm() throws IOException {
    long behind = 0;
    for (long seed = 1; seed <= SEEDS; seed++) {
      try (SimulatedPeers cluster = SimulatedPeers.of(3, seed, 100_000)) {
        cluster.startAll();
        long acknowledged = writeLog(cluster, 10);
        leader(cluster).crash();
        behind += localReadsBehind(cluster, acknowledged, seed);
        readsWhileItTakesOver(cluster, acknowledged, "seed " + seed);
      }
    }
    System.err.println("new leaders whose local reads were behind: " + behind + " of " + SEEDS);
    assertThat(behind).as("leaders that were behind; without them nothing is shown").isPositive();
  }

  @Test
  void aLeaderThatIsCutOffAnswersNoConsistentReadAndStepsDown() throws IOException {
    long longest = 0;
    for (long seed = 1; seed <= SEEDS; seed++) {
      try (SimulatedPeers cluster = SimulatedPeers.of(3, seed, 100_000)) {
        cluster.startAll();
        writeLog(cluster, 3);
        longest = Math.max(longest, livesThroughACut(cluster, "seed " + seed));
      }
    }
    System.err.println("a leader that is cut off leads for " + longest + " ms at most");
  }

  private static long livesThroughACut(SimulatedPeers cluster, String seed) {
    SimulatedPeer old = leader(cluster);
    List<Read> before = List.of(read(old), read(old));
    long term = old.status().term();
    cluster.cutOff(old.member);
    long cutMillis = cluster.nowMillis();
    List<Read> reads = new ArrayList<>();
    long stepsDownMillis = Long.MAX_VALUE;
    while (cluster.nowMillis() < cutMillis + 2 * SimulatedPeers.REQUEST_TIMEOUT_MILLIS) {
      if (cluster.nowMillis() < cutMillis + SimulatedPeers.REQUEST_TIMEOUT_MILLIS / 2) {
        reads.add(read(old));
      }
      cluster.run(50);
      if (!old.status().isLeader()) {
        stepsDownMillis = Math.min(stepsDownMillis, cluster.nowMillis() - cutMillis);
        assertThat(old.life().gate.isOpen()).as(seed).isFalse();
        assertThat(old.life().dutiesRun()).as(seed).isFalse();
      }
    }
    assertThat(stepsDownMillis).as(seed).isLessThanOrEqualTo(STEPS_DOWN_WITHIN_MILLIS);
    assertThat(reads).as(seed).isNotEmpty().noneMatch(Read::isDone);
    assertThat(reads).as(seed).allMatch(Read::isAnswered);
    assertThat(before).as(seed).allMatch(Read::isAnswered);
    SimulatedPeer next = leader(cluster);
    assertThat(next.status().term()).as(seed).isGreaterThan(term);
    Read now = read(next);
    cluster.run(SimulatedPeers.REQUEST_TIMEOUT_MILLIS);
    assertThat(now.isDone()).as(seed).isTrue();
    return stepsDownMillis;
  }

  /** Reads at whoever leads, from the moment it leads; returns how many were answered. */
  private static long readsWhileItTakesOver(
      SimulatedPeers cluster, long acknowledged, String seed) {
    List<Read> reads = new ArrayList<>();
    boolean[] open = new boolean[1];
    cluster.runUntil(
        () -> {
          for (SimulatedPeer peer : cluster.running()) {
            PeerStatus status = peer.status();
            if (status.isLeader() && !peer.life().gate.isOpen() && reads.size() < 50) {
              reads.add(read(peer));
            }
            if (peer.life().gate.isOpen()) {
              open[0] = true;
              assertThat(local(peer.life())).as(seed).isGreaterThanOrEqualTo(acknowledged);
            }
          }
          return open[0];
        },
        PATIENCE_MILLIS);
    assertThat(open[0]).as(seed).isTrue();
    cluster.setWeather(Weather.FAIR);
    cluster.run(2 * SimulatedPeers.REQUEST_TIMEOUT_MILLIS);
    for (Read read : reads) {
      assertThat(read.answered).as(seed).isTrue();
      if (read.isDone()) {
        assertThat(read.found).as("a stale read, %s", seed).isGreaterThanOrEqualTo(acknowledged);
      }
    }
    return reads.stream().filter(Read::isDone).count();
  }

  /** 1 if the next leader begins behind, and says so by the index of its local answers. */
  private static long localReadsBehind(SimulatedPeers cluster, long acknowledged, long seed) {
    boolean leads = cluster.runUntil(() -> cluster.leader().isPresent(), PATIENCE_MILLIS);
    assertThat(leads).as("seed %d", seed).isTrue();
    SimulatedPeer next = cluster.leader().orElseThrow();
    long index = next.life().machine.version().index();
    assertThat(local(next.life())).as("seed %d", seed).isLessThanOrEqualTo(index);
    boolean behind = index < acknowledged;
    assertThat(behind && next.life().gate.isOpen()).as("seed %d", seed).isFalse();
    return behind ? 1 : 0;
  }

  private static SimulatedPeer leader(SimulatedPeers cluster) {
    assertThat(
            cluster.runUntil(
                () -> cluster.leader().map(peer -> peer.life().gate.isOpen()).orElse(false),
                PATIENCE_MILLIS))
        .isTrue();
    return cluster.leader().orElseThrow();
  }

  /** Writes so often, and returns the number of the last write as soon as that is acknowledged. */
  private static long writeLog(SimulatedPeers cluster, int count) {
    SimulatedPeer leader = leader(cluster);
    CompletableFuture<Outcome<Result>> last = null;
    for (int i = 0; i < count; i++) {
      Operation set = new Operation.Set(KEY, false, "v" + i, OptionalLong.empty(), false);
      last = leader.life().driver.propose(new WriteKey(set));
      leader.life().poke(0);
      cluster.run(cluster.random.nextInt(5));
    }
    assertThat(cluster.runUntil(last::isDone, PATIENCE_MILLIS)).isTrue();
    Result result = ((Outcome.Done<Result>) last.join()).value();
    return ((Result.Success) result).event().node().modifiedIndex();
  }

  /** The number of the newest write that a peer shows by itself. */
  private static long local(SimulatedPeer.Life life) {
    return life.machine.version().get(KEY, false) instanceof Result.Success found
        ? found.event().node().modifiedIndex()
        : 0;
  }

  /** As the client API reads. */
  private static Read read(SimulatedPeer peer) {
    Read read = new Read();
    SimulatedPeer.Life life = peer.life();
    life.backend
        .linearizable()
        .whenComplete(
            (confirmed, failure) -> {
              read.answered = true;
              read.done = failure == null;
              read.found = local(life);
            });
    life.poke(0);
    return read;
  }
}
