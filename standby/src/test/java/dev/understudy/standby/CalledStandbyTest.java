package dev.understudy.standby;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.clusterconfig.ClusterConfig;
import dev.understudy.clusterconfig.ClusterResponse;
import dev.understudy.clusterconfig.SeatOffer;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What a standby does when its leader calls it, because there may be a seat for it. */
class CalledStandbyTest extends StandbyFixture {
  private static final long PAUSE = RoundSchedule.PAUSE_MILLIS;

  private void syncOnceWhileAllSeatsAreTaken() throws IOException {
    cluster.answer("http://p2", THREE_SEATS, ONE, TWO, THREE);
    startAndSettle();
    cluster.asked.clear();
  }

  private void call() {
    standby.syncNow();
    loop.settle();
  }

  @Test
  void aStandbyThatIsCalledTakesTheSeatBeforeItsIntervalIsOver() throws IOException {
    syncOnceWhileAllSeatsAreTaken();
    cluster.answer("http://p2", FIVE_SEATS, SeatOffer.OFFERED, ONE, TWO, THREE);
    cluster.giveSeat("http://p2", SEAT);
    now.addAndGet(PAUSE);
    call();
    loop.passTime(0);
    assertThat(taken).hasSize(1);
  }

  @Test
  void callsInARowCostOneSyncAndTheNextComesAfterItsIntervalAgain() throws IOException {
    syncOnceWhileAllSeatsAreTaken();
    call();
    call();
    loop.passTime(PAUSE - 1);
    assertThat(cluster.asked).as("no sooner after the one before").isEmpty();
    call();
    loop.passTime(1);
    assertThat(cluster.asked).hasSize(1);
    loop.passTime(899 - PAUSE);
    assertThat(cluster.asked).hasSize(1);
    loop.passTime(1_100);
    assertThat(cluster.asked).hasSize(2);
  }

  @Test
  void aMachineThatHasJustLostItsSeatDoesNotComeSoonerForACall() throws IOException {
    create(StandbyOptions.of(SELF, 50, List.of("http://p2")).withLostSeat(true));
    cluster.answer("http://p2", FIVE_SEATS, SeatOffer.OFFERED, ONE, TWO);
    cluster.giveSeat("http://p2", SEAT);
    startAndSettle();
    now.addAndGet(PAUSE);
    call();
    loop.passTime(999);
    assertThat(taken).isEmpty();
    loop.passTime(1);
    assertThat(taken).hasSize(1);
  }

  @Test
  void aCallDuringARoundIsFollowedByAnotherRoundAndOnlyOne() {
    ManualLoop turned = new ManualLoop();
    RoundSchedule rounds = new RoundSchedule(turned, now::get);
    AtomicInteger next = new AtomicInteger();
    rounds.begun();
    rounds.call(next::incrementAndGet);
    now.addAndGet(PAUSE);
    turned.passTime(1_000);
    assertThat(next).as("the round has not ended").hasValue(0);
    rounds.ended(next::incrementAndGet, 1_000);
    turned.passTime(0);
    assertThat(next).hasValue(1);
    rounds.begun();
    rounds.ended(next::incrementAndGet, 1_000);
    turned.passTime(999);
    assertThat(next).as("it was answered").hasValue(1);
  }

  /** Anybody can call; what a standby makes of its own rounds is not to be hurried by that. */
  @Test
  void callsOfStrangersUseUpNoRoundOfAStandbyThatFindsNoLeader() throws IOException {
    cluster.answer("http://p2", new ClusterConfig(3, 60, 5), ONE, THREE);
    startAndSettle();
    for (int i = 0; i < 50; i++) {
      call();
      pass(PAUSE);
    }
    cluster.asked.clear();
    pass(4_000);
    assertThat(cluster.asked)
        .as("it still looks for one in quick rounds")
        .filteredOn("sync http://p2"::equals)
        .hasSizeBetween(2, 4);
  }

  @Test
  void callsOfStrangersDoNotMakeAStandbyThinkThatItHasBeenAloneForLong() throws IOException {
    for (String url : List.of("http://p1", "http://p2")) {
      cluster.syncs.put(url, new ClusterResponse.Refused<>(404, Optional.empty(), url));
    }
    startAndSettle();
    for (int i = 0; i < 3; i++) {
      call();
      pass(PAUSE);
    }
    assertThat(timesAlone).as("after four rounds in 0.6 s").isZero();
    pass(5_000);
    assertThat(timesAlone).isEqualTo(1);
  }

  private void pass(long millis) {
    for (long i = 0; i < millis; i += 10) {
      loop.passTime(10);
    }
  }

  @Test
  void aCallBeforeTheStartOrAfterTheEndIsNone() throws IOException {
    standby.syncNow();
    syncOnceWhileAllSeatsAreTaken();
    standby.close();
    standby.syncNow();
    assertThat(cluster.asked).isEmpty();
  }
}
