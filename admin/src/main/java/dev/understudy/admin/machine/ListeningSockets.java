package dev.understudy.admin.machine;

import java.io.IOException;
import java.nio.channels.ServerSocketChannel;
import java.util.Optional;

/**
 * Sockets that listen already when a machine is made, because their ports were free ones that
 * nobody knew before. Whoever holds them closes them.
 *
 * @param client for clients; empty where the machine is to make one
 * @param peer for other machines; the same
 */
public record ListeningSockets(
    Optional<ServerSocketChannel> client, Optional<ServerSocketChannel> peer)
    implements AutoCloseable {
  public static final ListeningSockets NONE =
      new ListeningSockets(Optional.empty(), Optional.empty());

  /** Idempotent. */
  @Override
  public void close() throws IOException {
    if (client.isPresent()) {
      client.get().close();
    }
    if (peer.isPresent()) {
      peer.get().close();
    }
  }
}
