package dev.understudy.clusterconfig;

import java.util.OptionalLong;

/**
 * Ids of clusters and of members as they are shown and sent: unsigned numbers of 64 bits in
 * lower-case hex without leading zeros. 0 is no id.
 */
public final class HexId {
  private HexId() {}

  /** The id as text. */
  public static String text(long id) {
    return Long.toHexString(id);
  }

  /** Reads such a text, in either case; empty when it is none, or 0. */
  public static OptionalLong parse(String text) {
    try {
      long id = Long.parseUnsignedLong(text, 16);
      return id == 0 ? OptionalLong.empty() : OptionalLong.of(id);
    } catch (NumberFormatException e) {
      return OptionalLong.empty();
    }
  }
}
