package dev.understudy.wal;

import dev.understudy.raft.Entry;
import dev.understudy.raft.HardState;
import dev.understudy.raft.SnapshotMetadata;
import java.util.List;
import java.util.Optional;

/**
 * What becomes durable together: after a crash a batch is there whole or not at all.
 *
 * @param marker says that a snapshot's file is complete and durable
 * @param entries consecutive entries; they replace everything in the log from the first one's index
 *     on, which is at most one beyond the log's end. They come after the marker
 * @param hardState the hard state from now on
 */
public record WalBatch(
    Optional<Marker> marker, List<Entry> entries, Optional<HardState> hardState) {
  /**
   * A snapshot's mark in the log.
   *
   * @param snapshot the snapshot's metadata
   * @param restartsLog true when a leader sent the snapshot: all entries go, the next one follows
   *     the snapshot. False when it was taken here, of entries that the log has
   */
  public record Marker(SnapshotMetadata snapshot, boolean restartsLog) {}

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

  /** Marks a snapshot that was taken here; entries stay. */
  public static WalBatch taken(SnapshotMetadata snapshot) {
    return new WalBatch(Optional.of(new Marker(snapshot, false)), List.of(), Optional.empty());
  }

  /** Marks a snapshot that a leader sent; the log restarts after it. */
  public static WalBatch installed(
      SnapshotMetadata snapshot, List<Entry> entries, Optional<HardState> hardState) {
    return new WalBatch(Optional.of(new Marker(snapshot, true)), entries, hardState);
  }

  /** Whether it holds nothing. */
  public boolean isEmpty() {
    return marker.isEmpty() && entries.isEmpty() && hardState.isEmpty();
  }
}
