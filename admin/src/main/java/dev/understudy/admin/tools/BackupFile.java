package dev.understudy.admin.tools;

import dev.understudy.clusterconfig.ClusterConfig;
import dev.understudy.clusterconfig.HexId;
import dev.understudy.clusterconfig.TerminalText;
import dev.understudy.raft.SnapshotMetadata;
import dev.understudy.statemachine.Registry.Seat;
import dev.understudy.statemachine.StateImage;
import dev.understudy.statemachine.StateImageCodec;
import dev.understudy.store.Result;
import dev.understudy.wal.SnapshotInput;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * A backup, read and checked from end to end.
 *
 * @param metadata the entry that it is of
 * @param image the state
 * @param bytes the file's length
 * @param written when the file was written last, as text
 */
record BackupFile(
    Path file, SnapshotMetadata metadata, StateImage image, long bytes, String written) {
  private static final int BUFFER_BYTES = 1 << 16;

  /** As far ahead as a peer that has just begun believes a term to be. */
  private static final long MAX_TERM = 1L << 32;

  /** A million entries a second for thirty years. */
  private static final long MAX_INDEX = 1L << 50;

  /**
   * Reads it.
   *
   * @throws IOException when it is no backup, is damaged, or not whole
   */
  static BackupFile read(Path file) throws IOException {
    if (!Files.exists(file)) {
      throw new NoSuchFileException(file.toString());
    }
    if (!Files.isRegularFile(file)) {
      throw new IOException(file + ": not a file");
    }
    try (InputStream raw = new BufferedInputStream(Files.newInputStream(file), BUFFER_BYTES);
        SnapshotInput in = new SnapshotInput(file.toString(), raw)) {
      StateImage image = StateImageCodec.read(new BufferedInputStream(in, BUFFER_BYTES));
      in.verifyToTheEnd();
      checkPlace(file, in.metadata());
      return new BackupFile(
          file,
          in.metadata(),
          image,
          Files.size(file),
          Files.getLastModifiedTime(file).toInstant().truncatedTo(ChronoUnit.MILLIS).toString());
    }
  }

  /** What follows has to count on from there, and machines that join begin with term 0. */
  private static void checkPlace(Path file, SnapshotMetadata metadata) throws IOException {
    boolean inRange =
        metadata.term() >= 1
            && metadata.term() <= MAX_TERM
            && metadata.index() >= 1
            && metadata.index() <= MAX_INDEX;
    if (!inRange || !metadata.confState().isSound()) {
      throw new IOException(
          file
              + ": no backup of a cluster: it says that it is of index "
              + Long.toUnsignedString(metadata.index())
              + ", term "
              + Long.toUnsignedString(metadata.term()));
    }
  }

  void print(PrintStream out) {
    out.println("file      " + TerminalText.of(file.toString()) + ", " + bytes + " bytes, sound");
    out.println("taken at  index " + metadata.index() + ", term " + metadata.term());
    out.println(
        "up to     " + Instant.ofEpochMilli(image.clusterTimeMillis()) + ", its last entry's time");
    out.println("saved     " + written + ", the file's time");
    out.println(
        "keys      " + image.version().nodeCount() + " nodes at index " + image.version().index());
    if (image.version().get(ClusterConfig.KEY, false) instanceof Result.Success config) {
      out.println("config    " + TerminalText.of(config.event().node().value()));
    }
    out.println("seats     " + image.registry().all().size());
    for (Seat seat : image.registry().all()) {
      out.println(
          "  "
              + TerminalText.of(seat.name())
              + "  "
              + HexId.text(seat.member())
              + "  "
              + TerminalText.of(seat.peerUrl())
              + "  "
              + TerminalText.of(seat.clientUrl()));
    }
  }
}
