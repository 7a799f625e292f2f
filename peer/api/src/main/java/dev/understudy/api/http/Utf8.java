package dev.understudy.api.http;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Bytes of clients as text. What is not UTF-8 (overlong forms and surrogates are not) has no text:
 * Java would put one sign, U+FFFD, in the place of each, and so make two keys or two names one.
 */
public final class Utf8 {
  private static final char REPLACEMENT = '\uFFFD';

  private Utf8() {}

  /** The text; null when the bytes are not UTF-8. */
  public static String decode(byte[] bytes) {
    return decode(bytes, 0, bytes.length);
  }

  /** The text of some of the bytes; null when they are not UTF-8. */
  public static String decode(byte[] bytes, int from, int length) {
    String text = new String(bytes, from, length, StandardCharsets.UTF_8);
    return text.indexOf(REPLACEMENT) < 0 || isFaithful(text, bytes, from, length) ? text : null;
  }

  /** Whether the signs U+FFFD in a text were sent as such. */
  private static boolean isFaithful(String text, byte[] bytes, int from, int length) {
    byte[] again = text.getBytes(StandardCharsets.UTF_8);
    return Arrays.equals(again, 0, again.length, bytes, from, from + length);
  }

  /**
   * Whether a text that somebody else has decoded leniently may have lost bytes. A true U+FFFD
   * counts as lost too: in the target of a request it can be sent escaped.
   */
  public static boolean mayHaveLost(String text) {
    return text.indexOf(REPLACEMENT) >= 0;
  }
}
