package dev.understudy.peer.leadership;

import static dev.understudy.peer.leadership.MonitorsTest.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.clusterconfig.AutopilotConfig;
import dev.understudy.clusterconfig.ClusterConfig;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/**
 * How far dead peers are removed where no standby takes their seats: the limit counts against the
 * number of seats, so that no row of passes, each of them legal, takes a cluster below it.
 */
class CleanupLimitTest {
  private static final long ALIVE_WITHIN = 2_000;
  private static final long DEAD = 5_001;

  private final MonitorsTest.View view = new MonitorsTest.View();
  private final Census census = view.census(() -> NOW);
  private final ActivityMonitor monitor =
      new ActivityMonitor(
          view,
          census,
          new SeatSwap(view, census, () -> NOW, ALIVE_WITHIN, ALIVE_WITHIN),
          1_000,
          ALIVE_WITHIN);

  /** Lets the monitor do what it wants to until it wants nothing any more. */
  private void settle() {
    for (int before = -1; before != view.removed.size(); ) {
      before = view.removed.size();
      monitor.pass(NOW);
      view.answerLast();
      view.removed.forEach(view::gone);
    }
  }

  @Test
  void aClusterIsNotShrunkStepByStepBelowAMajorityOfItsSeats() {
    view.config = new ClusterConfig(5, 5, 1);
    view.voters(5).silent(5, DEAD);
    settle();
    view.silent(4, DEAD);
    settle();
    assertThat(view.voters).as("two of five").containsExactlyInAnyOrder(1L, 2L, 3L);

    view.silent(3, DEAD);
    settle();
    assertThat(view.voters)
        .as("a majority of three is alive, but not one of five seats")
        .containsExactlyInAnyOrder(1L, 2L, 3L);
  }

  @Test
  void twoDeadOfFiveAreBothRemovedOneAfterTheOther() {
    view.config = new ClusterConfig(5, 5, 1);
    view.voters(5).silent(4, DEAD).silent(5, DEAD + 1);
    monitor.pass(NOW);
    assertThat(view.removed).containsExactly(5L);
    view.answerLast();
    view.gone(5);
    settle();
    assertThat(view.removed).containsExactly(5L, 4L);
  }

  @Test
  void minQuorumKeepsTheDead() {
    view.config = new ClusterConfig(5, 5, 1);
    view.autopilot = new AutopilotConfig(true, 200, 250, OptionalLong.empty(), 4, false);
    view.voters(5).silent(4, DEAD).silent(5, DEAD + 1);
    settle();
    assertThat(view.removed).containsExactly(5L);
    assertThat(view.plan().peers())
        .extracting(SeatPlan.Peer::reason)
        .anyMatch(reason -> reason.endsWith("with 4 voters no more than MinQuorum are left"));
  }

  @Test
  void nobodyIsRemovedOrReplacedWhileCleanupIsOff() {
    view.autopilot = new AutopilotConfig(false, 200, 250, OptionalLong.empty(), 0, false);
    view.voters(3).silent(3, DEAD);
    settle();
    assertThat(view.removed).isEmpty();
    SeatSwap swap = new SeatSwap(view, census, () -> NOW, ALIVE_WITHIN, ALIVE_WITHIN);
    assertThat(swap.deadOrSoon()).isEmpty();
    assertThat(view.plan().peers())
        .extracting(SeatPlan.Peer::reason)
        .anyMatch(reason -> reason.endsWith("the cleanup of dead servers is off"));
  }
}
