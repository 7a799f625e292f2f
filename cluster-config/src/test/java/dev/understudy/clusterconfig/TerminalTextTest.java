package dev.understudy.clusterconfig;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TerminalTextTest {
  @Test
  void whatIsSeenAsItselfStays() {
    String text = "a key/ä/你/\uD83D\uDE00 \"x\" \\ 100 %";
    assertThat(TerminalText.of(text)).isSameAs(text);
    assertThat(TerminalText.of("")).isEmpty();
  }

  /** C0, C1, what turns the direction, what is not seen, and what ends a line. */
  @ParameterizedTest
  @ValueSource(
      ints = {
        0, 7, '\n', '\r', '\t', 0x1b, 0x7f, 0x80, 0x85, 0x9b, 0x9d, 0xad, 0x61c, 0x200b, 0x200e,
        0x200f, 0x2028, 0x2029, 0x202a, 0x202e, 0x2066, 0x2069, 0xfeff, 0xd800, 0xdfff, 0xe000,
        0xffff, 0xe0001, 0xe007f
      })
  void whatWouldNotIsNamed(int codePoint) {
    String text = "ä" + new String(Character.toChars(codePoint)) + "31m";
    assertThat(TerminalText.of(text)).isEqualTo("ä{U+%04X}31m".formatted(codePoint));
  }
}
