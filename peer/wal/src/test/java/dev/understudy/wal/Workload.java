package dev.understudy.wal;

import dev.understudy.raft.SnapshotMetadata;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Drives a log turned by hand and keeps book: the model's state after each batch handed over, and
 * how many of them must be there after a crash.
 */
final class Workload {
  private final List<Model> states = new ArrayList<>(List.of(Model.EMPTY));
  private final Directory directory;
  private final SnapshotStore snapshots;
  private final Wal wal;
  private int durable;

  /** Goes on in a directory that holds a log, or in an empty one. */
  Workload(Directory directory, Model from) throws IOException {
    this.directory = directory;
    this.snapshots = SnapshotStore.open(directory);
    states.set(0, from);
    wal =
        Wal.exists(directory)
            ? Wal.open(directory, snapshots, Logs.SMALL, WalListener.NONE)
            : Logs.create(directory);
  }

  Recovered recovered() {
    return wal.recovered();
  }

  Directory directory() {
    return directory;
  }

  Model now() {
    return states.get(states.size() - 1);
  }

  /** The states that a crash now may leave: from what was acknowledged to what was handed over. */
  List<Model> possible() {
    return List.copyOf(states.subList(durable, states.size()));
  }

  /** All states that the log has had. */
  List<Model> states() {
    return List.copyOf(states);
  }

  /** Hands a batch over; it is written with the next turn. */
  void append(WalBatch batch) {
    int number = states.size();
    boolean needsSync = now().needsSync(batch);
    AppendOutcome outcome =
        wal.append(
            batch,
            () -> {
              if (needsSync) {
                durable = number;
              }
            });
    if (outcome == AppendOutcome.ACCEPTED) {
      states.add(now().after(batch));
    }
  }

  /** Turns the log once; throws when it has failed. */
  void turn() throws IOException {
    wal.turn();
    if (wal.isFailed()) {
      throw new IOException("the log has failed");
    }
  }

  /** Takes a snapshot, marks it, and releases what it makes superfluous. */
  void snapshot(SnapshotMetadata metadata) throws IOException {
    snapshots.save(metadata, out -> out.write(body(metadata)));
    append(WalBatch.taken(metadata));
    turn();
    wal.release(snapshots.prune(metadata));
    turn();
  }

  /** Installs a snapshot. */
  void install(SnapshotMetadata metadata, WalBatch batch) throws IOException {
    snapshots.save(metadata, out -> out.write(body(metadata)));
    append(batch);
    turn();
    wal.release(snapshots.prune(metadata));
    turn();
  }

  static byte[] body(SnapshotMetadata metadata) {
    return ("state at " + metadata.index()).getBytes(java.nio.charset.StandardCharsets.UTF_8);
  }

  void close() throws IOException {
    wal.close();
    directory.close();
  }
}
