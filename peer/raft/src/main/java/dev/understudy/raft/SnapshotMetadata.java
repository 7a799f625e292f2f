package dev.understudy.raft;

import java.util.Objects;

/**
 * The prefix of the log that a snapshot replaces.
 *
 * @param term the term of the last entry that the snapshot covers
 * @param index the index of the last entry that the snapshot covers
 * @param confState the membership as of that entry
 */
public record SnapshotMetadata(long term, long index, ConfState confState) {
  /** Nothing. */
  public static final SnapshotMetadata EMPTY = new SnapshotMetadata(0, 0, ConfState.EMPTY);

  public SnapshotMetadata {
    Objects.requireNonNull(confState, "confState");
  }

  /** The last entry that the snapshot covers. */
  public EntryId last() {
    return new EntryId(term, index);
  }
}
