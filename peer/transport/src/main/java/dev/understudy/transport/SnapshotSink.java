package dev.understudy.transport;

import dev.understudy.raft.Message;
import java.io.IOException;
import java.io.InputStream;

/** Where snapshots from other peers go. */
@FunctionalInterface
public interface SnapshotSink {
  /**
   * Takes a snapshot and makes it durable. Called on a thread that may block, for one snapshot at a
   * time; returns only when the snapshot would survive a crash.
   *
   * @param message what the snapshot stands for; untrusted input
   * @param content the snapshot's bytes, at most once through; reading fails when the transfer
   *     breaks off. The caller closes it.
   * @throws MalformedMessageException when the bytes are no snapshot, or another than the message
   *     announces
   * @throws IOException when the snapshot cannot be taken; nothing of it is kept then, either
   */
  void receive(Message.InstallSnapshot message, InputStream content)
      throws IOException, MalformedMessageException;
}
