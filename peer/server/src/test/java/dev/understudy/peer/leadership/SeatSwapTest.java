package dev.understudy.peer.leadership;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.clusterconfig.ClusterConfig;
import dev.understudy.clusterconfig.MachineRecord;
import dev.understudy.clusterconfig.SchedulerConfig.SchedulerClass;
import dev.understudy.peer.leadership.MonitorsTest.View;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What becomes of a dead peer's seat where a standby is known. Member 1 leads; time is virtual. */
class SeatSwapTest {
  private static final long NOW = MonitorsTest.NOW;
  private static final long ALIVE_WITHIN = 2_000;
  private static final long REMOVE_DELAY = 5_000;
  private static final long UNDERSTUDY = 7;

  private final View view = new View();
  private long nowMillis = NOW;
  private boolean standbyKnown = true;
  private static final long COUNTED_ON_WITHIN = ALIVE_WITHIN / 2;

  private final Census census = view.census(() -> nowMillis);
  private final SeatSwap swap =
      new SeatSwap(view, census, () -> nowMillis, ALIVE_WITHIN, COUNTED_ON_WITHIN);
  private final ActivityMonitor activity =
      new ActivityMonitor(view, census, swap, 100, ALIVE_WITHIN);

  SeatSwapTest() {
    swap.standbyKnown(() -> standbyKnown);
    view.voters(3);
  }

  @Test
  void aDeadPeerKeepsItsSeatUntilTheStandbyThatIsKnownHasComeAndCaughtUp() {
    view.silent(3, REMOVE_DELAY + 1);
    assertThat(swap.isWanted("s")).isTrue();
    activity.pass(NOW);
    assertThat(view.removed).as("the standby is asked at its next sync").isEmpty();

    bringIn(50);
    view.commit = 5_000;
    activity.pass(NOW);
    assertThat(view.swapped).as("it lags").isEmpty();
    assertThat(reason("m3")).endsWith("s takes it once it has caught up");

    view.seatless(UNDERSTUDY, 4_900, NOW);
    activity.pass(NOW);
    assertThat(view.swapped).containsExactly("s as 7 for 3");
    assertThat(view.removed).isEmpty();
  }

  /**
   * The swap may be committed with the help of the peer that leaves, and must not be stuck then.
   */
  @Test
  void aSwapCountsOnNoVoteThatWasNotHeardJustNow() {
    view.silent(3, REMOVE_DELAY + 1);
    bringIn(100);
    view.silent(2, COUNTED_ON_WITHIN + 1);
    activity.pass(NOW);
    assertThat(view.swapped).isEmpty();
    assertThat(view.removed).as("it may be heard again").isEmpty();
    view.silent(2, COUNTED_ON_WITHIN);
    activity.pass(NOW);
    assertThat(view.swapped).hasSize(1);
  }

  /** The incoming half needs it at once. */
  @Test
  void aSwapWaitsForAnUnderstudyThatWasNotHeardJustNow() {
    view.silent(3, REMOVE_DELAY + 1);
    bringIn(100);
    view.silent(UNDERSTUDY, COUNTED_ON_WITHIN + 1);
    activity.pass(NOW);
    assertThat(view.swapped).isEmpty();
    view.silent(UNDERSTUDY, COUNTED_ON_WITHIN);
    activity.pass(NOW);
    assertThat(view.swapped).hasSize(1);
  }

  /** With its vote and the leader's it could be committed, but not brought to its end. */
  @Test
  void aLivingPeerKeepsItsSeatWhileAnotherVoterIsNotHeard() {
    Preemption decided = new Preemption("s", SchedulerClass.SYSTEM, "m3", 3, false);
    swap.preemption(() -> Optional.of(decided));
    bringIn(100);
    view.silent(2, COUNTED_ON_WITHIN + 1);
    activity.pass(NOW);
    assertThat(view.swapped).isEmpty();
    assertThat(view.removed).isEmpty();
    view.silent(2, COUNTED_ON_WITHIN);
    activity.pass(NOW);
    assertThat(view.swapped).containsExactly("s as 7 for 3");
  }

