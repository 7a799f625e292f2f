package dev.understudy.peer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.clusterconfig.ErrorCode;
import dev.understudy.clusterconfig.JoinRequest;
import dev.understudy.clusterconfig.LocalData;
import dev.understudy.clusterconfig.Removal;
import dev.understudy.statemachine.Registry.Seat;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What operators do to seats, and what is refused to them, in virtual time. */
class RemovalSimulationTest {
  private static final long SOON_MILLIS = 10_000;

  @Test
  void aRemovalThatWouldLeaveNoLiveMajorityIsRefusedUnlessItIsForced() throws IOException {
    try (SimulatedPeers cluster = led(3, 1, 1_000)) {
      SimulatedPeer leader = cluster.leader().orElseThrow();
      SimulatedPeer silent = follower(cluster);
      SimulatedPeer other =
          cluster.all().stream()
              .filter(peer -> peer != leader && peer != silent)
              .findFirst()
              .orElseThrow();
      cluster.cutOff(silent.member);
      cluster.run(SOON_MILLIS);
      assertThat(askToRemove(cluster, other))
          .isInstanceOfSatisfying(
              AdminOutcome.Refused.class,
              refused -> {
                assertThat(refused.error().httpStatus()).isEqualTo(409);
                assertThat(refused.error().cause())
                    .contains("m" + silent.member + " silent", "?force=true");
              });
      assertThat(leader.life().machine.registry().seats()).hasSize(3);
      assertThat(askToRemove(cluster, leader)).isInstanceOf(AdminOutcome.Refused.class);

      var forced = leader.life().admin.remove(new Removal("m" + other.member, true, false));
      leader.life().poke(0);
      assertThat(cluster.runUntil(forced::isDone, SOON_MILLIS)).isTrue();
      assertThat(forced.join()).isInstanceOf(AdminOutcome.Done.class);
    }
  }

  /** Each of them would leave a majority alive, and all of them together would not. */
  @Test
  void ofSeveralRemovalsAtOnceThoseAreRefusedThatWouldLeaveNoLiveMajority() throws IOException {
    try (SimulatedPeers cluster = led(5, 1, 1_000)) {
      SimulatedPeer leader = cluster.leader().orElseThrow();
      List<SimulatedPeer> others = cluster.all().stream().filter(peer -> peer != leader).toList();
      cluster.cutOff(others.get(0).member);
      cluster.run(SOON_MILLIS);
      List<CompletableFuture<AdminOutcome<String>>> asked =
          others.stream()
              .skip(1)
              .map(peer -> leader.life().admin.remove(Removal.of("m" + peer.member)))
              .toList();
      leader.life().poke(0);
      assertThat(
              cluster.runUntil(
                  () -> asked.stream().allMatch(CompletableFuture::isDone), SOON_MILLIS))
          .isTrue();
      assertThat(asked.stream().map(CompletableFuture::join))
          .hasSize(3)
          .filteredOn(AdminOutcome.Refused.class::isInstance)
          .singleElement()
          .isInstanceOfSatisfying(
              AdminOutcome.Refused.class,
              refused -> assertThat(refused.error().httpStatus()).isEqualTo(409));
      assertThat(leader.status().voters()).hasSize(3);
    }
  }

  /** Heard two heartbeats ago it may be dead, and a removal cannot be taken back. */
  @Test
  void aRemovalCountsOnNoVoteThatWasNotHeardJustNow() throws IOException {
    try (SimulatedPeers cluster = led(3, 1, 1_000)) {
      SimulatedPeer leader = cluster.leader().orElseThrow();
      List<SimulatedPeer> others = cluster.all().stream().filter(peer -> peer != leader).toList();
      others.get(0).crash();
      cluster.run(leader.life().countedOnWithinMillis() + 2 * SimulatedPeers.TICK_MILLIS);
      assertThat(askToRemove(cluster, others.get(1))).isInstanceOf(AdminOutcome.Refused.class);
    }
  }

