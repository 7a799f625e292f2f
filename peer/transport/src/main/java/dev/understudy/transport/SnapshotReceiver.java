package dev.understudy.transport;

import dev.understudy.clusterconfig.FailureText;
import dev.understudy.raft.Message;
import dev.understudy.transport.PeerReceiver.Following;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.commons.io.input.BoundedInputStream;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes snapshots from the leader that this peer follows, one at a time. A leader sends one at a
 * time to each peer, so a second one means that the first is dead, and takes its place. Works on
 * the server's thread, which the sink may block.
 */
final class SnapshotReceiver {
  private static final Logger LOG = LoggerFactory.getLogger(SnapshotReceiver.class);
  private static final HandshakeRejection BUSY =
      new HandshakeRejection(
          HttpStatus.SERVICE_UNAVAILABLE_503, "another snapshot is being received");

  /** Heartbeats come before snapshots, so a rightful sender is followed when it begins. */
  private static final HandshakeRejection NOT_FOLLOWED =
      new HandshakeRejection(
          HttpStatus.FORBIDDEN_403, "snapshots are taken only from the leader that is followed");

  private static final HandshakeRejection IMPOSSIBLE =
      new HandshakeRejection(
          HttpStatus.BAD_REQUEST_400, "no leader sends this member a snapshot of such numbers");

  /** Enough for a transfer that was broken off to notice. */
  private static final long REPLACE_MILLIS = 2_000;

  private final LinkContext context;
  private final SnapshotSink sink;
  private final Semaphore place = new Semaphore(1);
  private final LogThrottle failures;

  /** Closes the connection in use; null when none is. Guarded by this object's monitor. */
  private Runnable connection;

  private boolean closed;

  SnapshotReceiver(LinkContext context, SnapshotSink sink) {
    this.context = context;
    this.sink = sink;
    this.failures = new LogThrottle(context.nanoClock());
  }

  void receive(Handshake greeting, Request request, Response response, Callback callback) {
    EndPoint connection = request.getConnectionMetaData().getConnection().getEndPoint();
    receive(greeting, connection::close, Content.Source.asInputStream(request))
        .ifPresentOrElse(refusal -> refusal.answer(response, callback), callback::succeeded);
  }

  /**
   * Takes a snapshot, if its sender is followed.
   *
   * @param breakOff closes the connection on which it comes
   * @param in the request's body
   * @return why it is not taken; empty when it is
   */
  Optional<HandshakeRejection> receive(Handshake greeting, Runnable breakOff, InputStream in) {
    if (!isFollowed(greeting.from())) {
      LOG.debug(
          "member {}: refused a snapshot from {}, which it does not follow",
          context.selfName(),
          context.nameOf(greeting.from()));
      return Optional.of(NOT_FOLLOWED);
    }
    if (!begin(breakOff)) {
      return Optional.of(BUSY);
    }
    try {
      return take(greeting, in);
    } finally {
      end();
    }
  }

  /** Breaks the transfer under way, if any, and waits until nobody is in the sink any more. */
  void close(long timeoutMillis) throws InterruptedException {
    synchronized (this) {
      closed = true;
      if (connection != null) {
        connection.run();
      }
    }
    if (!place.tryAcquire(timeoutMillis, TimeUnit.MILLISECONDS)) {
      LOG.warn("member {}: the receiver of a snapshot does not end", context.selfName());
    }
  }

  private boolean isFollowed(long sender) {
    return context.receiver().following().leader() == sender;
  }

  private boolean begin(Runnable breakOff) {
    if (!place.tryAcquire() && !replaceOlder()) {
      return false;
    }
    synchronized (this) {
      if (closed) {
        place.release();
        return false;
      }
      connection = breakOff;
      return true;
    }
  }

  private boolean replaceOlder() {
    synchronized (this) {
      if (connection != null) {
        LOG.info("member {}: a newer snapshot replaces one that still comes", context.selfName());
        connection.run();
      }
    }
    try {
      return place.tryAcquire(REPLACE_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private synchronized void end() {
    connection = null;
    place.release();
  }

  private Optional<HandshakeRejection> take(Handshake greeting, InputStream source) {
    Message.InstallSnapshot head;
    try (InputStream in = body(source)) {
      head = context.codec().readSnapshotHead(in);
      if (head.to() != context.self().memberId()) {
        return Optional.of(
            new HandshakeRejection(
                HttpStatus.BAD_REQUEST_400, "the snapshot is for another member"));
      }
      if (head.from() != greeting.from()
          || !context.receiver().following().equals(new Following(head.term(), head.from()))) {
        return Optional.of(NOT_FOLLOWED);
      }
      if (!couldBeSent(head)) {
        return Optional.of(IMPOSSIBLE);
      }
      sink.receive(head, in);
    } catch (MalformedMessageException e) {
      return Optional.of(notTaken(HttpStatus.BAD_REQUEST_400, greeting, e));
    } catch (SlowTransferException e) {
      return Optional.of(notTaken(HttpStatus.REQUEST_TIMEOUT_408, greeting, e));
    } catch (IOException e) {
      return Optional.of(notTaken(HttpStatus.INTERNAL_SERVER_ERROR_500, greeting, e));
    }
    // Before the answer: once the sender knows, it goes on with entries that follow the snapshot.
    context.receiver().snapshotArrived(head);
    return Optional.empty();
  }

  /** What consensus would ignore in any case is not worth its bytes. */
  private boolean couldBeSent(Message.InstallSnapshot head) {
    return head.isSound()
        && !head.snapshot().isEmpty()
        && (context.receiver().isObserver()
            || head.snapshot().metadata().confState().contains(head.to()));
  }

  private HandshakeRejection notTaken(int status, Handshake greeting, Exception cause) {
    report(greeting, cause);
    return new HandshakeRejection(status, "the snapshot was not taken: " + FailureText.of(cause));
  }

  private void report(Handshake greeting, Exception cause) {
    failures
        .missed()
        .ifPresent(
            notice ->
                LOG.warn(
                    "member {}: the snapshot from {} was not taken: {} ({} such since the last"
                        + " line)",
                    context.selfName(),
                    context.nameOf(greeting.from()),
                    FailureText.of(cause),
                    notice.missed()));
  }

  /** The request's body; what is read of it counts as traffic. Its length has no bound. */
  private InputStream body(InputStream source) throws IOException {
    return BoundedInputStream.builder()
        .setInputStream(
            new RatedInput(
                source,
                context.nanoClock(),
                context.options().minSnapshotBytesPerSecond(),
                context.options().snapshotTimeoutMillis()))
        .setAfterRead(count -> context.traffic().received(0, Math.max(0, count)))
        .get();
  }
}
