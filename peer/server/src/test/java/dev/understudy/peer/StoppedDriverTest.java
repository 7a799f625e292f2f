package dev.understudy.peer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.peer.driver.DriverProxy;
import dev.understudy.peer.driver.Outcome;
import dev.understudy.peer.driver.Outcome.NotDone;
import dev.understudy.peer.driver.Outcome.Reason;
import dev.understudy.raft.ConfChange.Step;
import dev.understudy.raft.ConfChange.StepType;
import dev.understudy.statemachine.Command.WriteKey;
import dev.understudy.store.Operation;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Whatever is asked of a driver that has stopped is answered at once. */
class StoppedDriverTest {
  @Test
  void everyRequestIsCertainlyNotDone() throws IOException {
    try (SimulatedPeers cluster = SimulatedPeers.of(3, 1, 100_000).startLed()) {
      SimulatedPeer peer = cluster.leader().orElseThrow();
      DriverProxy driver = peer.life().driver;
      peer.stop();
      List<CompletableFuture<? extends Outcome<?>>> asked =
          List.of(
              driver.propose(
                  new WriteKey(new Operation.Set("/k", false, "v", OptionalLong.empty(), false))),
              driver.changeMembership(Optional.empty(), new Step(StepType.REMOVE, 2)),
              driver.barrier(2),
              driver.confirmRead(),
              driver.confirmRead(1),
              driver.awaitApplied(1),
              driver.capture(),
              driver.handOver(2, 1_000),
              driver.awaitState(() -> true, 1_000),
              driver.awaitVote(1_000));
      for (CompletableFuture<? extends Outcome<?>> one : asked) {
        assertThat(one).isCompleted();
        assertThat(one.join()).isInstanceOf(NotDone.class);
        assertThat(((NotDone<?>) one.join()).reason()).isEqualTo(Reason.STOPPING);
      }
      driver.campaign();
      assertThat(driver.status().member())
          .as("the last state is still shown")
          .isEqualTo(peer.member);
    }
  }

  /** It says nothing more, and its thread must not turn for ever in the time until it is closed. */
  @Test
  void oneThatIsOutlivedStopsAndLeavesNobodyWaiting() throws IOException {
    try (SimulatedPeers cluster = SimulatedPeers.of(3, 1, 100_000).startLed()) {
      SimulatedPeer peer = cluster.leader().orElseThrow();
      DriverProxy driver = peer.life().driver;
      CompletableFuture<Outcome<Long>> before = driver.awaitApplied(1_000_000);
      cluster.run(10);
      driver.outlived("the cluster has recorded another start");
      CompletableFuture<? extends Outcome<?>> behind = driver.confirmRead(60_000);
      cluster.run(200);

      assertThat(before).isCompleted();
      assertThat(behind).isCompleted();
      assertThat(((NotDone<?>) behind.join()).reason()).isEqualTo(Reason.STOPPING);
      assertThat(driver.confirmRead(60_000)).isCompleted();
      assertThat(peer.removals).containsExactly("the cluster has recorded another start");
    }
  }
}
