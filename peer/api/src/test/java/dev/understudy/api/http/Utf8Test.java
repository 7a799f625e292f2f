package dev.understudy.api.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class Utf8Test {
  @ParameterizedTest
  @ValueSource(strings = {"", "plain", "日", "\uD83C\uDFBC", "\uFFFD", "a\uFFFDb", "\u0000"})
  void textComesBackAsItWas(String text) {
    assertThat(Utf8.decode(text.getBytes(StandardCharsets.UTF_8))).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({
    "ff",
    "fe",
    "80",
    "6180",
    "c0af",
    "e080af",
    "eda080",
    "edb080",
    "e4bd",
    "f5808080",
    "f48fbf",
    "efbfbdff",
  })
  void otherBytesAreNoText(String hex) {
    assertThat(Utf8.decode(HexFormat.of().parseHex(hex))).isNull();
  }

  @Test
  void aPartIsReadByItself() {
    byte[] bytes = HexFormat.of().parseHex("ffe697a5ff");
    assertThat(Utf8.decode(bytes, 1, 3)).isEqualTo("日");
    assertThat(Utf8.decode(bytes, 1, 2)).isNull();
  }
}
