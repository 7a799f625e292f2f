package dev.understudy.raft;

import java.util.Arrays;
import java.util.Objects;

/** What an entry of the log carries. */
public sealed interface Payload {
  /** The empty command, which a new leader puts into the log first. */
  Normal EMPTY = new Normal(new byte[0]);

  /** The bytes that count against the limits of {@link RaftConfig}. */
  int sizeBytes();

  /**
   * A command of the application.
   *
   * @param data opaque to consensus; empty for a new leader's first entry. Not copied: the caller
   *     must not change it any more.
   */
  record Normal(byte[] data) implements Payload {
    public Normal {
      Objects.requireNonNull(data, "data");
    }

    @Override
    public int sizeBytes() {
      return data.length;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Normal that && Arrays.equals(data, that.data);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(data);
    }

    @Override
    public String toString() {
      return "Normal[" + data.length + " bytes]";
    }
  }

  /**
   * A change of the membership.
   *
   * @param change the change
   */
  record Change(ConfChange change) implements Payload {
    public Change {
      Objects.requireNonNull(change, "change");
    }

    @Override
    public int sizeBytes() {
      return change.sizeBytes();
    }
  }
}