  @Test
  void anUnderstudyThatWasTakenOutByAnotherHasNotFailed() {
    view.silent(3, REMOVE_DELAY + 1);
    bringIn(1);
    view.commit = 1_000_000;
    activity.pass(NOW);
    view.gone(UNDERSTUDY);
    nowMillis = NOW + 10_001;
    view.heard(1, nowMillis).heard(2, nowMillis);
    activity.pass(nowMillis);
    assertThat(view.removed).isEmpty();
    assertThat(swap.understudy()).isEmpty();
    assertThat(swap.isWanted("s")).isTrue();
  }

  /** A replica has the same id each time; it is a learner only once its coming is committed. */
  @Test
  void anUnderstudyThatComesAgainUnderTheSameIdIsStillOnItsWay() {
    view.silent(3, REMOVE_DELAY + 1);
    bringIn(1);
    view.commit = 1_000_000;
    activity.pass(NOW);
    view.gone(UNDERSTUDY);
    nowMillis = NOW + 1_000;
    activity.pass(nowMillis);
    assertThat(swap.understudy()).as("it was taken out").isEmpty();

    assertThat(swap.begin(Optional.empty(), machine("s"), UNDERSTUDY)).isTrue();
    activity.pass(nowMillis);

    assertThat(swap.understudy()).isPresent();
    assertThat(view.removed).isEmpty();
  }

  @Test
  void nobodyIsWantedLongBeforeTheRemoveDelayIsOverOrWithoutALiveMajority() {
    view.silent(3, REMOVE_DELAY - 2_000);
    assertThat(swap.isWanted("s")).as("too early").isFalse();
    view.silent(3, REMOVE_DELAY - 1_000);
    assertThat(swap.isWanted("s")).as("within a sync").isTrue();
    view.silent(2, REMOVE_DELAY);
    assertThat(swap.isWanted("s")).as("no majority could bring it in").isFalse();
  }

  @Test
  void nobodyIsWantedWhileASeatIsOpenWhichAStandbyTakesFirst() {
    view.config = new ClusterConfig(4, REMOVE_DELAY / 1_000.0, 1);
    view.silent(3, REMOVE_DELAY + 1);
    assertThat(swap.isWanted("s")).isFalse();
    activity.pass(NOW);
    assertThat(view.removed).as("2 voters are alive, 3 are needed").isEmpty();
  }

  @Test
  void onlyOneStandbyIsBroughtInAtATime() {
    view.silent(3, REMOVE_DELAY + 1);
    assertThat(swap.begin(Optional.empty(), machine("s"), UNDERSTUDY)).isTrue();
    assertThat(swap.begin(Optional.empty(), machine("t"), 8)).isFalse();
    assertThat(swap.isWanted("t")).isFalse();
    assertThat(swap.isWanted("s")).as("its answer may have been lost").isTrue();
    swap.notBegun(UNDERSTUDY);
    assertThat(swap.isWanted("t")).isTrue();
  }

  @Test
  void withoutAnyStandbyTheDeadPeerLosesItsSeatAtOnce() {
    standbyKnown = false;
    view.silent(3, REMOVE_DELAY + 1);
    activity.pass(NOW);
    assertThat(view.removed).containsExactly(3L);
  }

  @Test
  void aStandbyThatDoesNotComeIsWaitedForAFewSyncsOnly() {
    view.silent(3, REMOVE_DELAY + 3_000);
    activity.pass(NOW);
    assertThat(view.removed).isEmpty();
    view.silent(3, REMOVE_DELAY + 3_001);
    activity.pass(NOW);
    assertThat(view.removed).containsExactly(3L);
  }

