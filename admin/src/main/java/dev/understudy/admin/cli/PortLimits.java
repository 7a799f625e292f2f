package dev.understudy.admin.cli;

import dev.understudy.api.http.HttpConnections;
import java.util.Objects;
import java.util.OptionalInt;

/**
 * What the ports of a machine hold at most, besides the client port's connections.
 *
 * @param peerConnections to the peer port; empty: what the process's descriptors allow
 * @param connectionsPerAddress of one address to each port; empty: as many as the port holds
 * @param peerStreams that other peers have opened
 * @param headMillis from a request's first byte to the end of its headers, on both ports
 * @param idleMillis how long a client's connection may stand still that is no watch
 */
public record PortLimits(
    OptionalInt peerConnections,
    OptionalInt connectionsPerAddress,
    int peerStreams,
    long headMillis,
    long idleMillis) {
  /**
   * 256 streams are far above any cluster. A head has as long as a body of the largest size. Half a
   * minute for a connection that stands still is Jetty's own.
   */
  public static final PortLimits DEFAULT =
      new PortLimits(
          OptionalInt.empty(),
          OptionalInt.empty(),
          256,
          HttpConnections.HEAD_TIMEOUT_MILLIS,
          30_000);

  public PortLimits {
    Objects.requireNonNull(peerConnections);
    Objects.requireNonNull(connectionsPerAddress);
    if (peerStreams < 1 || headMillis < 1 || idleMillis < 1) {
      throw new IllegalArgumentException("limits must be positive");
    }
  }
}
