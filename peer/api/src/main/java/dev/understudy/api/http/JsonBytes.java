package dev.understudy.api.http;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

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
  private static final byte[] NOTHING = {};

  /** What stands for itself, by its byte. */
  private static final boolean[] PLAIN = new boolean[128];

  static {
    for (int c = ' '; c < 128; c++) {
      PLAIN[c] = c != '"' && c != '\\' && c != '<' && c != '>' && c != '&';
    }
  }

  /** Long texts are kept in pieces, so that nothing is copied when they grow. */
  private static final int PIECE_BYTES = 64 << 10;

  private final ByteBudget budget;
  private final int pieceBytes;
  private List<ByteBuffer> full = List.of();
  private boolean forced;
  private long taken;
  private long fullLength;
  private byte[] bytes;
  private int length;

  /** A text for which nothing is counted. */
  public JsonBytes(int expectedLength) {
    this(expectedLength, null, false, Integer.MAX_VALUE);
  }

  private JsonBytes(int expectedLength, ByteBudget budget, boolean forced, int pieceBytes) {
    this.budget = budget;
    this.forced = forced;
    this.pieceBytes = pieceBytes;
    int first = Math.max(64, expectedLength);
    if (first > ByteBudget.FREE_BYTES) {
      charge(first);
    }
    bytes = new byte[first];
  }

  /**
   * A text in pieces, as long as the budget allows.
   *
   * @throws ByteBudget.ExceededException also from what writes to it, which gives all back
   */
  public static JsonBytes within(ByteBudget budget, int expectedLength) {
    return new JsonBytes(Math.min(expectedLength, PIECE_BYTES), budget, false, PIECE_BYTES);
  }

  /** A text that is counted, but written in any case: the answer to what has been done. */
  public static JsonBytes counted(ByteBudget budget, int expectedLength) {
    return new JsonBytes(Math.min(expectedLength, PIECE_BYTES), budget, true, PIECE_BYTES);
  }

  /** As {@link #within}, in one piece. */
  public static JsonBytes contiguous(ByteBudget budget, int expectedLength) {
    return new JsonBytes(expectedLength, budget, false, Integer.MAX_VALUE);
  }

  /** From here on it may grow in any case. */
  public void force() {
    forced = true;
  }

  /** What was written in one piece, without a copy; the writer is not to be used any more. */
  public ByteBuffer toBuffer() {
    if (!full.isEmpty()) {
      throw new IllegalStateException("written in several pieces");
    }
    return ByteBuffer.wrap(bytes, 0, length);
  }

  /** What was written, without a copy; the writer is not to be used any more. */
  Deque<ByteBuffer> toBuffers() {
    Deque<ByteBuffer> all = new ArrayDeque<>(full);
    all.add(ByteBuffer.wrap(bytes, 0, length));
    full = List.of();
    fullLength = 0;
    bytes = NOTHING;
    length = 0;
    return all;
  }

  /**
   * Begins another piece once what was handed out has been sent, which counts no more. Nothing is
   * refused any more: the answer has begun.
   */
  void restart() {
    release();
    forced = true;
    charge(PIECE_BYTES);
    bytes = new byte[PIECE_BYTES];
  }

  private void charge(long more) {
    if (budget == null) {
      return;
    }
    if (forced) {
      budget.take(more);
    } else if (!budget.tryTake(more)) {
      release();
      throw new ByteBudget.ExceededException();
    }
    taken += more;
  }

  /**
   * Gives back what was counted, and lets go of the text, which is kept for nothing from here on.
   * Idempotent. What was handed out is for its holder to let go of before.
   */
  public void release() {
    full = List.of();
    fullLength = 0;
    bytes = NOTHING;
    length = 0;
    if (taken > 0) {
      budget.give(taken);
      taken = 0;
    }
  }

  /** Whether something was counted. */
  boolean isCharged() {
    return taken > 0;
  }

  public long length() {
    return fullLength + length;
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
    characters(text, 0, count);
    return raw('"');
  }

  /**
   * A part of a string, without quotes. One character more is written where the part would end
   * within a surrogate pair.
   *
   * @return the index of the first character that was not written
   */
  public int characters(String text, int from, int to) {
    reserve(to - from);
    int i = from;
    while (i < to) {
      char c = text.charAt(i);
      if (c >= 128 || !PLAIN[c]) {
        return escaped(text, i, to);
      }
      bytes[length++] = (byte) c;
      i++;
    }
    return i;
  }

  private int escaped(String text, int from, int to) {
    int i = from;
    for (; i < to; i++) {
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
    return i;
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
    if (length + added > bytes.length) {
      grow(added);
    }
  }

  private void grow(int added) {
    int needed = Math.addExact(length, added);
    if (needed <= pieceBytes || length == 0) {
      int doubled = (int) Math.min(pieceBytes, 2L * bytes.length);
      int size = Math.max(needed, doubled);
      if (size > ByteBudget.FREE_BYTES) {
        charge(taken == 0 ? size : size - bytes.length);
      }
      bytes = Arrays.copyOf(bytes, size);
    } else {
      int size = Math.max(added, pieceBytes);
      charge(size);
      if (full.isEmpty()) {
        full = new ArrayList<>();
      }
      full.add(ByteBuffer.wrap(bytes, 0, length));
      fullLength += length;
      bytes = new byte[size];
      length = 0;
    }
  }
}
