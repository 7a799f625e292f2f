package dev.understudy.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class BackOffTest {
  private final BackOff backOff = new BackOff(100, 2_000, new SplittableRandom(1));

  @Test
  void theFirstRetryIsImmediateAndPausesThenDoubleUpToTheMaximum() {
    assertThat(backOff.nextMillis()).isZero();
    for (long full : new long[] {100, 200, 400, 800, 1_600, 2_000, 2_000}) {
      assertThat(backOff.nextMillis()).isBetween(full / 2, full);
    }
  }

  @Test
  void theMaximumHoldsHoweverOftenItFails() {
    for (int i = 0; i < 10_000; i++) {
      assertThat(backOff.nextMillis()).isBetween(0L, 2_000L);
    }
  }

  @Test
  void afterASuccessItBeginsAgain() {
    backOff.nextMillis();
    backOff.nextMillis();
    backOff.reset();
    assertThat(backOff.nextMillis()).isZero();
  }
}
