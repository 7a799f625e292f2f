package dev.understudy.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import dev.understudy.api.BackendFailure;
import dev.understudy.clusterconfig.ClusterConfig;
import dev.understudy.peer.LogCapture;
import dev.understudy.peer.PeerServer;
import dev.understudy.peer.driver.PeerStatus;
import dev.understudy.peer.driver.RaftEventLog;
import dev.understudy.store.Operation;
import dev.understudy.store.Result;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How standbys take the seats of dead peers, in virtual time. */
class SwapSimulationTest {
  private static final long SETTLED_WITHIN_MILLIS = 60_000;

  private static final Operation WRITE =
      new Operation.Set("/key", false, "value", OptionalLong.empty(), false);

  @Test
  void aDeadPeersSeatIsFilledAboutWhenTheRemoveDelayIsOver() {
    int kills = 50;
    long[] took = new long[kills];
    try (SimulatedCluster cluster = SimulatedCluster.of(5, config(3), 1).start()) {
      settle(cluster, 3);
      for (int i = 0; i < kills; i++) {
        cluster.time().run(cluster.time().random().nextInt(5_000));
        took[i] = fill(cluster, i % 2 == 0);
      }
    }
    Arrays.sort(took);
    System.err.printf(
        "a dead peer's seat was filled after %d ms (median), %d ms at most, of %d%n",
        took[kills / 2], took[kills - 1], kills);
    assertThat(took[0]).isGreaterThan(1_800);
    assertThat(took[kills / 2]).isLessThanOrEqualTo(2_600);
    assertThat(took[kills - 1]).isLessThanOrEqualTo(4_000);
  }

  private static long fill(SimulatedCluster cluster, boolean leads) {
    SimulatedMachine dead = peer(cluster, leads);
    final long killedMillis = cluster.time().nowMillis();
    dead.kill();
    until(cluster, () -> votesWithout(dead, cluster) == 3);
    final long took = cluster.time().nowMillis() - killedMillis;
    dead.start();
    settle(cluster, 3);
    return took;
  }

  /** Its silence was long enough for a standby to be brought in, and not for its seat to go. */
  @Test
  void aPeerThatComesBackInTimeKeepsItsSeatAndTheStandbyStandsByAgain() {
    try (SimulatedCluster cluster = SimulatedCluster.of(4, config(3), 2).start();
        LogCapture log = new LogCapture(RaftEventLog.class, Level.INFO)) {
      settle(cluster, 3);
      final int lines = log.lines().size();
      SimulatedMachine silent = peer(cluster, false);
      SimulatedMachine standby = cluster.standbys().get(0);
      silent.pause();
      until(cluster, () -> standby.peer().isPresent());
      silent.goOn();
      settle(cluster, 3);
      assertThat(log.lines().subList(lines, log.lines().size()))
          .as("it has no seat, but a name")
          .anyMatch(line -> line.contains("membership: " + standby.name() + " ("));
      assertThat(standby.standby()).isPresent();
      assertThat(silent.peer()).isPresent();
    }
  }

  /**
   * Its log is empty, so it cannot read there that it belongs to nobody any more; whoever it sends
   * to does not listen. Nothing that it was asked for meanwhile may be of unknown outcome, and
   * nobody may hear of a seat that it never had.
   */
  @Test
  void anUnderstudyThatIsLetGoBeforeItHasALogStandsByAgainAtOnce() {
    try (SimulatedCluster cluster = SimulatedCluster.of(4, config(3), 7).start()) {
      settle(cluster, 3);
      SimulatedMachine silent = peer(cluster, false);
      SimulatedMachine standby = cluster.standbys().get(0);
      silent.pause();
      until(cluster, () -> standby.peer().map(p -> p.status().leader() != 0).orElse(false));
      cluster.cutOff(List.of(standby));
      assertThat(standby.peer().orElseThrow().status().applied()).isZero();
      silent.goOn();
      until(cluster, () -> leaderStatus(cluster).map(s -> s.learners().isEmpty()).orElse(false));
      CompletableFuture<Result> write = standby.peer().orElseThrow().clientBackend().write(WRITE);
      cluster.time().run(100);
      cluster.healNetwork();
      final long letGoMillis = cluster.time().nowMillis();
      until(cluster, () -> standby.standby().isPresent());
      assertThat(cluster.time().nowMillis() - letGoMillis).isLessThan(3_000);
      assertThat(standby.history()).containsExactly("ready standby");
      assertThatThrownBy(write::join).hasCauseInstanceOf(BackendFailure.NotApplied.class);
      settle(cluster, 3);
    }
  }

  /** The new leader knows nothing of what the one before had in mind. */
  @Test
  void aLearnerThatADeadLeaderHasBroughtInIsLetGo() {
    try (SimulatedCluster cluster = SimulatedCluster.of(6, config(5), 3).start()) {
      settle(cluster, 5);
      SimulatedMachine standby = cluster.standbys().get(0);
      SimulatedMachine silent = peer(cluster, false);
      silent.pause();
      until(cluster, () -> leaderStatus(cluster).map(s -> !s.learners().isEmpty()).orElse(false));
      cluster.leader().orElseThrow().kill();
      silent.goOn();
      until(cluster, () -> leaderStatus(cluster).map(s -> s.learners().isEmpty()).orElse(false));
      cluster.heal();
      settle(cluster, 5);
      assertThat(standby.isRunning()).isTrue();
    }
  }

