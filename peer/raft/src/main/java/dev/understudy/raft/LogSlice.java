package dev.understudy.raft;

import java.util.List;
import java.util.Objects;

/**
 * A piece of a log: entries that follow each other, and the entry before them.
 *
 * <p>A piece of the log of a leader of some term is well-formed if, as in etcd's {@code logSlice},
 *
 * <ol>
 *   <li>{@code entries[i].index == prev.index + 1 + i}: no gap and no repetition;
 *   <li>{@code prev.term <= entries[0].term};
 *   <li>{@code entries[i-1].term <= entries[i].term}: terms never fall along a log;
 *   <li>{@code entries[last].term <= term}, or {@code prev.term <= term} if there are no entries: a
 *       leader has nothing of a term later than its own.
 * </ol>
 *
 * The constructor does not check this: slices arrive from other members, which may send anything,
 * and what is malformed is ignored by {@link RaftCore#step} instead of failing the receiver.
 *
 * @param prev the entry before the first one
 * @param entries in order, perhaps none; not copied, and not to be changed any more
 */
public record LogSlice(EntryId prev, List<Entry> entries) {
  public LogSlice {
    Objects.requireNonNull(prev, "prev");
    Objects.requireNonNull(entries, "entries");
  }

  /** The index of the last entry; of {@link #prev} if there are no entries. */
  public long lastIndex() {
    return prev.index() + entries.size();
  }

  /** The bytes of the entries, with what each costs beside its payload. */
  public long sizeBytes() {
    return Entry.sizeOf(entries);
  }

  /**
   * Whether the invariants of this class hold.
   *
   * @param term the term of the leader whose log this is said to be a piece of
   */
  public boolean isWellFormed(long term) {
    if (prev.term() < 0 || prev.index() < 0) {
      return false;
    }
    long highest = prev.term();
    for (int i = 0; i < entries.size(); i++) {
      Entry entry = entries.get(i);
      if (entry.index() != prev.index() + 1 + i || entry.term() < highest) {
        return false;
      }
      highest = entry.term();
    }
    return highest <= term;
  }
}
