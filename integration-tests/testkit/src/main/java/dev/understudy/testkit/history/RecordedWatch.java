package dev.understudy.testkit.history;

import java.util.List;

/**
 * A watch and what it was told, perhaps over many requests to many machines: each asked for the
 * events behind those that were seen before.
 *
 * @param key the key, or the directory
 * @param recursive whether it is a directory, all beneath which is watched
 * @param fromIndex the first index of interest; 0 when the watch never began
 * @param events in the order in which they were told
 * @param seenThrough up to which index the watch was told everything, for sure; at least that of
 *     its last event
 */
public record RecordedWatch(
    int client,
    String key,
    boolean recursive,
    long fromIndex,
    List<WatchedEvent> events,
    long seenThrough) {
  /** Whether an event of this key is of interest. */
  public boolean covers(String other) {
    return other.equals(key) || (recursive && other.startsWith(key + "/"));
  }
}
