package dev.understudy.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.api.http.JsonBytes;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventJsonTest {
  private static String text(JsonBytes json) {
    return StandardCharsets.UTF_8.decode(json.toBuffer()).toString();
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 10, 100, 1_000, 1_763_721_600_120L, 4_102_444_799_999L, -1})
  void timesAreThoseOfRfc3339WithoutZerosAtTheEnd(long millis) {
    JsonBytes out = new JsonBytes(0);
    EventJson.time(out, millis);
    assertThat(Instant.parse(text(out)).toEpochMilli()).isEqualTo(millis);
    assertThat(text(out)).doesNotContainPattern("\\.\\d*0Z").hasSizeLessThan(25);
    assertThat(text(out).substring(0, 19))
        .isEqualTo(
            DateTimeFormatter.ISO_INSTANT.format(Instant.ofEpochMilli(millis)).substring(0, 19));
  }
}
