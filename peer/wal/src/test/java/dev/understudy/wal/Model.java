package dev.understudy.wal;

import dev.understudy.raft.Entry;
import dev.understudy.raft.HardState;
import dev.understudy.raft.SnapshotMetadata;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A log as a plain list: the oracle beside the real one. Immutable. */
record Model(
    long baseIndex, List<Entry> entries, HardState hardState, Optional<SnapshotMetadata> snapshot) {
  static final Model EMPTY = new Model(0, List.of(), HardState.EMPTY, Optional.empty());

  long lastIndex() {
    return baseIndex + entries.size();
  }

  Model after(WalBatch batch) {
    long base = baseIndex;
    List<Entry> next = new ArrayList<>(entries);
    Optional<SnapshotMetadata> newest = snapshot;
    if (batch.marker().isPresent()) {
      newest = Optional.of(batch.marker().get().snapshot());
      if (batch.marker().get().restartsLog()) {
        base = newest.get().index();
        next.clear();
      }
    }
    for (Entry entry : batch.entries()) {
      while (base + next.size() >= entry.index()) {
        next.remove(next.size() - 1);
      }
      next.add(entry);
    }
    return new Model(base, List.copyOf(next), batch.hardState().orElse(hardState), newest);
  }

  boolean needsSync(WalBatch batch) {
    return !batch.entries().isEmpty()
        || batch.marker().isPresent()
        || batch
            .hardState()
            .filter(next -> next.term() != hardState.term() || next.vote() != hardState.vote())
            .isPresent();
  }

  /** What a restart should find. */
  Recovered recovered() {
    long from = snapshot.map(SnapshotMetadata::index).orElse(0L);
    HardState state =
        new HardState(hardState.term(), hardState.vote(), Math.max(from, hardState.commit()));
    return new Recovered(
        Logs.IDENTITY, state, snapshot, entries.subList((int) (from - baseIndex), entries.size()));
  }
}
