package dev.understudy.raft;

import java.util.List;
import java.util.Optional;

/**
 * The durable log as the core reads it. Called on the core's thread only and expected to answer
 * from memory. It holds what has been persisted, from {@link #firstIndex()} to {@link
 * #lastIndex()}; what lies before is covered by a snapshot.
 *
 * <p>The driver adds a Ready's snapshot and entries to it before acknowledging them.
 */
public interface Storage {
  /** The answer of {@link #term} for an index that has been compacted away. */
  long COMPACTED = -1;

  /** The answer of {@link #term} for an index beyond the end. */
  long UNAVAILABLE = -2;

  /** The hard state as of the last start; read once, at construction of the core. */
  HardState hardState();

  /** The membership as of the snapshot; read once, at construction of the core. */
  ConfState confState();

  /** The index of the first entry that can be had; one more than the last index when empty. */
  long firstIndex();

  /** The index of the last entry, or of the snapshot if there is no entry. */
  long lastIndex();

  /**
   * The term of an entry; also of the one before the first, which the snapshot covers.
   *
   * @return the term, {@link #COMPACTED} or {@link #UNAVAILABLE}
   */
  long term(long index);

  /**
   * Entries in order; as many as fit, but at least one. The list is not changed later.
   *
   * @param from the index of the first one, at least {@link #firstIndex()}
   * @param to behind the index of the last one, more than {@code from}, at most {@link
   *     #lastIndex()} + 1
   * @param maxBytes the limit for the sum of {@link Entry#sizeBytes()}
   */
  List<Entry> entries(long from, long to, long maxBytes);

  /**
   * A snapshot for a member that has fallen behind the first index; empty if there is none just
   * now, then the core tries again later.
   */
  Optional<Snapshot> snapshot();
}
