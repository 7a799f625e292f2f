package dev.understudy.peer.leadership;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.clusterconfig.AutopilotConfig;
import dev.understudy.clusterconfig.ErrorCode;
import dev.understudy.clusterconfig.Lineage;
import dev.understudy.clusterconfig.ServerDetails;
import dev.understudy.clusterconfig.Servers;
import dev.understudy.peer.leadership.MonitorsTest.View;
import dev.understudy.statemachine.SeatResult;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** When a learner with a seat gets its vote, or loses the seat. Member 1 leads; time is virtual. */
class LearnerPromotionTest {
  private static final long NOW = MonitorsTest.NOW;
  private static final long ALIVE_WITHIN = 2_000;

  private final View view = new View();
  private long nowMillis = NOW;
  private final Census census = view.census(() -> nowMillis);
  private final SeatSwap swap =
      new SeatSwap(view, census, () -> nowMillis, ALIVE_WITHIN, ALIVE_WITHIN);
  private final LearnerPromotion promotion =
      new LearnerPromotion(view, census, swap, 100, ALIVE_WITHIN);

  @Test
  void aLearnerThatHasCaughtUpIsPromoted() {
    view.voters(2).learner(3, 100);
    promotion.pass(NOW);
    assertThat(view.promoted).containsExactly(3L);
  }

  @Test
  void ofTwoThatHaveCaughtUpTheSecondIsPromotedAsSoonAsTheFirstIs() {
    view.voters(2).learner(3, 100).learner(4, 100);
    int[] woken = {0};
    promotion.wakeBy(() -> woken[0]++);
    promotion.pass(NOW);
    assertThat(view.promoted).hasSize(1);
    assertThat(promotion.isHurried()).as("while it is not done").isFalse();
    view.answerLast();
    assertThat(woken).containsExactly(1);
    assertThat(promotion.isHurried()).isTrue();
    view.learners.remove(3L);
    view.voters.add(3L);
    promotion.pass(NOW + 1);
    assertThat(view.promoted).containsExactly(3L, 4L);
  }

  /** Else it would be asked for again and again, as fast as it is refused. */
  @Test
  void whatWasRefusedIsAskedForAgainAfterAnInterval() {
    view.voters(2).learner(3, 100);
    view.refusal = Optional.of(new SeatResult.Refused(ErrorCode.SEAT_NEEDED, "no majority"));
    promotion.pass(NOW);
    view.answerLast();
    assertThat(promotion.isHurried()).isFalse();
    promotion.pass(NOW + 50);
    assertThat(view.promoted).containsExactly(3L, 3L);
  }

  @Test
  void aLearnerThatLagsIsNotPromoted() {
    view.commit = 5_000;
    view.voters(2).learner(3, 100);
    promotion.pass(NOW);
    assertThat(view.promoted).isEmpty();
  }

  /** It leads until the joint configuration is left that takes its vote. */
  @Test
  void aLearnerIsMeasuredByALeaderThatHasLostItsSeat() {
    view.commit = 5_000;
    view.voters(2).leaving(1).learner(3, 100);
    promotion.pass(NOW);
    assertThat(view.promoted).isEmpty();
    view.match(3, 4_500);
    promotion.pass(NOW);
    assertThat(view.promoted).containsExactly(3L);
  }

  @Test
  void whereNobodyIsKnownToLeadNobodyHasCaughtUp() {
    view.voters(2).learner(3, 100);
    Servers servers = census.members(NOW);
    ServerDetails learner = servers.byMember(3).orElseThrow();
    assertThat(LearnerPromotion.caughtUp(learner, servers)).isTrue();
    assertThat(LearnerPromotion.caughtUp(learner, new Servers(List.of(learner)))).isFalse();
  }

  /** Of two voters both are needed from then on. */
  @Test
  void aLearnerThatHasCaughtUpAndIsSilentIsNotPromoted() {
    view.voters(1).learner(3, 100).silent(3, ALIVE_WITHIN + 1);
    promotion.pass(NOW);
    assertThat(view.promoted).isEmpty();
    view.silent(3, ALIVE_WITHIN);
    promotion.pass(NOW);
    assertThat(view.promoted).containsExactly(3L);
  }

