package dev.understudy.peer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.clusterconfig.MachineRecord;
import dev.understudy.clusterconfig.Removal;
import dev.understudy.clusterconfig.Servers;
import dev.understudy.peer.driver.Outcome;
import dev.understudy.peer.driver.PeerStatus;
import dev.understudy.raft.Role;
import dev.understudy.statemachine.Registry.Seat;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/**
 * What waits for the machines to be as they must costs the driver little, however long it waits.
 */
class AwaitedStateTest {
  private static final long TICK = SimulatedPeers.TICK_MILLIS;

  @Test
  void aStateIsAskedForOnceATickAndNotInEveryTurn() throws IOException {
    try (SimulatedPeers cluster = SimulatedPeers.of(3, 1, 100_000).startLed()) {
      SimulatedPeer leader = cluster.leader().orElseThrow();
      AtomicInteger asked = new AtomicInteger();
      CompletableFuture<Outcome<Boolean>> waiting =
          leader.life().driver.awaitState(() -> asked.incrementAndGet() < 0, 5 * TICK);
      int turns = 0;
      while (!waiting.isDone()) {
        leader.life().poke(0);
        cluster.run(1);
        turns++;
      }
      assertThat(waiting.join()).isEqualTo(new Outcome.Done<>(false));
      assertThat(turns).isGreaterThan(20);
      assertThat(asked).hasValueBetween(5, 6);
    }
  }

  @Test
  void howeverManyAskOfASeatTheMembersAreJudgedOnceForEachStatus() {
    AtomicReference<PeerStatus> status = new AtomicReference<>(PeerStatus.initial(1));
    AtomicInteger judged = new AtomicInteger();
    SeatNeed need =
        new SeatNeed(
            status::get,
            () -> {
              judged.incrementAndGet();
              return Servers.NONE;
            },
            500);
    for (int tick = 1; tick <= 3; tick++) {
      status.set(new PeerStatus(1, Role.LEADER, 2, 1, tick, tick, Set.of(1L), Set.of(), Map.of()));
      for (long member = 1; member <= 9; member++) {
        assertThat(need.isSpared(seat(member))).isTrue();
      }
      assertThat(judged).hasValue(tick);
    }
  }

  private static Seat seat(long member) {
    return new Seat(new MachineRecord("m" + member, "http://m" + member, ""), member);
  }

  /** Each waits by itself, and is answered when the one that is silent is heard again. */
  @Test
  void removalsThatWaitForAPeerGoOnWhenItIsHeard() throws IOException {
    try (SimulatedPeers cluster = SimulatedPeers.of(3, 1, 100_000).startLed()) {
      SimulatedPeer leader = cluster.leader().orElseThrow();
      List<SimulatedPeer> others = cluster.all().stream().filter(peer -> peer != leader).toList();
      cluster.cutOff(others.get(0).member);
      cluster.run(leader.life().countedOnWithinMillis() + 2 * TICK);
      List<CompletableFuture<AdminOutcome<String>>> asked = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        asked.add(leader.life().admin.remove(Removal.of("m" + others.get(1).member)));
      }
      leader.life().poke(0);
      cluster.run(2 * TICK);
      cluster.heal();
      assertThat(cluster.runUntil(() -> asked.stream().allMatch(CompletableFuture::isDone), 10_000))
          .isTrue();
      assertThat(asked.stream().map(CompletableFuture::join))
          .anyMatch(AdminOutcome.Done.class::isInstance);
    }
  }
}
