package dev.understudy.transport;

import dev.understudy.clusterconfig.Lineage;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.websocket.server.ServerWebSocketContainer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The accepting side: decides by the {@link Handshake} whether to talk with a peer at all, before
 * anything is upgraded or read. Lives through starts and stops of the network; between them it
 * answers 503.
 */
final class PeerHandler extends Handler.Abstract {
  /** What a running network does with those it talks with. */
  interface Open {
    /** Who this peer is. */
    PeerIdentity self();

    /** What this member is called in the log. */
    String selfName();

    /** What this peer states of the starts of its directory. */
    Lineage lineage();

    /** Why the sender's process must not speak for its member; empty when it may. */
    Optional<HandshakeRejection> refusal(Handshake greeting);

    /** A stream for a peer that has just connected; empty when there are too many. */
    Optional<PeerStream> accept(Handshake greeting);

    /** Takes a snapshot; blocks until it is taken, or is not, and answers. */
    void receiveSnapshot(Handshake greeting, Request request, Response response, Callback callback);

    /**
     * The same, whatever it comes on.
     *
     * @param breakOff ends its coming
     * @return why it is not taken; empty when it is
     */
    Optional<HandshakeRejection> receiveSnapshot(
        Handshake greeting, Runnable breakOff, InputStream in);
  }

  /** What a network talks with a sender about, or why it does not. */
  sealed interface Judgement {
    record Refused(HandshakeRejection why) implements Judgement {}

    record Admitted(Open network, Handshake greeting) implements Judgement {}
  }

  static final HandshakeRejection NOT_RUNNING =
      new HandshakeRejection(
          HttpStatus.SERVICE_UNAVAILABLE_503, "this machine is not running as a peer now");
  static final HandshakeRejection TOO_MANY =
      new HandshakeRejection(HttpStatus.SERVICE_UNAVAILABLE_503, "too many streams");
  private static final HandshakeRejection NO_GREETING =
      new HandshakeRejection(HttpStatus.BAD_REQUEST_400, "this is no request of another peer");
  private static final HandshakeRejection WRONG_METHOD =
      new HandshakeRejection(HttpStatus.METHOD_NOT_ALLOWED_405, "method not allowed");
  private static final HandshakeRejection ODD_PATH =
      new HandshakeRejection(HttpStatus.BAD_REQUEST_400, "no parameters are taken here");
  private static final HandshakeRejection NO_UPGRADE =
      new HandshakeRejection(
          HttpStatus.UPGRADE_REQUIRED_426, "this is where WebSocket streams begin");

  private static final Logger LOG = LoggerFactory.getLogger(PeerHandler.class);

  private final LogThrottle refusals;
  private volatile Open open;

  PeerHandler(LongSupplier nanoClock) {
    refusals = new LogThrottle(nanoClock);
  }

  /** Opens the door to a running network, or shuts it with null. */
  void open(Open network) {
    open = network;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    String path = Request.getPathInContext(request);
    boolean stream = path.equals(Handshake.STREAM_PATH);
    if (!stream && !path.equals(Handshake.SNAPSHOT_PATH)) {
      return false;
    }
    if (!path.equals(request.getHttpURI().getPathQuery())) {
      ODD_PATH.answer(response, callback);
      return true;
    }
    HttpMethod expected = stream ? HttpMethod.GET : HttpMethod.POST;
    if (!expected.is(request.getMethod())) {
      WRONG_METHOD.answer(response, callback);
      return true;
    }
    Judgement judgement = judge(request.getHeaders());
    if (judgement instanceof Judgement.Refused refused) {
      refused.why().answer(response, callback);
    } else if (judgement instanceof Judgement.Admitted admitted) {
      if (stream) {
        upgrade(admitted.network(), admitted.greeting(), request, response, callback);
      } else {
        admitted.network().receiveSnapshot(admitted.greeting(), request, response, callback);
      }
    }
    return true;
  }

  /** Decides by the headers of a request whether to talk with its sender. */
  Judgement judge(HttpFields headers) {
    Open network = open;
    if (network == null) {
      return new Judgement.Refused(NOT_RUNNING);
    }
    Optional<Handshake> greeting = Handshake.read(headers);
    Optional<HandshakeRejection> refusal =
        greeting.isEmpty()
            ? Optional.of(NO_GREETING)
            : greeting.get().refusedBy(network.self()).or(() -> network.refusal(greeting.get()));
    refusal.ifPresent(why -> report(why, network));
    return refusal
        .<Judgement>map(Judgement.Refused::new)
        .orElseGet(() -> new Judgement.Admitted(network, greeting.get()));
  }

  /** The ids are for the operator of this peer alone. */
  private void report(HandshakeRejection refusal, Open network) {
    if (!refusal.detail().isEmpty()) {
      refusals
          .missed()
          .ifPresent(
              notice ->
                  LOG.warn(
                      "member {}: refused a peer: {} ({} refused since the last line)",
                      network.selfName(),
                      refusal.detail(),
                      notice.missed()));
    }
  }

  private static void upgrade(
      Open network, Handshake greeting, Request request, Response response, Callback callback) {
    Optional<PeerStream> stream = network.accept(greeting);
    if (stream.isEmpty()) {
      TOO_MANY.answer(response, callback);
      return;
    }
    ServerWebSocketContainer container = ServerWebSocketContainer.get(request.getContext());
    boolean upgraded =
        container.upgrade(
            (req, res, cb) -> {
              // Ours never compress; a few compressed bytes could become megabytes.
              res.setExtensions(List.of());
              Handshake.writeStated(
                  network.lineage(), network.self().traits(), res.getHeaders()::put);
              return stream.get();
            },
            request,
            response,
            callback);
    if (!upgraded) {
      NO_UPGRADE.answer(response, callback);
    }
  }
}