  @Test
  void anUnderstudyThatCannotCatchUpInTimeIsLetGoAndNotAskedAgainForAWhile() {
    view.silent(3, REMOVE_DELAY + 1);
    bringIn(1);
    view.commit = 1_000_000;
    nowMillis = NOW + 60_001;
    view.seatless(UNDERSTUDY, 2, nowMillis);
    activity.pass(nowMillis);
    assertThat(view.removed).containsExactly(UNDERSTUDY);
    assertThat(swap.understudy()).isEmpty();
    view.heard(1, nowMillis).heard(2, nowMillis);
    assertThat(swap.isWanted("s")).isFalse();
    assertThat(swap.isWanted("t")).as("another may try").isTrue();
    nowMillis += 60_001;
    view.heard(1, nowMillis).heard(2, nowMillis);
    assertThat(swap.isWanted("s")).isTrue();

    view.answerLast();
    bringIn(1);
    nowMillis += 60_001;
    view.heard(1, nowMillis).heard(2, nowMillis).seatless(UNDERSTUDY, 2, nowMillis);
    activity.pass(nowMillis);
    assertThat(swap.copyPauseMillis("s")).as("the second time").isEqualTo(120_000);
  }

  @Test
  void anUnderstudyThatFallsSilentOrNeverComesIsLetGo() {
    view.silent(3, REMOVE_DELAY + 1);
    bringIn(50);
    view.seatless(UNDERSTUDY, 50, NOW - REMOVE_DELAY - 1);
    activity.pass(NOW);
    assertThat(view.removed).as("silent").containsExactly(UNDERSTUDY);

    view.answerLast();
    view.removed.clear();
    view.peers.remove(UNDERSTUDY);
    assertThat(swap.begin(Optional.empty(), machine("t"), UNDERSTUDY)).isTrue();
    nowMillis = NOW + 10_001;
    activity.pass(nowMillis);
    assertThat(view.removed).as("never came").containsExactly(UNDERSTUDY);
  }

  @Test
  void anUnderstudyIsLetGoWhenThePeerIsBackAndThenNobodyComesEarlyForAWhile() {
    view.silent(3, REMOVE_DELAY - 500);
    bringIn(100);
    activity.pass(NOW);
    assertThat(view.removed).as("it may still be needed").isEmpty();
    assertThat(view.swapped).as("its delay is not over").isEmpty();
    view.silent(3, 0);
    activity.pass(NOW);
    assertThat(view.removed).containsExactly(UNDERSTUDY);

    view.silent(3, REMOVE_DELAY - 500);
    assertThat(swap.isWanted("s")).isFalse();
    view.silent(3, REMOVE_DELAY + 1);
    assertThat(swap.isWanted("s")).as("dead is dead").isTrue();
  }

  @Test
  void anUnderstudyTakesASeatThatHasBecomeOpenMeanwhile() {
    view.silent(3, REMOVE_DELAY - 500);
    bringIn(100);
    view.silent(3, 0);
    view.config = new ClusterConfig(4, REMOVE_DELAY / 1_000.0, 1);
    activity.pass(NOW);
    assertThat(view.swapped).containsExactly("s as 7 for nobody");
  }

  @Test
  void aLearnerWithoutASeatThatThisLeaderHasNotBroughtInIsLetGo() {
    view.seatless(9, 100, NOW);
    activity.pass(NOW);
    assertThat(view.removed).containsExactly(9L);
  }

  @Test
  void aNewTermKnowsNothingOfTheUnderstudyOfAnEarlierOne() {
    view.silent(3, REMOVE_DELAY + 1);
    bringIn(100);
    activity.start(3, NOW);
    assertThat(swap.understudy()).isEmpty();
    activity.pass(NOW);
    assertThat(view.removed).containsExactly(UNDERSTUDY);
  }

  private void bringIn(long match) {
    assertThat(swap.begin(Optional.empty(), machine("s"), UNDERSTUDY)).isTrue();
    view.seatless(UNDERSTUDY, match, NOW);
  }

  private String reason(String name) {
    return view.plan().with(swap, NOW).peers().stream()
        .filter(peer -> peer.server().name().equals(name))
        .map(SeatPlan.Peer::reason)
        .findFirst()
        .orElseThrow();
  }

  private static MachineRecord machine(String name) {
    return new MachineRecord(name, "http://" + name, "");
  }
}
