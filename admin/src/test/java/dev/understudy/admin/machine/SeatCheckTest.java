package dev.understudy.admin.machine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SeatCheckTest {
  private long now = 1_000;
  private boolean inTouch;
  private long patience = 500;
  private final SeatCheck check = new SeatCheck(() -> inTouch, () -> patience, () -> now);

  @Test
  void isDueOnlyAfterItsPatienceOutOfTouch() {
    now += 499;
    assertThat(check.pollDue()).isFalse();
    now += 1;
    assertThat(check.pollDue()).isTrue();
  }

  @Test
  void beginsAnewAfterEachTimeItWasDue() {
    now += 500;
    assertThat(check.pollDue()).isTrue();
    now += 499;
    assertThat(check.pollDue()).isFalse();
    now += 1;
    assertThat(check.pollDue()).isTrue();
  }

  @Test
  void aWordMeanwhileBeginsThePatienceAnew() {
    now += 400;
    inTouch = true;
    assertThat(check.pollDue()).isFalse();
    inTouch = false;
    now += 499;
    assertThat(check.pollDue()).isFalse();
    now += 1;
    assertThat(check.pollDue()).isTrue();
  }

  @Test
  void thePatienceIsThatOfTheMomentWhenItIsAsked() {
    patience = 100;
    now += 100;
    assertThat(check.pollDue()).isTrue();
    patience = 500;
    now += 100;
    assertThat(check.pollDue()).isFalse();
  }
}
