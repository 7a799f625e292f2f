package dev.understudy.api.http;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * JSON, written straight into the bytes that are sent. Strings get the escapes that Go's encoder
 * gives them ({@code <}, {@code >} and {@code &} among them), so that answers are equal byte for
 * byte.
 *
 * <p>Not thread-safe; made for one answer and left to the garbage collector, since what is sent may
 * be read until the client has taken it.
 */
public final class JsonBytes {
  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  /** What stands for itself, by its byte. */
  private static final boolean[] PLAIN = new boolean[128];

  static {
    for (int c = ' '; c < 128; c++) {
      PLAIN[c] = c != '"' && c != '\\' && c != '<' && c != '>' && c != '&';
    }
  }

  private byte[] bytes;
  private int length;

  public JsonBytes(int expectedLength) {
    bytes = new byte[Math.max(64, expectedLength)];
  }

  /** What was written, without a copy; the writer is not to be used any more. */
  public ByteBuffer toBuffer() {
    return ByteBuffer.wrap(bytes, 0, length);
  }

  public int length() {
    return length;
  }

  /** Text that is ASCII and JSON already, such as a name with its quotes and colon. */
  @SuppressWarnings("deprecation") // takes the low bytes, which is what ASCII is
  public JsonBytes ascii(String text) {
    int added = text.length();
    reserve(added);
    text.getBytes(0, added, bytes, length);
    length += added;
    return this;
  }

  public JsonBytes raw(byte[] json) {
    reserve(json.length);
    System.arraycopy(json, 0, bytes, length, json.length);
    length += json.length;
    return this;
  }

  public JsonBytes raw(char asciiCharacter) {
    reserve(1);
    bytes[length++] = (byte) asciiCharacter;
    return this;
  }

  public JsonBytes signed(long value) {
    if (value < 0) {
      return ascii(Long.toString(value));
    }
    return unsigned(value);
  }

  public JsonBytes unsigned(long value) {
    if (value < 0) {
      return ascii(Long.toUnsignedString(value));
    }
    int digits = 1;
    for (long rest = value; rest >= 10; rest /= 10) {
      digits++;
    }
    reserve(digits);
    length += digits;
    int at = length;
    long rest = value;
    do {
      bytes[--at] = (byte) ('0' + rest % 10);
      rest /= 10;
    } while (rest != 0);
    return this;
  }

  /** A number of at most {@code width} digits with zeros in front. */
  public JsonBytes padded(int value, int width) {
    reserve(width);
    int rest = value;
    for (int i = width - 1; i >= 0; i--) {
      bytes[length + i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    length += width;
    return this;
  }

  /** A string with its quotes. */
  public JsonBytes string(String text) {
    int count = text.length();
    reserve(count + 2);
    bytes[length++] = '"';
    int i = 0;
    while (i < count) {
      char c = text.charAt(i);
      if (c >= 128 || !PLAIN[c]) {
        break;
      }
      bytes[length++] = (byte) c;
      i++;
    }
    if (i < count) {
      escaped(text, i);
    }
    return raw('"');
  }

  private void escaped(String text, int from) {
    for (int i = from; i < text.length(); i++) {
      reserve(6);
      char c = text.charAt(i);
      if (c < 128) {
        if (PLAIN[c]) {
          bytes[length++] = (byte) c;
        } else {
          escape(c);
        }
      } else if (Character.isHighSurrogate(c)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        fourBytes(Character.toCodePoint(c, text.charAt(++i)));
      } else if (Character.isSurrogate(c) || c == '\u2028' || c == '\u2029') {
        unicode(Character.isSurrogate(c) ? '\ufffd' : c);
      } else if (c < 0x800) {
        bytes[length++] = (byte) (0xc0 | c >> 6);
        bytes[length++] = (byte) (0x80 | c & 0x3f);
      } else {
        bytes[length++] = (byte) (0xe0 | c >> 12);
        bytes[length++] = (byte) (0x80 | c >> 6 & 0x3f);
        bytes[length++] = (byte) (0x80 | c & 0x3f);
      }
    }
  }

  private void escape(char c) {
    switch (c) {
      case '"', '\\' -> pair(c);
      case '\n' -> pair('n');
      case '\r' -> pair('r');
      case '\t' -> pair('t');
      default -> unicode(c);
    }
  }

  private void pair(char c) {
    bytes[length++] = '\\';
    bytes[length++] = (byte) c;
  }

  private void unicode(char c) {
    pair('u');
    for (int shift = 12; shift >= 0; shift -= 4) {
      bytes[length++] = HEX[c >> shift & 15];
    }
  }

  private void fourBytes(int codePoint) {
    bytes[length++] = (byte) (0xf0 | codePoint >> 18);
    bytes[length++] = (byte) (0x80 | codePoint >> 12 & 0x3f);
    bytes[length++] = (byte) (0x80 | codePoint >> 6 & 0x3f);
    bytes[length++] = (byte) (0x80 | codePoint & 0x3f);
  }

  private void reserve(int added) {
    int needed = length + added;
    if (needed > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(needed, Math.addExact(bytes.length, bytes.length)));
    }
  }
}
