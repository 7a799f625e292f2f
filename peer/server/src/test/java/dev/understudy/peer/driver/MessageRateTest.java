package dev.understudy.peer.driver;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class MessageRateTest {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private final MessageRate rate = new MessageRate();

  @Test
  void nothingAndOneMessageHaveNoRate() {
    assertThat(rate.messages(0)).isZero();
    rate.add(0, 10);
    assertThat(rate.messages(0)).isZero();
    assertThat(rate.bytes(0)).isZero();
  }

  @Test
  void theRateIsThatOfTheTimeFromTheFirstToTheLast() {
    for (int i = 0; i <= 4; i++) {
      rate.add(i * SECOND / 2, 100);
    }
    assertThat(rate.messages(2 * SECOND)).isEqualTo(2.5);
    assertThat(rate.bytes(2 * SECOND)).isEqualTo(250);
  }

  @Test
  void afterASecondOfSilenceThereIsNone() {
    rate.add(0, 100);
    rate.add(SECOND, 100);
    assertThat(rate.messages(2 * SECOND)).isEqualTo(2);
    assertThat(rate.messages(2 * SECOND + 1)).isZero();
    assertThat(rate.bytes(2 * SECOND + 1)).isZero();
  }

  @Test
  void onlyTheLastTwoHundredCount() {
    rate.add(0, 1_000_000);
    for (int i = 0; i < 200; i++) {
      rate.add(10 * SECOND + i * SECOND / 100, 1);
    }
    assertThat(rate.messages(12 * SECOND)).isBetween(100.0, 101.0);
    assertThat(rate.bytes(12 * SECOND)).isBetween(100.0, 101.0);
  }
}
