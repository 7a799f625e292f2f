package dev.understudy.transport;

import dev.understudy.clusterconfig.Lineage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The accepting side of a running network. Any thread. */
final class StreamAcceptor implements PeerHandler.Open, PeerStream.Owner {
  private static final Logger LOG = LoggerFactory.getLogger(StreamAcceptor.class);

  /** What members send before they know each other, votes and heartbeats, is small. */
  private static final int STRANGERS_FRAME_BYTES = 64 << 10;

  /** Removed members that ask for votes, and a leader that is not known here yet. */
  private static final int MAX_STRANGERS = 16;

  private final LinkContext context;
  private final Routes routes;
  private final Map<Long, PeerStream> accepted;
  private final SnapshotReceiver snapshots;
  private final LogThrottle malformed;
  private volatile boolean closed;

  /**
   * @param routes where the streams that members open are kept
   */
  StreamAcceptor(LinkContext context, Routes routes, SnapshotReceiver snapshots) {
    this.context = context;
    this.routes = routes;
    this.accepted = routes.accepted();
    this.snapshots = snapshots;
    this.malformed = new LogThrottle(context.nanoClock());
  }

  /** From now on nothing is taken. */
  void close() {
    closed = true;
  }

  @Override
  public PeerIdentity self() {
    return context.self();
  }

  @Override
  public String selfName() {
    return context.selfName();
  }

  @Override
  public Lineage lineage() {
    return context.stated().lineage();
  }

  @Override
  public Optional<HandshakeRejection> refusal(Handshake greeting) {
    return context.starts().refusal(greeting.from(), greeting.lineage());
  }

  @Override
  public Optional<PeerStream> accept(Handshake greeting) {
    boolean newcomer = !accepted.containsKey(greeting.from());
    boolean full = accepted.size() >= context.options().maxStreams();
    if (newcomer && (full || isOneStrangerTooMany(greeting.from()))) {
      return Optional.empty();
    }
    LOG.debug(
        "member {}: stream from {} at {}",
        context.selfName(),
        context.nameOf(greeting.from()),
        greeting.peerUrl());
    PeerStream stream = context.newStream(greeting.from(), this);
    stream.setStated(greeting.lineage(), greeting.traits());
    return Optional.of(stream);
  }

  private boolean isKnown(long member) {
    return routes.isKnown(member, context.receiver());
  }

  private boolean isOneStrangerTooMany(long member) {
    return !isKnown(member)
        && accepted.keySet().stream().filter(other -> !isKnown(other)).count() >= MAX_STRANGERS;
  }

  @Override
  public int maxFrameBytes(PeerStream stream) {
    int ofMembers = context.options().maxFrameBytes();
    return isKnown(stream.member()) ? ofMembers : Math.min(STRANGERS_FRAME_BYTES, ofMembers);
  }

  @Override
  public void receiveSnapshot(
      Handshake greeting, Request request, Response response, Callback callback) {
    if (closed) {
      callback.failed(new IOException("this peer stops"));
    } else {
      snapshots.receive(greeting, request, response, callback);
    }
  }

  @Override
  public Optional<HandshakeRejection> receiveSnapshot(
      Handshake greeting, Runnable breakOff, InputStream in) {
    return closed
        ? Optional.of(PeerHandler.NOT_RUNNING)
        : snapshots.receive(greeting, breakOff, in);
  }

  @Override
  public void opened(PeerStream stream) {
    context.streams().add(stream);
    if (closed) {
      stream.close("this peer stops");
      return;
    }
    Optional<HandshakeRejection> refusal =
        context.starts().refusal(stream.member(), stream.lineage());
    if (refusal.isPresent()) {
      // Two processes came at the same time; neither was there when the other one was judged.
      stream.close(refusal.get().reason());
      return;
    }
    context.starts().admitted(stream);
    PeerStream older = accepted.put(stream.member(), stream);
    if (older != null) {
      // A member keeps one stream to us; it knows before we do that the older one is dead.
      older.close("replaced by a newer stream");
    }
    PeerLink link = routes.link(stream.member());
    if (link != null) {
      // Whoever comes to us is up: no need to wait for the end of a pause.
      link.connect();
    }
  }

  @Override
  public void frame(PeerStream stream, ByteBuffer frame) throws MalformedMessageException {
    context.inbound().frame(stream, frame);
  }

  @Override
  public void ended(PeerStream stream, Throwable cause) {
    int dropped = stream.drop();
    context.traffic().dropped(dropped);
    accepted.remove(stream.member(), stream);
    PeerLink link = routes.link(stream.member());
    if (link == null || closed) {
      context.streams().remove(stream);
    } else {
      link.otherEnded(stream);
    }
    if (cause instanceof MalformedMessageException) {
      malformed
          .missed()
          .ifPresent(
              notice ->
                  LOG.warn(
                      "member {}: the stream from {} was closed: {} ({} such since the last line)",
                      context.selfName(),
                      context.nameOf(stream.member()),
                      cause.getMessage(),
                      notice.missed()));
    }
    if (dropped > 0 && !closed) {
      context.receiver().unreachable(stream.member());
    }
  }
}
