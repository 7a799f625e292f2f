package dev.understudy.transport;

import dev.understudy.clusterconfig.Incarnation;
import java.io.IOException;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.websocket.api.Session;

/** Opens streams to other peers. Never blocks; safe for several threads. */
final class StreamDialer {
  private final PeerIdentity self;
  private final StatedStarts starts;
  private final TransportOptions options;
  private final Connections connections;

  StreamDialer(
      PeerIdentity self, StatedStarts starts, TransportOptions options, Connections connections) {
    this.self = self;
    this.starts = starts;
    this.options = options;
    this.connections = connections;
  }

  /**
   * Begins to connect a stream.
   *
   * @return completes when the stream stands, or fails with the reason why it cannot; cancelling it
   *     ends the attempt
   */
  CompletableFuture<Session> dial(PeerStream stream, URI peerUrl) {
    Map<String, String> headers = new LinkedHashMap<>();
    Handshake.of(self, starts, stream.member()).write(headers::put);
    RefusalListener answer = new RefusalListener(stream);
    try {
      CompletableFuture<Session> session =
          connections.connect(
              stream, streamUrl(peerUrl), headers, options.connectTimeoutMillis(), answer);
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
      // If it is one of this directory's starts, that will be stated when it comes again.
      answer.heardBefore.ifPresent(starts::isOutlivedBy);
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
  private static final class RefusalListener implements Connections.UpgradeAnswer {
    private final PeerStream stream;
    private volatile String refused;
    private volatile int status;
    private volatile Optional<Incarnation> outlivedBy = Optional.empty();
    private volatile Optional<Incarnation> heardBefore = Optional.empty();

    private RefusalListener(PeerStream stream) {
      this.stream = stream;
    }

    @Override
    public void received(int answered, HttpFields headers) {
      stream.setStated(Handshake.readLineage(headers), Handshake.readTraits(headers));
      String reason = headers.get(HandshakeRejection.HEADER);
      if (reason != null) {
        outlivedBy = HandshakeRejection.outlivedBy(headers);
        heardBefore = HandshakeRejection.heardBefore(headers);
        status = answered;
        refused = answered + ", " + reason;
      }
    }
  }
}
