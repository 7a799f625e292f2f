package dev.understudy.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.api.http.JsonBytes;
import dev.understudy.store.Action;
import dev.understudy.store.Event;
import dev.understudy.store.NodeView;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventJsonTest {
  private static String text(JsonBytes json) {
    return StandardCharsets.UTF_8.decode(json.toBuffer()).toString();
  }

  @ParameterizedTest
  @CsvSource({"0, 3", "2999, 1", "3000, 1", "9000, 1"})
  void aKeyThatIsShownHasAtLeastASecondLeft(long nowMillis, long ttl) {
    NodeView node = new NodeView("/a", "1", false, 1, 1, 3_000, List.of());
    Event read = new Event(Action.GET, node, null, false, Event.UNDATED);
    JsonBytes out = new JsonBytes(0);
    EventJson.append(out, read, nowMillis, 0);
    assertThat(text(out)).contains("\"ttl\":" + ttl + ",");
  }

  @ParameterizedTest
  @ValueSource(longs = {3_000, 4_500, 9_000})
  void theEndOfAKeyShowsNoTimeThatIsLeft(long atMillis) {
    NodeView was = new NodeView("/a", "1", false, 1, 1, 3_000, List.of());
    Event end = new Event(Action.EXPIRE, was, was, false, atMillis);
    JsonBytes out = new JsonBytes(0);
    EventJson.append(out, end, atMillis, 0);
    assertThat(text(out)).doesNotContain("ttl");
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
