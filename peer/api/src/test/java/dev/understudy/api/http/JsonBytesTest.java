package dev.understudy.api.http;

import static dev.understudy.clusterconfig.waits.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonBytesTest {
  private static String text(JsonBytes json) {
    return StandardCharsets.UTF_8.decode(json.toBuffer()).toString();
  }

  @Test
  void whatIsSpecialToHtmlOrToScriptsIsEscapedAsGoDoes() {
    assertThat(text(new JsonBytes(0).string("<a&b>\"\\\n\r\t\b\f\u0000\u007f\u2028\u2029ü")))
        .isEqualTo(
            "\"\\u003ca\\u0026b\\u003e\\\"\\\\\\n\\r\\t\\u0008\\u000c\\u0000\u007f"
                + "\\u2028\\u2029ü\"");
  }

  @Test
  void halfACharacterBecomesTheReplacement() {
    assertThat(text(new JsonBytes(0).string("a\ud83dz\ude00"))).isEqualTo("\"a\\ufffdz\\ufffd\"");
  }

  @Test
  void anyTextComesBackFromAnyReader() {
    Random random = new Random(4711);
    for (int i = 0; i < 2_000; i++) {
      StringBuilder text = new StringBuilder();
      int count = random.nextInt(200);
      for (int j = 0; j < count; j++) {
        int codePoint =
            random.nextInt(
                switch (random.nextInt(4)) {
                  case 0 -> 0x80;
                  case 1 -> 0x800;
                  case 2 -> 0xd800;
                  default -> 0x110000;
                });
        if (codePoint < 0xd800 || codePoint > 0xdfff) {
          text.appendCodePoint(codePoint);
        }
      }
      String written = text(new JsonBytes(0).string(text.toString()));
      assertThat(JsonParser.parseString(written).getAsString()).isEqualTo(text.toString());
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 9, 10, 1234567890123L, Long.MAX_VALUE, Long.MIN_VALUE, -1})
  void numbersAreUnsignedOrSigned(long number) {
    assertThat(text(new JsonBytes(0).unsigned(number))).isEqualTo(Long.toUnsignedString(number));
    assertThat(text(new JsonBytes(0).signed(number))).isEqualTo(Long.toString(number));
  }

  @Test
  void whatIsGivenBackIsNotKept() {
    ByteBudget budget = new ByteBudget(1 << 20);
    JsonBytes text = JsonBytes.contiguous(budget, 100_000);
    WeakReference<byte[]> kept = new WeakReference<>(text.ascii("text").toBuffer().array());
    assertThat(budget.usedBytes()).isEqualTo(100_000);

    text.release();

    assertThat(budget.usedBytes()).isZero();
    await().untilAsserted(() -> assertThat(afterCollection(kept)).isNull());
    Reference.reachabilityFence(text);
  }

  private static <T> T afterCollection(WeakReference<T> reference) {
    System.gc();
    return reference.get();
  }
}