  @Test
  void aLearnerWithASeatThatDoesNotCatchUpInTimeIsLetGo() {
    long allowed = SeatSwap.catchUpMillis(view.config);
    view.commit = 5_000;
    view.voters(2).learner(3, 100);
    promotion.start(2, NOW);
    promotion.pass(NOW);
    promotion.pass(NOW + allowed);
    assertThat(view.removed).as("in time").isEmpty();

    promotion.start(3, NOW + allowed);
    promotion.pass(NOW + allowed + 1);
    assertThat(view.removed).as("another leader gives it as long").isEmpty();

    view.match(3, 4_500).heard(3, NOW + 3 * allowed);
    promotion.pass(NOW + 3 * allowed);
    assertThat(view.promoted).as("caught up at last").containsExactly(3L);
    assertThat(view.removed).isEmpty();
    view.answerLast();

    view.match(3, 100);
    promotion.pass(NOW + 4 * allowed);
    promotion.pass(NOW + 5 * allowed + 1);
    assertThat(view.removed).containsExactly(3L);
  }

  @Test
  void aLearnerThatWasLetGoForLaggingIsOfferedNoSeatForAPauseThatDoublesEachTime() {
    long allowed = SeatSwap.catchUpMillis(view.config);
    view.commit = 5_000;
    view.voters(2);
    for (long pause : new long[] {allowed, 2 * allowed, 4 * allowed}) {
      lagAndBeLetGo(allowed);
      assertThat(swap.copyPauseMillis("m3")).isEqualTo(pause);
      nowMillis += pause - 1;
      assertThat(swap.copyPauseMillis("m3")).isEqualTo(1);
      nowMillis++;
      assertThat(swap.copyPauseMillis("m3")).as("it may try again").isZero();
    }
    view.learner(3, 4_900).heard(3, nowMillis);
    promotion.pass(nowMillis);
    assertThat(view.promoted).containsExactly(3L);
    view.answerLast();
    lagAndBeLetGo(allowed);
    assertThat(swap.copyPauseMillis("m3")).as("it had caught up meanwhile").isEqualTo(allowed);
  }

  private void lagAndBeLetGo(long allowed) {
    view.learner(3, 100).heard(3, nowMillis);
    promotion.pass(nowMillis);
    nowMillis += allowed + 1;
    view.heard(3, nowMillis);
    promotion.pass(nowMillis);
    assertThat(view.removed).containsExactly(3L);
    view.removed.clear();
    view.answerLast();
    view.gone(3);
    promotion.pass(nowMillis);
  }

  /** Dead is who was silent for the remove delay; one that is there and lags is none of those. */
  @Test
  void aSilentLearnerKeepsItsSeatWhereDeadServersAreNotCleanedUpAndOneThatLagsDoesNot() {
    long late = NOW + SeatSwap.catchUpMillis(view.config) + 1;
    view.autopilot = new AutopilotConfig(false, 200, 250, OptionalLong.empty(), 0, false);
    view.commit = 5_000;
    view.voters(2).learner(3, 100);
    promotion.pass(NOW);
    promotion.pass(late);
    assertThat(view.removed).as("silent").isEmpty();
    view.heard(3, late);
    promotion.pass(late);
    assertThat(view.removed).as("it lags").containsExactly(3L);
  }

  @Test
  void aLearnerOfWhichNothingIsKnownIsNotPromotedThoughTheLogIsShort() {
    view.voters(2).learner(3, 0);
    promotion.pass(NOW);
    assertThat(view.promoted).isEmpty();
  }

  @Test
  void aLearnerGetsItsVoteOnlyOnceItsStartIsRecorded() {
    view.voters(2).learner(3, view.commit);
    view.processes.put(3L, Lineage.first(0xa));
    promotion.pass(NOW);
    assertThat(view.promoted).isEmpty();
    view.processes.put(3L, Lineage.UNSTATED);
    promotion.pass(NOW);
    assertThat(view.promoted).containsExactly(3L);
  }
}
