package dev.understudy.locks;

import java.util.List;
import java.util.Objects;

/**
 * A client's claim to be alive. It may hold entries, and what it holds ends with it.
 *
 * @param id chosen at random before it came into the log
 * @param name for people; may be empty
 * @param node the machine that it is of
 * @param checks names of health checks that the client has given
 * @param lockDelayMillis how long nobody may take what it held when it has ended other than by its
 *     client's release
 * @param ttlMillis it is never ended before so long without a renewal; 0 for no end
 * @param createIndex of the log entry that made it
 */
public record Session(
    String id,
    String name,
    String node,
    List<String> checks,
    long lockDelayMillis,
    Behavior behavior,
    long ttlMillis,
    long createIndex) {
  /** A node of each map, the record, and its texts' own; also where its time is kept. */
  private static final long OVERHEAD_BYTES = 500;

  private static final long CHECK_BYTES = 64;

  public Session {
    Objects.requireNonNull(id);
    Objects.requireNonNull(name);
    Objects.requireNonNull(node);
    Objects.requireNonNull(behavior);
    checks = List.copyOf(checks);
    if (lockDelayMillis < 0 || ttlMillis < 0) {
      throw new IllegalArgumentException("times are not negative");
    }
  }

  /** About what it takes in memory. */
  long bytes() {
    long bytes = OVERHEAD_BYTES + 2L * (id.length() + name.length() + node.length());
    for (String check : checks) {
      bytes += CHECK_BYTES + 2L * check.length();
    }
    return bytes;
  }

  /** The same, made by an entry of the log. */
  Session createdAt(long index) {
    return new Session(id, name, node, checks, lockDelayMillis, behavior, ttlMillis, index);
  }
}
