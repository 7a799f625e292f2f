package dev.understudy.standby;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.clusterconfig.SeatOffer;
import java.io.IOException;
import java.util.List;
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

  @Test
  void aCallBeforeTheStartOrAfterTheEndIsNone() throws IOException {
    standby.syncNow();
    syncOnceWhileAllSeatsAreTaken();
    standby.close();
    standby.syncNow();
    assertThat(cluster.asked).isEmpty();
  }
}
