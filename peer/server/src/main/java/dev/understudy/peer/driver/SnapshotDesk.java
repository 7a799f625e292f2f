package dev.understudy.peer.driver;

import dev.understudy.raft.Message.InstallSnapshot;
import dev.understudy.raft.SnapshotMetadata;
import dev.understudy.statemachine.StateImage;
import dev.understudy.transport.Transport;
import java.io.IOException;
import java.util.Optional;

/**
 * Where the driver's snapshots are written, kept and fetched. Everything that takes time happens on
 * threads of its own; the driver is told through its inbox.
 */
public interface SnapshotDesk {
  /**
   * Writes a snapshot in the background.
   *
   * @param metadata what the image stands for
   * @param done called once, on any thread: with nothing when the snapshot is durable, else with
   *     why it is not
   */
  void save(SnapshotMetadata metadata, StateImage image, Done done);

  /** Told how writing a snapshot ended. */
  @FunctionalInterface
  interface Done {
    void ended(Optional<IOException> failure);
  }

  /**
   * The log's marker for a saved snapshot is durable: removes what is older than needed, in the
   * background.
   *
   * @param done called at most once, on any thread
   */
  void marked(SnapshotMetadata metadata, Marked done);

  /** Told up to which index the log may let go of entries. */
  @FunctionalInterface
  interface Marked {
    void ended(long releasableIndex);
  }

  /** What the newest snapshot stands for; empty when there is none yet. */
  Optional<SnapshotMetadata> newest();

  /**
   * Sends the newest snapshot to a peer, in the background.
   *
   * @param message addressed by the core
   * @param network carries it
   * @param sent told whether it arrived, on any thread
   */
  void send(InstallSnapshot message, Transport network, Sent sent);

  /** Told how sending a snapshot ended. */
  @FunctionalInterface
  interface Sent {
    void ended(boolean delivered);
  }

  /**
   * Hands over the state of a snapshot that has arrived from a peer and was decoded already; empty
   * when it is not there (any more).
   */
  Optional<StateImage> takeArrived(SnapshotMetadata metadata);
}
