package dev.understudy.peer.transport;

import dev.understudy.raft.Message;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.random.RandomGenerator;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.websocket.client.WebSocketClient;

/** The network of real peers: WebSocket streams and snapshot transfers over HTTP. */
public final class HttpPeerNetwork implements PeerNetwork {

  /**
   * Starts nothing.
   *
   * @param self who this peer is
   * @param options the limits
   * @param snapshots where snapshots from others go
   * @param client opens connections (its HttpClient too); started, and later stopped, by the
   *     caller, who may share it between several networks. Whatever secures connections is set up
   *     in it.
   * @param timer runs back-off and inspections, which are short and never block; the caller's
   * @param jitter spreads attempts to connect; used by this network alone
   */
  public HttpPeerNetwork(
      PeerIdentity self,
      TransportOptions options,
      SnapshotSink snapshots,
      WebSocketClient client,
      ScheduledExecutorService timer,
      RandomGenerator jitter) {}

  /**
   * Makes a server fit for {@link #handler}: its WebSocket container, with buffers that suit
   * batches of messages. Called by the owner of the server before it is started.
   */
  public static void prepare(Server server) {
    throw new UnsupportedOperationException();
  }

  /**
   * Answers what other peers ask under {@code /raft/}; anything else is left to the next handler.
   * Answers 503 while the network is not started.
   */
  public Handler handler() {
    throw new UnsupportedOperationException();
  }

  @Override
  public void start(PeerReceiver receiver) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void setPeers(Map<Long, URI> peerUrls) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void send(List<Message> messages) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void sendSnapshot(
      Message.InstallSnapshot message, SnapshotSource source, SnapshotOutcome outcome) {
    throw new UnsupportedOperationException();
  }

  @Override
  public TrafficCount traffic() {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() {
    throw new UnsupportedOperationException();
  }
}
