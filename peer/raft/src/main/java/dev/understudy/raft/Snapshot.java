package dev.understudy.raft;

import java.util.Arrays;
import java.util.Objects;

/**
 * A state of the application that replaces a prefix of the log (§7).
 *
 * @param metadata the prefix
 * @param data opaque to consensus: the state itself or a word about where to get it; not copied
 */
public record Snapshot(SnapshotMetadata metadata, byte[] data) {
  /** The snapshot of an empty log. */
  public static final Snapshot EMPTY = new Snapshot(SnapshotMetadata.EMPTY, new byte[0]);

  public Snapshot {
    Objects.requireNonNull(metadata, "metadata");
    Objects.requireNonNull(data, "data");
  }

  /** Whether it covers no entry. */
  public boolean isEmpty() {
    return metadata.index() == 0;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Snapshot that
        && metadata.equals(that.metadata)
        && Arrays.equals(data, that.data);
  }

  @Override
  public int hashCode() {
    return 31 * metadata.hashCode() + Arrays.hashCode(data);
  }

  @Override
  public String toString() {
    return "Snapshot[" + metadata + ", " + data.length + " bytes]";
  }
}
