package dev.understudy.transport;

import dev.understudy.clusterconfig.Incarnation;
import java.io.IOException;
import java.net.URI;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.websocket.api.Session;
import org.eclipse.jetty.websocket.client.ClientUpgradeRequest;
import org.eclipse.jetty.websocket.client.JettyUpgradeListener;
import org.eclipse.jetty.websocket.client.WebSocketClient;

/** Opens streams to other peers. Never blocks; safe for several threads. */
final class StreamDialer {
  private final PeerIdentity self;
  private final StatedStarts starts;
  private final TransportOptions options;
  private final WebSocketClient client;

  StreamDialer(
      PeerIdentity self, StatedStarts starts, TransportOptions options, WebSocketClient client) {
    this.self = self;
    this.starts = starts;
    this.options = options;
    this.client = client;
  }

  /**
   * Begins to connect a stream.
   *
   * @return completes when the stream stands, or fails with the reason why it cannot; cancelling it
   *     ends the attempt
   */
  CompletableFuture<Session> dial(PeerStream stream, URI peerUrl) {
    ClientUpgradeRequest request = new ClientUpgradeRequest(streamUrl(peerUrl));
    request.setTimeout(options.connectTimeoutMillis(), TimeUnit.MILLISECONDS);
    Handshake.of(self, starts, stream.member()).write(request::setHeader);
    RefusalListener answer = new RefusalListener(stream);
    try {
      CompletableFuture<Session> session = client.connect(stream, request, answer);
      session.whenComplete(
          (opened, failure) -> {
            if (failure != null) {
              stream.connectFailed(explain(failure, answer));
            }
          });
      return session;
    } catch (IOException | RuntimeException e) {
      stream.connectFailed(e);
      return CompletableFuture.failedFuture(e);
    }
  }

  /** The layers in between wrap the cause several times, which is no reading for an operator. */
  private Throwable explain(Throwable failure, RefusalListener answer) {
    String refused = answer.refused;
    if (refused != null && answer.status == HttpStatus.PRECONDITION_FAILED_412) {
      return new ForeignClusterException(refused, failure);
    }
    if (refused != null) {
      // Not on its word alone: what it names must not be one of this directory's starts.
      return answer.outlivedBy.filter(starts::isOutlivedBy).isPresent()
          ? new OutlivedException(refused, failure)
          : new HandshakeException(refused, failure);
    }
    Throwable root = failure;
    while (root.getCause() != null && root.getCause() != root) {
      root = root.getCause();
    }
    return root;
  }

  /** The scheme follows the peer's URL, so that peers with certificates need nothing here. */
  static URI streamUrl(URI peerUrl) {
    String scheme = "https".equals(peerUrl.getScheme()) ? "wss" : "ws";
    return URI.create(scheme + "://" + peerUrl.getRawAuthority() + Handshake.STREAM_PATH);
  }

  /** Keeps what the other side says of itself, or why it refuses. */
  private static final class RefusalListener implements JettyUpgradeListener {
    private final PeerStream stream;
    private volatile String refused;
    private volatile int status;
    private volatile Optional<Incarnation> outlivedBy = Optional.empty();

    private RefusalListener(PeerStream stream) {
      this.stream = stream;
    }

    @Override
    public void onHandshakeResponse(Request request, Response response) {
      stream.setLineage(Handshake.readLineage(response.getHeaders()));
      String reason = response.getHeaders().get(HandshakeRejection.HEADER);
      if (reason != null) {
        outlivedBy = HandshakeRejection.outlivedBy(response.getHeaders());
        status = response.getStatus();
        refused = response.getStatus() + ", " + reason;
      }
    }
  }
}
