package dev.understudy.peer;

import static dev.understudy.peer.InOrderKeys.append;
import static dev.understudy.peer.InOrderKeys.queued;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import dev.understudy.clusterconfig.JoinReply;
import dev.understudy.clusterconfig.JoinRequest;
import dev.understudy.clusterconfig.LocalData;
import dev.understudy.clusterconfig.Removal;
import dev.understudy.peer.driver.RaftEventLog;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What happens in consensus reaches the log and the metrics. */
class RaftEventsTest {
  private static final long SOON_MILLIS = 10_000;

  private final LogCapture log = new LogCapture(RaftEventLog.class, Level.INFO);

  @AfterEach
  void giveTheLogBack() {
    log.close();
  }

  @Test
  void anElectionIsALineWithMachineAndTerm() throws IOException {
    try (SimulatedPeers cluster = SimulatedPeers.of(3, 1, 100_000).startLed()) {
      SimulatedPeer leader = cluster.leader().orElseThrow();
      String term = Long.toString(leader.status().term());
      assertThat(log.lines())
          .contains("INFO " + name(leader) + ": asks for votes in term " + term)
          .contains("INFO " + name(leader) + ": won the election of term " + term)
          .contains("INFO " + name(leader) + ": leads since term " + term);
      assertThat(count(leader, "elections_started")).isEqualTo(1);
      assertThat(count(leader, "elections_won")).isEqualTo(1);
      SimulatedPeer follower = other(cluster, leader);
      assertThat(cluster.runUntil(() -> follower.status().leader() != 0, SOON_MILLIS)).isTrue();
      assertThat(log.lines())
          .contains("INFO %s: follows %s (term %s)".formatted(name(follower), name(leader), term));
    }
  }

  @Test
  void aLeaderWithoutQuorumSaysSoOnceHoweverOftenItTriesAgain() throws IOException {
    try (SimulatedPeers cluster = SimulatedPeers.of(3, 2, 100_000).startLed()) {
      SimulatedPeer leader = cluster.leader().orElseThrow();
      long term = leader.status().term();
      cluster.cutOff(leader.member);
      append(leader);
      assertThat(cluster.runUntil(() -> !leader.status().isLeader(), SOON_MILLIS)).isTrue();
      cluster.run(60_000);
      assertThat(count(leader, "step_downs_by_quorum_loss")).isEqualTo(1);
      assertThat(count(leader, "pre_votes_started")).isGreaterThan(10);
      assertThat(log.lines().stream().filter(line -> line.startsWith("INFO " + name(leader))))
          .contains(
              "INFO %s: steps down: it has not heard from a quorum (term %d)"
                  .formatted(name(leader), term))
          .filteredOn(line -> line.contains("wants an election"))
          .hasSizeLessThanOrEqualTo(2);
      cluster.heal();
      assertThat(cluster.runUntil(() -> leader.status().leader() != 0, SOON_MILLIS)).isTrue();
      assertThat(cluster.runUntil(() -> count(leader, "log_conflicts") > 0, SOON_MILLIS)).isTrue();
      assertThat(log.lines())
          .anyMatch(line -> line.startsWith("INFO " + name(leader) + ": has entries of term"));
    }
  }

  @Test
  void aHandOverThatIsGivenUpIsALine() throws IOException {
    try (SimulatedPeers cluster = SimulatedPeers.of(3, 3, 100_000).startLed()) {
      SimulatedPeer leader = cluster.leader().orElseThrow();
      SimulatedPeer away = other(cluster, leader);
      cluster.cutOff(away.member);
      leader.life().driver.handOver(away.member, SOON_MILLIS);
      leader.life().poke(0);
      assertThat(
              cluster.runUntil(
                  () -> count(leader, "leadership_transfers_aborted") == 1, SOON_MILLIS))
          .isTrue();
      cluster.run(SimulatedPeers.TICK_MILLIS);
      assertThat(log.lines())
          .contains(
              "INFO %s: hands over to %s (term %d)"
                  .formatted(name(leader), name(away), leader.status().term()))
          .contains(
              "INFO %s: gives up handing over to %s (term %d)"
                  .formatted(name(leader), name(away), leader.status().term()));
    }
  }