  @Test
  void aMachineThatWasTakenOutForGoodGetsNoSeatUntilItIsAllowed() throws IOException {
    try (SimulatedPeers cluster = led(3, 1, 1_000)) {
      SimulatedPeer victim = follower(cluster);
      SimulatedPeer leader = cluster.leader().orElseThrow();
      String name = "m" + victim.member;
      var removed = leader.life().admin.remove(new Removal(name, false, true));
      leader.life().poke(0);
      assertThat(cluster.runUntil(removed::isDone, SOON_MILLIS)).isTrue();
      assertThat(removed.join()).isInstanceOf(AdminOutcome.Done.class);
      assertThat(leader.life().admin.takenOut()).containsExactly(name);
      cluster.run(SOON_MILLIS);
      JoinRequest request =
          new JoinRequest(name, 2, 2, "http://x:1", "http://x:2", new LocalData.None());
      assertThat(leader.life().admin.join(request).getNow(null))
          .isInstanceOfSatisfying(
              AdminOutcome.Refused.class,
              refused -> assertThat(refused.error().is(ErrorCode.NO_MORE_PEERS)).isTrue());

      var again = leader.life().admin.remove(new Removal(name, false, true));
      leader.life().poke(0);
      assertThat(cluster.runUntil(again::isDone, SOON_MILLIS)).isTrue();
      assertThat(again.join()).as("it need not have a seat").isInstanceOf(AdminOutcome.Done.class);

      var allowed = leader.life().admin.allow(name);
      leader.life().poke(0);
      assertThat(cluster.runUntil(allowed::isDone, SOON_MILLIS)).isTrue();
      var joined = leader.life().admin.join(request);
      leader.life().poke(0);
      assertThat(cluster.runUntil(joined::isDone, SOON_MILLIS)).isTrue();
      assertThat(joined.join()).isInstanceOf(AdminOutcome.Done.class);
    }
  }

  @Test
  void aMachineThatIsNotTakenOutAfterAllKeepsItsRightToASeat() throws IOException {
    try (SimulatedPeers cluster = led(3, 1, 1_000)) {
      SimulatedPeer leader = cluster.leader().orElseThrow();
      cluster.cutOff(follower(cluster).member);
      cluster.run(SOON_MILLIS);
      var refused = leader.life().admin.remove(new Removal("m" + leader.member, false, true));
      leader.life().poke(0);
      assertThat(cluster.runUntil(refused::isDone, SOON_MILLIS)).isTrue();
      assertThat(refused.join()).isInstanceOf(AdminOutcome.Refused.class);
      assertThat(leader.life().admin.takenOut()).isEmpty();
    }
  }

  private static SimulatedPeers led(int size, long seed, long snapshotCount) throws IOException {
    SimulatedPeers cluster = SimulatedPeers.of(size, seed, snapshotCount).startAll();
    assertThat(
            cluster.runUntil(
                () -> cluster.leader().map(leader -> leader.life().gate.isOpen()).orElse(false),
                SOON_MILLIS))
        .isTrue();
    return cluster;
  }

  private static SimulatedPeer follower(SimulatedPeers cluster) {
    return cluster.running().stream()
        .filter(peer -> !peer.status().isLeader())
        .findFirst()
        .orElseThrow();
  }

  private static AdminOutcome<String> askToRemove(SimulatedPeers cluster, SimulatedPeer victim) {
    SimulatedPeer leader = cluster.leader().orElseThrow();
    Seat seat = leader.life().machine.registry().byMember(victim.member).orElseThrow();
    CompletableFuture<AdminOutcome<String>> asked =
        leader.life().admin.remove(Removal.of(seat.name()));
    leader.life().poke(0);
    assertThat(cluster.runUntil(asked::isDone, SOON_MILLIS)).isTrue();
    return asked.join();
  }
}
