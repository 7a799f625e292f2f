package dev.understudy.clusterconfig;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One start of a member: a number that grows with each, and a nonce that no two starts share, not
 * even those of two copies of one directory.
 *
 * @param number counted from 1; 0 only in {@link #NONE}
 * @param nonce drawn at random
 */
public record Incarnation(long number, long nonce) {
  /** No start is known, because a release that knew of none took care of it. */
  public static final Incarnation NONE = new Incarnation(0, 0);

  /** Far above what a machine can start in its life; a bound for what others send. */
  private static final long MAX_NUMBER = 1L << 48;

  private static final Pattern TEXT = Pattern.compile("([0-9]{1,15})-([0-9a-f]{1,16})");

  public Incarnation {
    if (number < 0 || number > MAX_NUMBER || number == 0 && nonce != 0) {
      throw new IllegalArgumentException("no incarnation: " + number + ", " + nonce);
    }
  }

  /** Of numbers that came from elsewhere; {@link #NONE} when they make no sense. */
  public static Incarnation orNone(long number, long nonce) {
    return number < 1 || number > MAX_NUMBER ? NONE : new Incarnation(number, nonce);
  }

  /** Reads {@link #toString()}; empty when it is anything else, or {@link #NONE}. */
  public static Optional<Incarnation> parse(String text) {
    Matcher matcher = TEXT.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    Incarnation read =
        orNone(Long.parseLong(matcher.group(1)), Long.parseUnsignedLong(matcher.group(2), 16));
    return read.isKnown() ? Optional.of(read) : Optional.empty();
  }

  /** Whether this is more than {@link #NONE}. */
  public boolean isKnown() {
    return number != 0;
  }

  /** {@code <number>-<nonce in hex>}. */
  @Override
  public String toString() {
    return number + "-" + Long.toHexString(nonce);
  }
}
