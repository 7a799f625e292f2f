package dev.understudy.locks;

import java.util.Objects;

/**
 * A key with its value.
 *
 * @param flags the client's own
 * @param session that holds it; empty for none
 * @param createIndex of the log entry that made it
 * @param modifyIndex of the log entry that changed it last
 * @param lockIndex how often it has been taken: who shows a lower one to a third party held it
 *     before
 */
public record Entry(
    String key,
    Value value,
    long flags,
    String session,
    long createIndex,
    long modifyIndex,
    long lockIndex) {
  /** A node of each map, the record, and its texts' own. */
  private static final long OVERHEAD_BYTES = 300;

  public Entry {
    Objects.requireNonNull(key);
    Objects.requireNonNull(value);
    Objects.requireNonNull(session);
  }

  /** What is in place of it in an answer that is not about the value. */
  public Entry withoutValue() {
    return new Entry(key, Value.EMPTY, flags, session, createIndex, modifyIndex, lockIndex);
  }

  /** Whether a session holds it. */
  public boolean isHeld() {
    return !session.isEmpty();
  }

  /** About what it takes in memory. */
  long bytes() {
    return OVERHEAD_BYTES + 2L * key.length() + value.length();
  }

  Entry written(Value newValue, long newFlags, long index) {
    return new Entry(key, newValue, newFlags, session, createIndex, index, lockIndex);
  }

  Entry takenBy(String newSession, long index) {
    return new Entry(key, value, flags, newSession, createIndex, index, lockIndex + 1);
  }

  Entry released(long index) {
    return new Entry(key, value, flags, "", createIndex, index, lockIndex);
  }
}
