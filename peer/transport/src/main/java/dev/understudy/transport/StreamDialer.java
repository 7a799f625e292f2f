package dev.understudy.transport;

import java.io.IOException;
import java.net.URI;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.websocket.api.Session;
import org.eclipse.jetty.websocket.client.ClientUpgradeRequest;
import org.eclipse.jetty.websocket.client.JettyUpgradeListener;
import org.eclipse.jetty.websocket.client.WebSocketClient;

/** Opens streams to other peers. Never blocks; safe for several threads. */
final class StreamDialer {
  private final PeerIdentity self;
  private final TransportOptions options;
  private final WebSocketClient client;

  StreamDialer(PeerIdentity self, TransportOptions options, WebSocketClient client) {
    this.self = self;
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
    Handshake.of(self, stream.member()).write(request::setHeader);
    AtomicReference<String> refused = new AtomicReference<>();
    try {
      CompletableFuture<Session> session =
          client.connect(stream, request, new RefusalListener(refused));
      session.whenComplete(
          (opened, failure) -> {
            if (failure != null) {
              stream.connectFailed(explain(failure, refused.get()));
            }
          });
      return session;
    } catch (IOException | RuntimeException e) {
      stream.connectFailed(e);
      return CompletableFuture.failedFuture(e);
    }
  }

  /** The layers in between wrap the cause several times, which is no reading for an operator. */
  private static Throwable explain(Throwable failure, String refused) {
    if (refused != null) {
      return new HandshakeException(refused, failure);
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

  /** Keeps what the other side says when it refuses. */
  private static final class RefusalListener implements JettyUpgradeListener {
    private final AtomicReference<String> refused;

    private RefusalListener(AtomicReference<String> refused) {
      this.refused = refused;
    }

    @Override
    public void onHandshakeResponse(Request request, Response response) {
      String reason = response.getHeaders().get(HandshakeRejection.HEADER);
      if (reason != null) {
        refused.set(response.getStatus() + ", " + reason);
      }
    }
  }
}
