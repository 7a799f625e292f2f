package dev.understudy.raft;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A {@link Storage} in memory. It makes nothing durable: a driver writes a Ready to its disk first
 * and then adds it here. Not safe for use by several threads; entries handed out stay valid.
 */
public final class MemoryStorage implements Storage {
  /** Where snapshots for members that have fallen behind come from. */
  @FunctionalInterface
  public interface SnapshotSource {
    /** The newest snapshot to be had, given the one that this log was last built on. */
    Optional<Snapshot> newest(Snapshot base);
  }

  private final SnapshotSource snapshots;
  private HardState hardState = HardState.EMPTY;
  private Snapshot base = Snapshot.EMPTY;
  private EntryId before = EntryId.ZERO;
  private ArrayList<Entry> entries = new ArrayList<>(0);
  private long bytes;

  /** An empty log, whose snapshots are those given to it. */
  public MemoryStorage() {
    this(base -> base.isEmpty() ? Optional.empty() : Optional.of(base));
  }

  /**
   * An empty log, which gets snapshots for members that have fallen behind from {@code snapshots}.
   */
  public MemoryStorage(SnapshotSource snapshots) {
    this.snapshots = Objects.requireNonNull(snapshots, "snapshots");
  }

  @Override
  public HardState hardState() {
    return hardState;
  }

  @Override
  public ConfState confState() {
    return base.metadata().confState();
  }

  @Override
  public long firstIndex() {
    return before.index() + 1;
  }

  @Override
  public long lastIndex() {
    return before.index() + entries.size();
  }

  @Override
  public long term(long index) {
    if (index < before.index()) {
      return COMPACTED;
    }
    if (index == before.index()) {
      return before.term();
    }
    return index > lastIndex() ? UNAVAILABLE : at(index).term();
  }

  @Override
  public List<Entry> entries(long from, long to, long maxBytes) {
    if (from < firstIndex()) {
      throw new IndexOutOfBoundsException("compacted: " + from + " < " + firstIndex());
    }
    if (to > lastIndex() + 1) {
      throw new IndexOutOfBoundsException("beyond the end: " + to + " > " + (lastIndex() + 1));
    }
    return List.copyOf(
        entries.subList(offset(from), offset(RaftLog.limitSize(this::at, from, to, maxBytes))));
  }

  @Override
  public Optional<Snapshot> snapshot() {
    return snapshots.newest(base);
  }

  /** Remembers what {@link #hardState()} answers from now on. */
  public void setHardState(HardState hardState) {
    this.hardState = Objects.requireNonNull(hardState, "hardState");
  }

  /**
   * Adds entries. Those that the log already has are replaced together with all that follow; those
   * that have been compacted away are skipped.
   *
   * @param added contiguous, beginning at most one behind the last index
   */
  public void append(List<Entry> added) {
    int skip = 0;
    while (skip < added.size() && added.get(skip).index() < firstIndex()) {
      skip++;
    }
    if (skip == added.size()) {
      return;
    }
    long from = added.get(skip).index();
    Check.that(from <= lastIndex() + 1, "the log has a gap (last, new)", lastIndex(), from);
    List<Entry> replaced = entries.subList(offset(from), entries.size());
    List<Entry> taken = skip == 0 ? added : added.subList(skip, added.size());
    bytes += Entry.sizeOf(taken) - Entry.sizeOf(replaced);
    replaced.clear();
    entries.addAll(taken);
  }

  /**
   * Begins anew behind a snapshot.
   *
   * @return false, and nothing is changed, if the log was built on a snapshot at least as new
   */
  public boolean applySnapshot(Snapshot snapshot) {
    if (!base.isEmpty() && base.metadata().index() >= snapshot.metadata().index()) {
      return false;
    }
    base = snapshot;
    before = snapshot.metadata().last();
    entries = new ArrayList<>(0);
    bytes = 0;
    return true;
  }

  /** The snapshot that the log is built on; {@link Snapshot#EMPTY} if there is none. */
  public Snapshot base() {
    return base;
  }

  /**
   * Replaces the snapshot that the log is built on by one of what it holds; entries stay until
   * {@link #compact}.
   *
   * @return false, and nothing is changed, if there is one at least as new
   */
  public boolean createSnapshot(long index, ConfState confState, byte[] data) {
    if (index <= base.metadata().index()) {
      return false;
    }
    long term = term(index);
    Check.that(term >= 0, "no entry to make a snapshot at (index, last)", index, lastIndex());
    base = new Snapshot(new SnapshotMetadata(term, index, confState), data);
    return true;
  }

  /**
   * Forgets entries up to and including {@code index}.
   *
   * @return false, and nothing is changed, if they have been forgotten before
   */
  public boolean compact(long index) {
    if (index <= before.index()) {
      return false;
    }
    Check.that(index <= lastIndex(), "compaction beyond the end (index, last)", index, lastIndex());
    EntryId newBefore = at(index).id();
    bytes -= Entry.sizeOf(entries.subList(0, offset(index) + 1));
    entries = new ArrayList<>(entries.subList(offset(index) + 1, entries.size()));
    before = newBefore;
    return true;
  }

  /** What the entries take: their payloads and a little for each. */
  public long bytes() {
    return bytes;
  }

  /**
   * The lowest index behind which, up to and including {@code to}, the entries take at most so many
   * bytes.
   */
  public long lowestBehindWhich(long to, long maxBytes) {
    long index = Math.min(to, lastIndex());
    long left = maxBytes;
    while (index > before.index() && left >= at(index).sizeBytes()) {
      left -= at(index).sizeBytes();
      index--;
    }
    return index;
  }

  private Entry at(long index) {
    return entries.get(offset(index));
  }

  private int offset(long index) {
    return Math.toIntExact(index - before.index() - 1);
  }
}
