package dev.understudy.raft;

import java.util.List;
import java.util.Objects;

/**
 * One entry of the replicated log.
 *
 * @param term the term in which a leader appended the entry
 * @param index the entry's place in the log, counted from 1
 * @param payload what it carries
 */
public record Entry(long term, long index, Payload payload) {
  /**
   * What an entry costs beside its payload when sizes are limited, so that a limit in bytes also
   * limits the number of empty entries.
   */
  static final int OVERHEAD_BYTES = 16;

  public Entry {
    Objects.requireNonNull(payload, "payload");
    Check.that(index > 0, "an entry's index is counted from 1");
  }

  /** The entry's name. */
  public EntryId id() {
    return new EntryId(term, index);
  }

  /** The bytes of entries with their overhead: what counts in messages and in batches to apply. */
  static long sizeOf(List<Entry> entries) {
    long size = 0;
    for (int i = 0; i < entries.size(); i++) {
      size += entries.get(i).sizeBytes();
    }
    return size;
  }

  /** The bytes of the payloads alone: what counts in flight and as uncommitted. */
  static long payloadSizeOf(List<Entry> entries) {
    long size = 0;
    for (int i = 0; i < entries.size(); i++) {
      size += entries.get(i).payload().sizeBytes();
    }
    return size;
  }

  /** The size that counts against limits of messages and of batches: payload and overhead. */
  public int sizeBytes() {
    return OVERHEAD_BYTES + payload.sizeBytes();
  }
}
