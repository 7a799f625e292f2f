package dev.understudy.clusterconfig;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalLong;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GoDurationTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0s, 0",
    "200ms, 200ms, 200",
    "10s, 10s, 10000",
    "1.5s, 1.5s, 1500",
    "90s, 1m30s, 90000",
    "1h, 1h0m0s, 3600000",
    "1h5m0.25s, 1h5m0.25s, 3900250",
    "1us, 1ms, 1",
  })
  void aDurationIsReadAndWrittenAsGoDoes(String text, String written, long millis) {
    assertThat(GoDuration.parseMillis(text)).isEqualTo(OptionalLong.of(millis));
    assertThat(GoDuration.ofMillis(millis)).isEqualTo(written);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "10", "-1s", "1d", "s", "1 s", "1s ", "9999999999h", "1e3s"})
  void whatIsNoDurationIsNone(String text) {
    assertThat(GoDuration.parseMillis(text)).isEmpty();
  }
}
