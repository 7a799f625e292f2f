package dev.understudy.raft;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongFunction;

/**
 * The whole log: what the storage has and what it has not yet. Keeps the cursors: {@code applied ≤
 * applying ≤ committed ≤ lastIndex}.
 */
final class RaftLog {
  /** How much is read in one go when the log is searched. */
  private static final long SCAN_BYTES = 1 << 20;

  private final Storage storage;
  private final Unstable unstable;
  private final RaftEvents events;
  private final long maxApplyingBytes;
  private long committed;
  private long applying;
  private long applied;
  private long applyingBytes;
  private boolean applyingPaused;

  RaftLog(Storage storage, long maxApplyingBytes, RaftEvents events) {
    this.storage = storage;
    this.maxApplyingBytes = maxApplyingBytes;
    this.events = events;
    this.unstable = new Unstable(storage.lastIndex() + 1, events);
    this.committed = storage.firstIndex() - 1;
    this.applying = committed;
    this.applied = committed;
  }

  Unstable unstable() {
    return unstable;
  }

  long committed() {
    return committed;
  }

  long applying() {
    return applying;
  }

  long applied() {
    return applied;
  }

  boolean applyingPaused() {
    return applyingPaused;
  }

  long applyingBytes() {
    return applyingBytes;
  }

  long firstIndex() {
    long index = unstable.maybeFirstIndex();
    return index != 0 ? index : storage.firstIndex();
  }

  long lastIndex() {
    long index = unstable.maybeLastIndex();
    return index != 0 ? index : storage.lastIndex();
  }

  EntryId last() {
    long index = lastIndex();
    return new EntryId(term(index), index);
  }

  /** The term of an entry, {@link Storage#COMPACTED} or {@link Storage#UNAVAILABLE}. */
  long term(long index) {
    long term = unstable.maybeTerm(index);
    if (term >= 0) {
      return term;
    }
    if (index + 1 < firstIndex()) {
      return Storage.COMPACTED;
    }
    return index > lastIndex() ? Storage.UNAVAILABLE : storage.term(index);
  }

  /** The term of an entry, 0 if it is unknown. */
  long termOrZero(long index) {
    return Math.max(0, term(index));
  }

  boolean matches(EntryId id) {
    return term(id.index()) == id.term();
  }

  /** Whether a log that ends so holds everything that this one may have committed (§5.4.1). */
  boolean isUpToDate(long lastTerm, long lastIndex) {
    long index = lastIndex();
    long term = term(index);
    return lastTerm > term || (lastTerm == term && lastIndex >= index);
  }

  /** The snapshot for a member that has fallen behind. */
  Optional<Snapshot> snapshot() {
    return unstable.hasSnapshot() ? unstable.snapshot() : storage.snapshot();
  }

  /** Entries from {@code from} on, as many as fit but at least one; none behind the end. */
  List<Entry> entries(long from, long maxBytes) {
    long end = lastIndex() + 1;
    return from >= end ? List.of() : slice(from, end, maxBytes);
  }

  /** Entries of a range, as many as fit but at least one. */
  List<Entry> slice(long from, long to, long maxBytes) {
    if (from < firstIndex()) {
      throw new IndexOutOfBoundsException("compacted: " + from + " < " + firstIndex());
    }
    if (from > to || to > lastIndex() + 1) {
      throw new IndexOutOfBoundsException(
          "range " + from + ".." + to + " of a log that ends at " + lastIndex());
    }
    if (from == to) {
      return List.of();
    }
    long border = unstable.offset();
    if (from >= border) {
      return unstable.slice(from, limitSize(unstable::at, from, to, maxBytes));
    }
    List<Entry> stable = storage.entries(from, Math.min(to, border), maxBytes);
    boolean cut = stable.size() < Math.min(to, border) - from;
    return cut || to <= border ? stable : extended(stable, to, maxBytes);
  }

  private List<Entry> extended(List<Entry> stable, long to, long maxBytes) {
    long border = unstable.offset();
    long room = maxBytes - Entry.sizeOf(stable);
    if (room < unstable.at(border).sizeBytes()) {
      return stable;
    }
    List<Entry> both = new ArrayList<>(stable);
    both.addAll(unstable.slice(border, limitSize(unstable::at, border, to, room)));
    return both;
  }

  /**
   * The end of a batch that keeps to a limit: at least one entry, and as many more as fit.
   *
   * @param at finds an entry by its index
   * @return the index behind the last entry of the batch
   */
  static long limitSize(LongFunction<Entry> at, long from, long to, long maxBytes) {
    if (maxBytes == RaftConfig.NO_LIMIT || from >= to) {
      return to;
    }
    long size = at.apply(from).sizeBytes();
    long end = from + 1;
    while (end < to) {
      size += at.apply(end).sizeBytes();
      if (size > maxBytes) {
        return end;
      }
      end++;
    }
    return end;
  }

