package dev.understudy.client;

import java.time.Duration;
import java.util.Optional;

/**
 * Options of a write.
 *
 * @param ttl after which the key is gone, in whole seconds; empty: it stays
 * @param hasUniqueValue whether nobody else writes this value to this key
 */
public record WriteOptions(Optional<Duration> ttl, boolean hasUniqueValue) {
  public static final WriteOptions NONE = new WriteOptions(Optional.empty(), false);

  public WriteOptions {
    if (ttl.isPresent() && ttl.get().toSeconds() < 1) {
      throw new IllegalArgumentException("a time to live is a second at least");
    }
  }

  /** The key is to be gone after so many seconds. */
  public static WriteOptions expiringAfter(Duration ttl) {
    return NONE.ttl(ttl);
  }

  /** The same with a time to live. */
  public WriteOptions ttl(Duration next) {
    return new WriteOptions(Optional.of(next), hasUniqueValue);
  }

  /**
   * The same, and nobody else ever writes this value to this key (it contains a random id, say): if
   * it is unknown what became of a creation, or of a swap by index, the client finds out by what
   * the key has become. With a value that others write as well, two of them could both be told that
   * they were the one.
   */
  public WriteOptions uniqueValue() {
    return new WriteOptions(ttl, true);
  }
}
