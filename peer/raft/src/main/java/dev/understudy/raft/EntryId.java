package dev.understudy.raft;

/**
 * Names an entry of the log: two entries with the same term and index are the same entry, and so
 * are all entries before them (log matching, §5.3).
 *
 * @param term the term in which a leader appended the entry
 * @param index the entry's place in the log, from 1; 0 is before the first entry
 */
public record EntryId(long term, long index) {
  /** The place before the first entry of an empty log. */
  public static final EntryId ZERO = new EntryId(0, 0);
}
