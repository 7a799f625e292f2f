package dev.understudy.peer;

import dev.understudy.clusterconfig.Lineage;
import dev.understudy.peer.driver.Snapshotter;
import dev.understudy.raft.ConfState;
import dev.understudy.raft.Entry;
import dev.understudy.raft.MemoryStorage;
import dev.understudy.raft.Snapshot;
import dev.understudy.raft.SnapshotMetadata;
import dev.understudy.statemachine.Registry;
import dev.understudy.statemachine.StateImage;
import dev.understudy.statemachine.UnknownCommandException;
import dev.understudy.wal.Directory;
import dev.understudy.wal.Recovered;
import dev.understudy.wal.SnapshotStore;
import dev.understudy.wal.Wal;
import dev.understudy.wal.WalIdentity;
import dev.understudy.wal.WalListener;
import dev.understudy.wal.WalOptions;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A peer as its directory tells of it: log and snapshots, open and checked, and the seats as of the
 * last entry that was known here to be committed.
 */
final class RecoveredPeer implements AutoCloseable {
  private final Wal wal;
  private final SnapshotStore snapshots;
  private final Registry registry;
  private final Lineage lineage;
  private final long notedClusterMillis;
  private Optional<StateImage> image;

  private RecoveredPeer(
      Wal wal,
      SnapshotStore snapshots,
      Registry registry,
      Lineage lineage,
      long notedClusterMillis,
      Optional<StateImage> image) {
    this.lineage = lineage;
    this.notedClusterMillis = notedClusterMillis;
    this.wal = wal;
    this.snapshots = snapshots;
    this.registry = registry;
    this.image = image;
  }

  /**
   * Reads and checks what a directory holds.
   *
   * @param listener told of the log's failure, later
   * @throws IOException if it cannot be read, is damaged, or was written by a newer release;
   *     nothing is left open then
   */
  static RecoveredPeer read(Directory directory, WalOptions options, WalListener listener)
      throws IOException {
    SnapshotStore snapshots = SnapshotStore.open(directory);
    Wal wal = Wal.open(directory, snapshots, options, listener);
    try {
      Recovered recovered = wal.recovered();
      Optional<StateImage> image = Optional.empty();
      if (recovered.snapshot().isPresent()) {
        image = Optional.of(Snapshotter.read(snapshots, recovered.snapshot().get()));
      }
      Registry registry = seats(image, recovered, recovered.hardState().commit());
      Lineage lineage = LineageFile.read(directory);
      long notedClusterMillis = ClockNotes.read(directory, recovered.identity().clusterId());
      return new RecoveredPeer(wal, snapshots, registry, lineage, notedClusterMillis, image);
    } catch (UnknownCommandException e) {
      wal.close();
      throw new IOException(e.getMessage(), e);
    } catch (IOException | RuntimeException e) {
      wal.close();
      throw e;
    }
  }

  private static Registry seats(Optional<StateImage> image, Recovered recovered, long lastIndex) {
    ConfState members =
        recovered.snapshot().map(SnapshotMetadata::confState).orElse(ConfState.EMPTY);
    return RegistryReplay.of(image, members, recovered.entries(), lastIndex);
  }

  /** The same, with the starts that the directory states now. */
  RecoveredPeer withLineageOf(Directory directory) throws IOException {
    return new RecoveredPeer(
        wal, snapshots, registry, LineageFile.read(directory), notedClusterMillis, image);
  }

  Wal wal() {
    return wal;
  }

  SnapshotStore snapshots() {
    return snapshots;
  }

  Registry registry() {
    return registry;
  }

  /** Whether the log gives its member a seat, or might, read to its end. */
  boolean mayHaveSeat() {
    try {
      Registry atTheEnd = seats(image, wal.recovered(), Long.MAX_VALUE);
      return Stream.of(registry, atTheEnd)
          .anyMatch(seats -> seats.byMember(identity().memberId()).isPresent());
    } catch (UnknownCommandException e) {
      return true; // What it would do to the seats only a newer release knows.
    }
  }

  /** The starts of the directory as its file states them. */
  Lineage lineage() {
    return lineage;
  }

  /** How far the cluster's time had come when this peer noted it last; 0 when it never did. */
  long notedClusterMillis() {
    return notedClusterMillis;
  }

  /** The index of the log's last entry, or of what its snapshot stands for. */
  long lastIndex() {
    return lastEntry()
        .map(Entry::index)
        .or(() -> wal.recovered().snapshot().map(SnapshotMetadata::index))
        .orElse(0L);
  }

  /** The term of that entry. */
  long lastTerm() {
    return lastEntry()
        .map(Entry::term)
        .or(() -> wal.recovered().snapshot().map(SnapshotMetadata::term))
        .orElse(0L);
  }

  private Optional<Entry> lastEntry() {
    List<Entry> entries = wal.recovered().entries();
    return entries.isEmpty() ? Optional.empty() : Optional.of(entries.get(entries.size() - 1));
  }

  WalIdentity identity() {
    return wal.recovered().identity();
  }

  /** The index up to which the log was known to be committed. */
  long commitIndex() {
    return wal.recovered().hardState().commit();
  }

  /** The state as of the newest snapshot; empty when there is none. */
  Optional<StateImage> image() {
    return image;
  }

  /** What consensus reads of the log, in memory. */
  MemoryStorage raftLog(Snapshotter snapshotter) {
    Recovered recovered = wal.recovered();
    MemoryStorage log =
        new MemoryStorage(base -> snapshotter.newest().map(RecoveredPeer::reference));
    recovered.snapshot().ifPresent(metadata -> log.applySnapshot(reference(metadata)));
    log.append(recovered.entries());
    log.setHardState(recovered.hardState());
    return log;
  }

  /** Snapshots travel as files; consensus only carries what they stand for. */
  private static Snapshot reference(SnapshotMetadata metadata) {
    return new Snapshot(metadata, new byte[0]);
  }

  /** Gives back the memory of what has been taken over. */
  void forget() {
    image = Optional.empty();
    wal.forgetRecovered();
  }

  @Override
  public void close() throws IOException {
    wal.close();
  }
}