  @Test
  void anUnderstudyThatDiesIsLetGoAndTheNextStandbyTakesTheSeat() {
    try (SimulatedCluster cluster = SimulatedCluster.of(5, config(3), 4).start()) {
      settle(cluster, 3);
      SimulatedMachine dead = peer(cluster, false);
      dead.kill();
      until(cluster, () -> withoutVote(cluster).isPresent());
      SimulatedMachine understudy = withoutVote(cluster).orElseThrow();
      understudy.kill();
      until(cluster, () -> votesWithout(dead, cluster) == 3);
      assertThat(hasVote(understudy, cluster)).isFalse();
    }
  }

  /** Power cuts, kills and divisions, none of which alone takes a majority of the voters away. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void noScheduleOfFailuresLeavesTheVotersBelowTheFloorOrWithoutALiveMajority(long seed) {
    try (SimulatedCluster cluster = SimulatedCluster.of(8, config(5), seed).start()) {
      settle(cluster, 5);
      Votes votes = new Votes(cluster);
      cluster.addListener(votes);
      for (int i = 0; i < 50; i++) {
        cluster.time().run(100 + cluster.time().random().nextInt(3_000));
        mishap(cluster, votes);
      }
      cluster.heal();
      settle(cluster, 5);
      assertThat(votes.changes).as("seats have changed hands").isGreaterThan(5);
    }
  }

  private static void mishap(SimulatedCluster cluster, Votes votes) {
    SimulatedMachine victim = cluster.anyMachine();
    if (!victim.isRunning()) {
      victim.start();
    } else if (votes.mayLose(victim)) {
      switch (cluster.time().random().nextInt(3)) {
        case 0 -> victim.crash();
        case 1 -> victim.kill();
        default -> {
          cluster.healNetwork();
          cluster.cutOff(List.of(victim));
        }
      }
    } else {
      cluster.healNetwork();
    }
  }

  /** Looks at the voters of every leader, and at who of them runs. */
  private static final class Votes implements ClusterListener {
    private static final int FLOOR = 3;
    private final SimulatedCluster cluster;
    private final Map<Long, Set<Long>> lastOfTerm = new HashMap<>();
    private Set<Long> voters = Set.of();
    private int changes;

    Votes(SimulatedCluster cluster) {
      this.cluster = cluster;
    }

    @Override
    public void turned(String machine, PeerServer peer) {
      PeerStatus status = peer.status();
      // A joint configuration has more, and needs a majority of each half.
      if (!status.isLeader() || status.voters().size() > 5) {
        return;
      }
      Set<Long> now = status.voters();
      Set<Long> before = lastOfTerm.put(status.term(), now);
      if (before != null && !before.equals(now)) {
        changes++;
        assertThat(now).as("the floor").hasSizeGreaterThanOrEqualTo(FLOOR);
        if (running(before) >= majority(before)) {
          assertThat(running(now))
              .as("live voters of %s", now)
              .isGreaterThanOrEqualTo(majority(now));
        }
      }
      voters = now;
    }

    private long running(Set<Long> some) {
      Set<Long> members =
          cluster.peers().stream().map(SwapSimulationTest::member).collect(Collectors.toSet());
      return some.stream().filter(members::contains).count();
    }

    private static int majority(Set<Long> some) {
      return some.size() / 2 + 1;
    }

    /** Whether the others are a majority that lives. */
    boolean mayLose(SimulatedMachine victim) {
      long voting =
          victim.peer().map(p -> member(victim)).filter(voters::contains).isPresent() ? 1 : 0;
      return running(voters) - voting >= majority(voters);
    }
  }

  private static long member(SimulatedMachine peer) {
    return peer.peer().orElseThrow().recollection().identity().memberId();
  }

  private static boolean hasVote(SimulatedMachine machine, SimulatedCluster cluster) {
    return machine.peer().isPresent()
        && leaderStatus(cluster).map(s -> s.voters().contains(member(machine))).orElse(false);
  }

  private static Optional<SimulatedMachine> withoutVote(SimulatedCluster cluster) {
    return cluster.peers().stream().filter(peer -> !hasVote(peer, cluster)).findFirst();
  }

  private static Optional<PeerStatus> leaderStatus(SimulatedCluster cluster) {
    return cluster.leader().flatMap(SimulatedMachine::peer).map(PeerServer::status);
  }

  /** How many votes there are once a machine has no seat; -1 while it has one. */
  private static int votesWithout(SimulatedMachine dead, SimulatedCluster cluster) {
    return cluster
        .leader()
        .flatMap(SimulatedMachine::peer)
        .filter(leader -> leader.recollection().registry().byName(dead.name()).isEmpty())
        .map(leader -> leader.status().voters().size())
        .orElse(-1);
  }

  private static SimulatedMachine peer(SimulatedCluster cluster, boolean leads) {
    SimulatedMachine leader = cluster.leader().orElseThrow();
    return leads
        ? leader
        : cluster.peers().stream().filter(p -> !p.equals(leader)).findFirst().orElseThrow();
  }

  private static ClusterConfig config(int seats) {
    return new ClusterConfig(seats, 2, 1);
  }

  private static void settle(SimulatedCluster cluster, int seats) {
    until(cluster, () -> cluster.isSettled(seats));
  }

  private static void until(SimulatedCluster cluster, BooleanSupplier state) {
    assertThat(cluster.time().runUntil(state, SETTLED_WITHIN_MILLIS)).as("%s", cluster).isTrue();
  }
}
