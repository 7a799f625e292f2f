package dev.understudy.wal;

import dev.understudy.raft.SnapshotMetadata;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;

/** The snapshot files of one directory. Skeleton. */
public final class Snapshots {
  /** Writes the state that a snapshot stands for. */
  @FunctionalInterface
  public interface Body {
    /** Writes everything to {@code out}, which is buffered; need not close it. */
    void writeTo(OutputStream out) throws IOException;
  }

  private Snapshots() {}

  /** Opens the snapshots of a directory; files left unfinished by a crash are removed. */
  public static Snapshots open(Directory directory) throws IOException {
    throw new UnsupportedOperationException();
  }

  /** All complete snapshots, newest first; not verified. */
  public List<SnapshotMetadata> list() {
    throw new UnsupportedOperationException();
  }

  /**
   * Writes a snapshot, durably, on the caller's thread; nothing is visible before it is complete.
   * The log must then be given a marker ({@link WalBatch#of(SnapshotMetadata)}), without which a
   * restart ignores the file.
   */
  public void save(SnapshotMetadata metadata, Body body) throws IOException {
    throw new UnsupportedOperationException();
  }

  /**
   * Takes a snapshot that a peer streams as {@link #openRaw} gives it, verifies it, and makes it
   * durable and visible like {@link #save}; reads exactly the snapshot's bytes, not beyond.
   */
  public SnapshotMetadata receive(InputStream raw) throws IOException {
    throw new UnsupportedOperationException();
  }

  /** Reads the state; verified throughout while it is read, and fails before giving false bytes. */
  public InputStream open(SnapshotMetadata metadata) throws IOException {
    throw new UnsupportedOperationException();
  }

  /** The file as it is, to stream it to a peer. */
  public InputStream openRaw(SnapshotMetadata metadata) throws IOException {
    throw new UnsupportedOperationException();
  }

  /** The length of what {@link #openRaw} gives, in bytes. */
  public long rawBytes(SnapshotMetadata metadata) throws IOException {
    throw new UnsupportedOperationException();
  }

  /**
   * To be called once the log's marker for a snapshot is durable: deletes snapshots so that this
   * one, the one before it and newer ones are left.
   *
   * @return the same as {@link #retainedFrom}
   */
  public long prune(SnapshotMetadata marked) throws IOException {
    throw new UnsupportedOperationException();
  }

  /**
   * The index of the oldest snapshot kept: the log may let go of entries up to it ({@link
   * Wal#release}); 0 when there is none.
   */
  public long retainedFrom() {
    throw new UnsupportedOperationException();
  }
}