  // ---- writing

  /** Adds entries behind what is committed, replacing what they overlap. */
  void append(List<Entry> entries) {
    if (entries.isEmpty()) {
      return;
    }
    long after = entries.get(0).index() - 1;
    Check.that(after >= committed, "committed entries are never replaced", committed, after);
    unstable.truncateAndAppend(entries);
  }

  /**
   * Takes a leader's entries, if the log has the entry before them.
   *
   * @return whether it has
   */
  boolean maybeAppend(LogSlice slice, long leaderCommit) {
    if (!matches(slice.prev())) {
      return false;
    }
    List<Entry> entries = slice.entries();
    int differing = findConflict(entries);
    if (differing < entries.size()) {
      append(entries.subList(differing, entries.size()));
    }
    commitTo(Math.min(leaderCommit, slice.lastIndex()));
    return true;
  }

  /**
   * The position of the first entry that the log does not have (§5.3); the size if it has them all.
   */
  int findConflict(List<Entry> entries) {
    for (int i = 0; i < entries.size(); i++) {
      Entry entry = entries.get(i);
      long own = term(entry.index());
      if (own != entry.term()) {
        if (entry.index() <= lastIndex()) {
          events.conflictFound(entry.index(), Math.max(0, own), entry.term());
        }
        return i;
      }
    }
    return entries.size();
  }

  /**
   * Where this log may agree with another one that has {@code term} at {@code index}: the highest
   * index not above whose term is not higher. An unknown term counts as agreeing, and shows as 0.
   */
  EntryId findConflictByTerm(long index, long term) {
    for (long at = index; at > 0; at--) {
      long own = term(at);
      if (own < 0) {
        return new EntryId(0, at);
      }
      if (own <= term) {
        return new EntryId(own, at);
      }
    }
    return EntryId.ZERO;
  }

  void commitTo(long index) {
    if (index > committed) {
      Check.that(
          index <= lastIndex(),
          "committed beyond the end of the log: was it truncated or lost? (commit, last)",
          index,
          lastIndex());
      committed = index;
    }
  }

  /** Commits up to an index, unless it is committed already or of another term (§5.4.2). */
  boolean maybeCommit(long term, long index) {
    if (term == 0 || index <= committed || term(index) != term) {
      return false;
    }
    commitTo(index);
    return true;
  }

  /** Forgets everything in favour of a snapshot. */
  void restore(Snapshot snapshot) {
    events.restoreStarting(position(), snapshot.metadata());
    committed = snapshot.metadata().index();
    unstable.restore(snapshot);
  }

  // ---- applying

  boolean hasNextCommitted(boolean allowUnstable) {
    return !applyingPaused && !unstable.hasSnapshot() && applying < maxAppliable(allowUnstable);
  }

  /** Committed entries that have not been handed out, within the limit of outstanding bytes. */
  List<Entry> nextCommitted(boolean allowUnstable) {
    if (!hasNextCommitted(allowUnstable)) {
      return List.of();
    }
    return slice(applying + 1, maxAppliable(allowUnstable) + 1, maxApplyingBytes - applyingBytes);
  }

  /**
   * Records that entries have been handed out to be applied. When the limit is reached, or cut the
   * batch short, nothing more is handed out before something is acknowledged.
   */
  void acceptApplying(long index, long bytes, boolean allowUnstable) {
    Check.that(index <= committed, "only what is committed is applied", index, committed);
    applying = index;
    applyingBytes += bytes;
    applyingPaused = applyingBytes >= maxApplyingBytes || index < maxAppliable(allowUnstable);
  }

  void appliedTo(long index, long bytes) {
    Check.that(index <= committed, "only what is committed can be applied", index, committed);
    Check.that(index >= applied, "what is applied stays applied", index, applied);
    applied = index;
    applying = Math.max(applying, index);
    applyingBytes = Math.max(0, applyingBytes - bytes);
    applyingPaused = applyingBytes >= maxApplyingBytes;
  }

  /** Whether a change of the membership is committed and not applied. */
  boolean hasUnappliedConfChange() {
    long from = Math.max(applied + 1, firstIndex());
    while (from <= committed) {
      List<Entry> page = slice(from, committed + 1, SCAN_BYTES);
      for (Entry entry : page) {
        if (entry.payload() instanceof Payload.Change) {
          return true;
        }
      }
      from += page.size();
    }
    return false;
  }

  private long maxAppliable(boolean allowUnstable) {
    return allowUnstable ? committed : Math.min(committed, unstable.offset() - 1);
  }

  private RaftEvents.LogPosition position() {
    return new RaftEvents.LogPosition(
        committed, applied, applying, unstable.offset(), unstable.handedOut(), unstable.count());
  }
}
