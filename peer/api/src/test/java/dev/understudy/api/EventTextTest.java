package dev.understudy.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.api.http.JsonBytes;
import dev.understudy.store.Action;
import dev.understudy.store.Event;
import dev.understudy.store.NodeView;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EventTextTest {
  private static final String[] PIECES = {"a", "<", "\u00fc", "\u20ac", "\ud83d\ude00", "\ud83d"};

  private final InMemoryBackend backend = new InMemoryBackend(ClientLimits.DEFAULT);
  private final EventText text = new EventText(backend);
  private final Random random = new Random(11);

  @Test
  void slicesMakeTheTextThatIsWrittenAtOnce() {
    for (int i = 0; i < 300; i++) {
      Event event = event();
      JsonBytes whole = new JsonBytes(0);
      EventJson.append(whole, event, 0, 0);
      assertThat(inSlices(event).equals(text(whole))).isTrue();
    }
  }

  private String inSlices(Event event) {
    StringBuilder all = new StringBuilder();
    boolean done = false;
    while (!done) {
      JsonBytes slice = new JsonBytes(EventText.expectedLength(event));
      done = text.writeTo(slice, event);
      assertThat(text.isBegun()).isEqualTo(!done);
      assertThat(slice.length()).isBetween(1L, EventText.SLICE_BYTES + 20_000L);
      all.append(text(slice));
    }
    return all.toString();
  }

  private Event event() {
    NodeView was = random.nextBoolean() ? null : node();
    return new Event(Action.SET, node(), was, false, 1_000 + random.nextInt(1_000));
  }

  private NodeView node() {
    if (random.nextInt(4) == 0) {
      return new NodeView("/d", null, true, 3, 2, Long.MAX_VALUE, List.of());
    }
    StringBuilder value = new StringBuilder();
    int count = random.nextInt(3) == 0 ? random.nextInt(90_000) : random.nextInt(5);
    for (int i = 0; i < count; i++) {
      value.append(PIECES[random.nextInt(PIECES.length)]);
    }
    long expiration = random.nextBoolean() ? Long.MAX_VALUE : 5_000;
    return new NodeView("/k", value.toString(), false, 3, 2, expiration, List.of());
  }

  private static String text(JsonBytes json) {
    return StandardCharsets.UTF_8.decode(json.toBuffer()).toString();
  }
}
