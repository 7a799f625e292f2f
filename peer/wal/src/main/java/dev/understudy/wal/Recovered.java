package dev.understudy.wal;

import dev.understudy.raft.Entry;
import dev.understudy.raft.HardState;
import dev.understudy.raft.SnapshotMetadata;
import java.util.List;
import java.util.Optional;

/**
 * What a log held when it was opened.
 *
 * @param identity whose log it is
 * @param hardState the last durable one; {@link HardState#EMPTY} when there never was one. Its
 *     commit index is not below the snapshot's
 * @param snapshot the newest snapshot that the log vouches for and whose file is sound; empty when
 *     the log reaches back to its first entry and no snapshot was ever taken
 * @param entries those after the snapshot, without a gap
 */
public record Recovered(
    WalIdentity identity,
    HardState hardState,
    Optional<SnapshotMetadata> snapshot,
    List<Entry> entries) {}