  @Test
  void aSnapshotIsALineAtBothEnds() throws IOException {
    try (SimulatedPeers cluster = SimulatedPeers.of(3, 4, 10).startLed()) {
      SimulatedPeer leader = cluster.leader().orElseThrow();
      SimulatedPeer away = other(cluster, leader);
      cluster.cutOff(away.member);
      for (int i = 0; i < 50; i++) {
        assertThat(cluster.runUntil(append(leader)::isDone, SOON_MILLIS)).isTrue();
      }
      cluster.heal();
      assertThat(cluster.runUntil(() -> queued(away) == 50, SOON_MILLIS)).isTrue();
      assertThat(cluster.runUntil(() -> sent(cluster) > 0, SOON_MILLIS)).isTrue();
      assertThat(count(away, "snapshots_received")).isGreaterThan(0);
      assertThat(count(away, "snapshots_installed")).isGreaterThan(0);
      assertThat(log.lines())
          .anyMatch(line -> line.contains(": sends " + name(away) + " the snapshot at index"))
          .anyMatch(line -> line.startsWith("INFO " + name(away) + ": restored the snapshot at"));
    }
  }

  @Test
  void theLeaderAloneTellsOfAChangeOfTheMembershipByName() throws IOException {
    try (SimulatedPeers cluster = SimulatedPeers.of(3, 6, 100_000).startLed()) {
      SimulatedPeer leader = cluster.leader().orElseThrow();
      SimulatedPeer leaving = other(cluster, leader);
      CompletableFuture<?> removed = leader.life().admin.remove(Removal.of("m" + leaving.member));
      leader.life().poke(0);
      assertThat(cluster.runUntil(removed::isDone, SOON_MILLIS)).isTrue();
      cluster.run(1_000);
      assertThat(log.lines().stream().filter(line -> line.contains("has left")))
          .singleElement()
          .asString()
          .startsWith(
              "INFO %s: membership: %s has left; voters ".formatted(name(leader), name(leaving)));
    }
  }

  /** It hears of its leader before it has applied anything that has a name in it. */
  @Test
  void aNewcomerCallsItsFirstLeaderByNameToo() throws IOException {
    try (SimulatedPeers cluster = SimulatedPeers.of(3, 7, 100_000).startLed()) {
      SimulatedPeer leader = cluster.leader().orElseThrow();
      CompletableFuture<AdminOutcome<JoinReply>> joining =
          leader.life().admin.join(JoinRequest.of(SimulatedPeers.record(9), new LocalData.None()));
      leader.life().poke(0);
      assertThat(cluster.runUntil(joining::isDone, SOON_MILLIS)).isTrue();
      long member = ((AdminOutcome.Done<JoinReply>) joining.join()).value().memberId();
      cluster.add(member, Optional.empty()).start();
      assertThat(cluster.runUntil(() -> leader.status().voters().contains(member), SOON_MILLIS))
          .isTrue();
      assertThat(log.lines().stream().filter(line -> line.contains("(%x): f".formatted(member))))
          .singleElement()
          .asString()
          .endsWith(": follows %s (term %d)".formatted(name(leader), leader.status().term()));
    }
  }

  @Test
  void theLogsSyncsAreMeasured() throws IOException {
    try (SimulatedPeers cluster = SimulatedPeers.of(1, 5, 100_000).startLed()) {
      SimulatedPeer leader = cluster.leader().orElseThrow();
      assertThat(cluster.runUntil(append(leader)::isDone, SOON_MILLIS)).isTrue();
      HistogramSnapshot durations =
          (HistogramSnapshot)
              leader
                  .life()
                  .metrics()
                  .scrape(name -> name.equals("understudy_log_sync_duration_seconds"))
                  .get(0);
      assertThat(durations.getDataPoints().get(0).getCount()).isGreaterThan(1);
      assertThat(count(leader, "log_synced_batches")).isGreaterThan(1);
      assertThat(count(leader, "log_synced_bytes")).isGreaterThan(10);
    }
  }

  private static long sent(SimulatedPeers cluster) {
    return cluster.all().stream().mapToLong(peer -> (long) count(peer, "snapshots_sent")).sum();
  }

  private static double count(SimulatedPeer peer, String counter) {
    return ((CounterSnapshot)
            peer.life().metrics().scrape(name -> name.equals("understudy_" + counter)).get(0))
        .getDataPoints()
        .get(0)
        .getValue();
  }

  private static String name(SimulatedPeer peer) {
    return "m%d (%x)".formatted(peer.member, peer.member);
  }

  private static SimulatedPeer other(SimulatedPeers cluster, SimulatedPeer but) {
    List<SimulatedPeer> others = cluster.all().stream().filter(peer -> peer != but).toList();
    return others.get(0);
  }
}
