package dev.understudy.wal;

import dev.understudy.raft.Entry;
import dev.understudy.raft.HardState;
import dev.understudy.raft.SnapshotMetadata;

/** One record of a log, as {@link WalInspection} shows it. */
public sealed interface LogRecord {
  /** The file that holds it. */
  String file();

  /** Where in the file it begins, in bytes. */
  long offset();

  /** An entry. A later one of the same or a lower index replaces it. */
  record OfEntry(String file, long offset, Entry entry) implements LogRecord {}

  /** The hard state from there on. */
  record OfHardState(String file, long offset, HardState hardState) implements LogRecord {}

  /**
   * A snapshot is complete.
   *
   * @param restartsLog whether a leader sent it, so that the log begins anew after it
   */
  record OfSnapshot(String file, long offset, SnapshotMetadata snapshot, boolean restartsLog)
      implements LogRecord {}
}
