package dev.understudy.api.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BlockingTimeTest {
  @ParameterizedTest
  @CsvSource({
    "index=7&wait=16s, 17000",
    "recurse&wait=160ms&index=7, 170",
    "index=7, 318750",
    "index=7&wait=0s, 318750",
    "index=7&wait=1h, 637500",
    "wait=16s, 0",
    "index=0&wait=16s, 0",
    "index=&wait=16s, 0",
    "index=10&wait=16s, 17000",
    "reindex=7&wait=16s, 0",
    "recurse, 0"
  })
  void aQueryMayWaitForItsTimeAndTheJitter(String query, long millis) {
    assertThat(BlockingTime.atMostMillis(query)).isEqualTo(millis);
  }
}
