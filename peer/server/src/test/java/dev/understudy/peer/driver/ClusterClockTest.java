package dev.understudy.peer.driver;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClusterClockTest {
  private static final long TODAY = Instant.parse("2026-01-01T00:00:00Z").toEpochMilli();

  private long monotonicMillis = 5;
  private long wallMillis = TODAY;
  private final ClusterClock clock = new ClusterClock(() -> monotonicMillis, () -> wallMillis);

  @Test
  void theFirstLeaderBeginsWithItsWallClockAndGoesOnByTheMonotonicOne() {
    assertThat(clock.stamp()).isEqualTo(TODAY);
    monotonicMillis += 100;
    wallMillis += 1_000_000;
    assertThat(clock.nowMillis()).isEqualTo(TODAY + 100);
  }

  /** There is time to go on from there, forwards, and all of it can be shown. */
  @ParameterizedTest
  @ValueSource(longs = {Long.MIN_VALUE, -1, 0, 10_413_792_000_000L, Long.MAX_VALUE})
  void aWallClockThatCannotBeRightIsNoBeginning(long shown) {
    wallMillis = shown;
    assertThat(clock.stamp()).isBetween(1L, Instant.parse("2200-01-01T00:00:00Z").toEpochMilli());
  }

  @Test
  void whatIsFarAheadOfTheLogIsGivenUp() {
    clock.observe(Instant.parse("2100-01-01T00:00:00Z").toEpochMilli());
    clock.observe(TODAY);
    assertThat(clock.nowMillis()).isEqualTo(TODAY);
    clock.observe(TODAY - 1_000);
    assertThat(clock.nowMillis()).as("never back by a little").isEqualTo(TODAY);
  }
}
