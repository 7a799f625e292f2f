package dev.understudy.raft;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * The part of the log that the storage has not acknowledged: perhaps a snapshot, and the entries
 * from {@link #offset()}. Those below {@link #handedOut()} have been given to the storage.
 */
final class Unstable {
  private static final Entry[] NOTHING = new Entry[0];

  /** A buffer at most this long is kept when it becomes empty. */
  private static final int KEPT_CAPACITY = 16;

  private final RaftEvents events;
  private Optional<Snapshot> snapshot = Optional.empty();
  private boolean snapshotHandedOut;
  private Entry[] buffer = NOTHING;
  private int start;
  private int count;
  private long offset;
  private long handedOut;

  Unstable(long offset, RaftEvents events) {
    this.offset = offset;
    this.handedOut = offset;
    this.events = events;
  }

  /** The index of the first unstable entry, or of the next entry if there is none. */
  long offset() {
    return offset;
  }

  /** The index of the first entry that the storage has not been given. */
  long handedOut() {
    return handedOut;
  }

  int count() {
    return count;
  }

  Optional<Snapshot> snapshot() {
    return snapshot;
  }

  boolean hasSnapshot() {
    return snapshot.isPresent();
  }

  boolean isEmpty() {
    return count == 0;
  }

  /** The index of the last entry, or of the snapshot; 0 if there is neither. */
  long maybeLastIndex() {
    if (count > 0) {
      return offset + count - 1;
    }
    return snapshot.isPresent() ? snapshot.get().metadata().index() : 0;
  }

  /** The index behind the snapshot; 0 if there is none. */
  long maybeFirstIndex() {
    return snapshot.isPresent() ? snapshot.get().metadata().index() + 1 : 0;
  }

  /** The term of an entry, or of the snapshot's last; {@link Storage#UNAVAILABLE} otherwise. */
  long maybeTerm(long index) {
    if (index >= offset) {
      return index < offset + count ? at(index).term() : Storage.UNAVAILABLE;
    }
    boolean atSnapshot = snapshot.isPresent() && snapshot.get().metadata().index() == index;
    return atSnapshot ? snapshot.get().metadata().term() : Storage.UNAVAILABLE;
  }

  Entry at(long index) {
    return buffer[start + (int) (index - offset)];
  }

  /** The entries from {@code from} to before {@code to}; the list stays as it is. */
  List<Entry> slice(long from, long to) {
    if (from >= to) {
      return List.of();
    }
    int first = start + (int) (from - offset);
    Entry[] copy = Arrays.copyOfRange(buffer, first, first + (int) (to - from));
    return Collections.unmodifiableList(Arrays.asList(copy));
  }

  boolean hasNextEntries() {
    return handedOut < offset + count;
  }

  /** The entries that the storage has not been given. */
  List<Entry> nextEntries() {
    return slice(handedOut, offset + count);
  }

  boolean hasNextSnapshot() {
    return snapshot.isPresent() && !snapshotHandedOut;
  }

  Optional<Snapshot> nextSnapshot() {
    return snapshotHandedOut ? Optional.empty() : snapshot;
  }

  /** Notes that everything has been given to the storage. */
  void acceptInProgress() {
    if (count > 0) {
      handedOut = offset + count;
    }
    snapshotHandedOut = snapshot.isPresent();
  }

  /**
   * Takes an acknowledgement of everything up to an entry. It counts only if that very entry is
   * still here: what was written may have been overwritten here meanwhile, and the disk will hold
   * the new entries only later.
   */
  void stableTo(EntryId id) {
    long term = maybeTerm(id.index());
    if (term < 0 || id.index() < offset) {
      events.stableEntryMissing(id.index());
    } else if (term != id.term()) {
      events.stableEntryMismatched(id, term);
    } else {
      dropUpTo(id.index());
    }
  }

  void stableSnapshotTo(long index) {
    if (snapshot.isPresent() && snapshot.get().metadata().index() == index) {
      snapshot = Optional.empty();
      snapshotHandedOut = false;
    }
  }

  /** Forgets everything in favour of a snapshot. */
  void restore(Snapshot newSnapshot) {
    clear();
    offset = newSnapshot.metadata().index() + 1;
    handedOut = offset;
    snapshot = Optional.of(newSnapshot);
    snapshotHandedOut = false;
  }

  /** Adds entries, which replace those from their first index on. */
  void truncateAndAppend(List<Entry> entries) {
    long from = entries.get(0).index();
    long end = offset + count;
    Check.that(from <= end, "the log has a gap (end, new)", end, from);
    if (from < end) {
      truncate(from);
    }
    addAll(entries);
  }

  private void truncate(long from) {
    if (from <= offset) {
      events.unstableReplaced(from);
      clear();
      offset = from;
      handedOut = from;
    } else {
      events.unstableTruncated(from);
      int kept = (int) (from - offset);
      Arrays.fill(buffer, start + kept, start + count, null);
      count = kept;
      handedOut = Math.min(handedOut, from);
    }
  }

  private void addAll(List<Entry> entries) {
    makeRoom(entries.size());
    for (int i = 0; i < entries.size(); i++) {
      buffer[start + count + i] = entries.get(i);
    }
    count += entries.size();
  }

  private void makeRoom(int more) {
    int needed = count + more;
    if (start + needed <= buffer.length) {
      return;
    }
    Entry[] target = buffer;
    if (needed > buffer.length / 2) {
      target = new Entry[Math.max(needed, 2 * count)];
    }
    System.arraycopy(buffer, start, target, 0, count);
    if (target == buffer) {
      Arrays.fill(buffer, Math.max(count, start), start + count, null);
    }
    buffer = target;
    start = 0;
  }

  private void dropUpTo(long index) {
    int dropped = (int) (index + 1 - offset);
    Arrays.fill(buffer, start, start + dropped, null);
    start += dropped;
    count -= dropped;
    offset = index + 1;
    handedOut = Math.max(handedOut, offset);
    if (count == 0) {
      clear();
    }
  }

  private void clear() {
    if (buffer.length > KEPT_CAPACITY) {
      buffer = NOTHING;
    } else {
      Arrays.fill(buffer, null);
    }
    start = 0;
    count = 0;
  }
}
