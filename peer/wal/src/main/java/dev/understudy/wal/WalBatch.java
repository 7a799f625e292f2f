package dev.understudy.wal;

import dev.understudy.raft.Entry;
import dev.understudy.raft.HardState;
import dev.understudy.raft.SnapshotMetadata;
import java.util.List;
import java.util.Optional;

/**
 * What becomes durable together: after a crash a batch is there whole or not at all.
 *
 * @param snapshot a marker: the snapshot file of this metadata is complete and durable. Where the
 *     log does not reach its index with its term, the log begins anew after it
 * @param entries consecutive entries; they replace everything in the log from the first one's index
 *     on. They come after the marker
 * @param hardState the hard state from now on
 */
public record WalBatch(
    Optional<SnapshotMetadata> snapshot, List<Entry> entries, Optional<HardState> hardState) {
  /** A batch of entries alone. */
  public static WalBatch of(List<Entry> entries) {
    return new WalBatch(Optional.empty(), entries, Optional.empty());
  }

  /** A batch of entries and the hard state that goes with them. */
  public static WalBatch of(List<Entry> entries, HardState hardState) {
    return new WalBatch(Optional.empty(), entries, Optional.of(hardState));
  }

  /** A batch of a hard state alone. */
  public static WalBatch of(HardState hardState) {
    return new WalBatch(Optional.empty(), List.of(), Optional.of(hardState));
  }

  /** A batch of a snapshot marker alone. */
  public static WalBatch of(SnapshotMetadata snapshot) {
    return new WalBatch(Optional.of(snapshot), List.of(), Optional.empty());
  }
}
