package dev.understudy.peer;

import dev.understudy.transport.PeerIdentity;
import dev.understudy.transport.SnapshotSink;
import dev.understudy.transport.Transport;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.eclipse.jetty.server.Handler;

/**
 * What a peer needs of the world outside.
 *
 * @param networks makes its network
 * @param monotonicMillis a clock that never goes back
 * @param wallMillis milliseconds since the epoch
 * @param random for seeds and election timeouts; used by this peer alone, by one thread at a time
 */
public record PeerContext(
    Networks networks,
    LongSupplier monotonicMillis,
    LongSupplier wallMillis,
    RandomGenerator random) {
  /** Makes networks; each peer has one of its own. */
  @FunctionalInterface
  public interface Networks {
    /**
     * Makes a network, which is not started yet.
     *
     * @param self who the peer is
     * @param snapshots where snapshots of other peers go
     * @param timer for back-off; ends after the network is closed
     */
    Link create(PeerIdentity self, SnapshotSink snapshots, ScheduledExecutorService timer);
  }

  /**
   * A network and its accepting side.
   *
   * @param network carries messages
   * @param handler answers what other peers ask on the peer port
   */
  public record Link(Transport network, Handler handler) {}
}
