package dev.understudy.api.http;

import java.nio.charset.StandardCharsets;

/** Percent escapes in bytes, and how a broken one is shown to the client. */
public final class Escapes {
  private Escapes() {}

  /** The value of the two hex digits from {@code at}; -1 when there are no two before the end. */
  public static int hexPair(byte[] bytes, int at, int end) {
    if (at + 2 > end) {
      return -1;
    }
    int high = Character.digit((char) (bytes[at] & 0xff), 16);
    int low = Character.digit((char) (bytes[at + 1] & 0xff), 16);
    return high < 0 || low < 0 ? -1 : high << 4 | low;
  }

  /** The broken escape at this place in double quotes, at most three bytes of it. */
  public static String quoteBroken(byte[] bytes, int at, int end) {
    StringBuilder out = new StringBuilder("\"");
    String text = new String(bytes, at, Math.min(3, end - at), StandardCharsets.UTF_8);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"', '\\' -> out.append('\\').append(c);
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        default -> {
          if (c < ' ' || c == 0x7f) {
            out.append(String.format("\\x%02x", (int) c));
          } else {
            out.append(c);
          }
        }
      }
    }
    return out.append('"').toString();
  }
}
