package dev.understudy.clusterconfig.fuzz;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Makes an input of others, by chance. */
final class Mutations {
  private static final int MAX_STEPS = 6;
  private static final int MAX_BYTES = 1 << 20;
  private static final int MAX_REPEATS = 20_000;
  private static final int KINDS = 11;

  private static final long[] NUMBERS = {
    0,
    1,
    127,
    128,
    255,
    256,
    32_767,
    65_535,
    65_536,
    1 << 24,
    Integer.MAX_VALUE,
    Integer.MIN_VALUE,
    0xffff_ffffL,
    1L << 32,
    1L << 53,
    Long.MAX_VALUE,
    Long.MIN_VALUE,
    -1
  };

  private static final String[] TEXTS = {
    "-1",
    "0",
    "1e309",
    "-0",
    "18446744073709551616",
    "9223372036854775808",
    "NaN",
    "null",
    "true",
    "\"",
    "\\",
    "{",
    "}",
    "[",
    "]",
    "[[",
    "{\"a\":",
    "(",
    ",",
    ":",
    "=",
    "&",
    ";",
    "%",
    "%00",
    "%ff",
    "%2f",
    "+",
    " ",
    "\t",
    "\r\n",
    "\n",
    "\0",
    "/",
    "//",
    "..",
    "/../",
    "?",
    "#",
    "@",
    "*",
    "'",
    "\u202e",
    "\u009b31m",
    "\ud83d\ude00",
    "\ufeff",
    "é",
    "::",
    "[::1]",
    "http://",
    "\"\"\"",
    "-----BEGIN CERTIFICATE-----\n",
    "-----END CERTIFICATE-----\n",
    "= ",
    "\\u0000",
    "\\ud800"
  };

  private final SplittableRandom random;
  private final List<byte[]> seeds;
  private final List<byte[]> words;

  Mutations(SplittableRandom random, List<byte[]> seeds, List<byte[]> words) {
    this.random = random;
    this.seeds = seeds;
    this.words = words;
  }

  byte[] next() {
    byte[] input = one(seeds);
    int steps = 1 + random.nextInt(MAX_STEPS);
    for (int i = 0; i < steps; i++) {
      input = mutated(input);
    }
    return input.length > MAX_BYTES ? Arrays.copyOf(input, MAX_BYTES) : input;
  }

  private byte[] one(List<byte[]> of) {
    return of.get(random.nextInt(of.size()));
  }

  private byte[] mutated(byte[] input) {
    int at = random.nextInt(input.length + 1);
    int length = Math.min(input.length - at, 1 + random.nextInt(16));
    return switch (random.nextInt(KINDS)) {
      case 0 -> changed(input, at, (byte) (1 << random.nextInt(8)));
      case 1 -> changed(input, at, (byte) random.nextInt(256));
      case 2 -> replaced(input, at, length, new byte[0]);
      case 3 -> replaced(input, at, 0, Arrays.copyOfRange(input, at, at + length));
      case 4 -> replaced(input, at, random.nextBoolean() ? length : 0, number());
      case 5 -> replaced(input, at, random.nextBoolean() ? length : 0, text());
      case 6 -> replaced(input, at, input.length - at, tail(one(seeds)));
      case 7 -> Arrays.copyOf(input, at);
      case 8 -> replaced(input, at, 0, repeated(input, at, length));
      case 9 -> replaced(input, at, length, bytes(length));
      default -> replaced(input, at, 0, repeatedText());
    };
  }

  private static byte[] changed(byte[] input, int at, byte mask) {
    byte[] copy = input.clone();
    if (at < copy.length) {
      copy[at] ^= mask;
    }
    return copy;
  }

  private static byte[] replaced(byte[] input, int at, int length, byte[] by) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(input.length + by.length);
    out.write(input, 0, at);
    out.writeBytes(by);
    out.write(input, at + length, input.length - at - length);
    return out.toByteArray();
  }

  private byte[] tail(byte[] of) {
    return Arrays.copyOfRange(of, random.nextInt(of.length + 1), of.length);
  }

  private byte[] bytes(int count) {
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }

  /** In text, as a varint, or in two, four or eight bytes of either order. */
  private byte[] number() {
    long number = NUMBERS[random.nextInt(NUMBERS.length)];
    int form = random.nextInt(5);
    if (form == 0) {
      return Long.toString(number).getBytes(StandardCharsets.US_ASCII);
    }
    if (form == 1) {
      return varint(number);
    }
    ByteBuffer bytes =
        ByteBuffer.allocate(Long.BYTES)
            .order(random.nextBoolean() ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
    switch (form) {
      case 2 -> bytes.putShort((short) number);
      case 3 -> bytes.putInt((int) number);
      default -> bytes.putLong(number);
    }
    return Arrays.copyOf(bytes.array(), bytes.position());
  }

  private static byte[] varint(long number) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    long rest = number;
    while ((rest & ~0x7fL) != 0) {
      out.write((int) (rest & 0x7f | 0x80));
      rest >>>= 7;
    }
    out.write((int) rest);
    return out.toByteArray();
  }

  private byte[] text() {
    return words.isEmpty() || random.nextBoolean()
        ? TEXTS[random.nextInt(TEXTS.length)].getBytes(StandardCharsets.UTF_8)
        : one(words);
  }

  /** What goes deep if anything does. */
  private byte[] repeatedText() {
    return times(text(), 1 + random.nextInt(MAX_REPEATS));
  }

  private byte[] repeated(byte[] input, int at, int length) {
    int limit = random.nextInt(8) == 0 ? MAX_REPEATS : 16;
    return times(Arrays.copyOfRange(input, at, at + length), 1 + random.nextInt(limit));
  }

  private static byte[] times(byte[] piece, int count) {
    int most = piece.length == 0 ? 0 : Math.min(count, MAX_BYTES / piece.length);
    byte[] all = new byte[piece.length * most];
    for (int i = 0; i < most; i++) {
      System.arraycopy(piece, 0, all, i * piece.length, piece.length);
    }
    return all;
  }
}
