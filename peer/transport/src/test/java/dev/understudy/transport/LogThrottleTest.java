package dev.understudy.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LogThrottleTest {
  private static final long NANOS_PER_MILLI = 1_000_000;

  private long nowMillis = Long.MAX_VALUE / NANOS_PER_MILLI - 10_000;
  private final LogThrottle log = new LogThrottle(() -> nowMillis * NANOS_PER_MILLI);

  @Test
  void theFirstMissIsToldThenAtDoublingIntervalsThenEveryTwentyFiveSeconds() {
    long begin = nowMillis;
    List<Long> toldAtMillis = new ArrayList<>();
    for (int i = 0; i <= 600; i++) {
      if (log.missed().isPresent()) {
        toldAtMillis.add(nowMillis - begin);
      }
      nowMillis += 100;
    }
    assertThat(toldAtMillis).containsExactly(0L, 2_000L, 6_000L, 14_000L, 39_000L);
  }

  @Test
  void halfAnHourOfSilenceTakesNoMoreThanAHundredLines() {
    int lines = 0;
    for (int i = 0; i < 18_000; i++) {
      lines += log.missed().isPresent() ? 1 : 0;
      nowMillis += 100;
    }
    assertThat(lines).isEqualTo(75);
  }

  @Test
  void everyLineCountsTheMissesSinceTheLastOne() {
    assertThat(log.missed()).contains(new LogThrottle.Notice(1, 0));
    for (int i = 0; i < 19; i++) {
      nowMillis += 100;
      assertThat(log.missed()).isEmpty();
    }
    nowMillis += 100;
    assertThat(log.missed()).contains(new LogThrottle.Notice(20, 2_000));
  }

  @Test
  void whoIsBackIsToldOnceAndTheNextSilenceBeginsAnew() {
    log.missed();
    nowMillis += 500;
    log.missed();
    assertThat(log.heard()).contains(new LogThrottle.Notice(1, 500));
    assertThat(log.heard()).isEqualTo(Optional.empty());
    assertThat(log.missed()).contains(new LogThrottle.Notice(1, 0));
  }

  @Test
  void halfAnHourIsSeventyFiveNoticesAndTenWhereTheyGetRarer() {
    LogThrottle rarer = LogThrottle.everRarer(() -> nowMillis * NANOS_PER_MILLI);
    int notices = 0;
    int rare = 0;
    for (int i = 0; i < 18_000; i++) {
      notices += log.missed().isPresent() ? 1 : 0;
      rare += rarer.missed().isPresent() ? 1 : 0;
      nowMillis += 100;
    }
    assertThat(notices).isEqualTo(75);
    assertThat(rare).isEqualTo(10);
  }
}
