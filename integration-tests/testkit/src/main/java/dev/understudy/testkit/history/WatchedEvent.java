package dev.understudy.testkit.history;

import java.util.Optional;

/**
 * A change that a watch was told of.
 *
 * @param index of the change
 * @param action in the words of the v2 API, as {@code set} or {@code expire}
 * @param key that was changed
 * @param value the value afterwards; empty when the key is gone
 * @param seenNanos when the watcher was told, by the clock of the history
 */
public record WatchedEvent(
    long index, String action, String key, Optional<String> value, long seenNanos) {
  /** Whether the key is gone. */
  public boolean gone() {
    return value.isEmpty();
  }
}
