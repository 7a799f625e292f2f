package dev.understudy.transport;

import dev.understudy.raft.Message;
import java.io.IOException;
import java.io.InputStream;
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
 * Takes snapshots from other peers, one at a time: a peer has one leader, and a second transfer can
 * only be a leftover or a mistake. Works on the server's thread, which the sink may block.
 */
final class SnapshotReceiver {
  private static final Logger LOG = LoggerFactory.getLogger(SnapshotReceiver.class);
  private static final HandshakeRejection BUSY =
      new HandshakeRejection(
          HttpStatus.SERVICE_UNAVAILABLE_503, "another snapshot is being received");

  private final LinkContext context;
  private final SnapshotSink sink;
  private final Semaphore place = new Semaphore(1);

  /** The connection in use, so that closing can break it; guarded by this object's monitor. */
  private EndPoint connection;

  private boolean closed;

  SnapshotReceiver(LinkContext context, SnapshotSink sink) {
    this.context = context;
    this.sink = sink;
  }

  void receive(Handshake greeting, Request request, Response response, Callback callback) {
    if (!begin(request)) {
      BUSY.answer(response, callback);
      return;
    }
    HandshakeRejection refusal;
    try {
      refusal = take(greeting, request);
    } finally {
      end();
    }
    if (refusal == null) {
      callback.succeeded();
    } else {
      refusal.answer(response, callback);
    }
  }

  /** Breaks the transfer under way, if any, and waits until nobody is in the sink any more. */
  void close(long timeoutMillis) throws InterruptedException {
    synchronized (this) {
      closed = true;
      if (connection != null) {
        connection.close();
      }
    }
    if (!place.tryAcquire(timeoutMillis, TimeUnit.MILLISECONDS)) {
      LOG.warn("member {}: the receiver of a snapshot does not end", context.selfName());
    }
  }

  private synchronized boolean begin(Request request) {
    if (closed || !place.tryAcquire()) {
      return false;
    }
    connection = request.getConnectionMetaData().getConnection().getEndPoint();
    return true;
  }

  private synchronized void end() {
    connection = null;
    place.release();
  }

  /** Returns null when the snapshot is taken. */
  private HandshakeRejection take(Handshake greeting, Request request) {
    Message.InstallSnapshot head;
    try (InputStream in = body(request)) {
      head = context.codec().readSnapshotHead(in);
      if (head.to() != context.self().memberId()) {
        return new HandshakeRejection(
            HttpStatus.BAD_REQUEST_400, "the snapshot is for another member");
      }
      sink.receive(head, in);
    } catch (MalformedMessageException e) {
      return new HandshakeRejection(HttpStatus.BAD_REQUEST_400, e.getMessage());
    } catch (IOException e) {
      LOG.warn(
          "member {}: the snapshot from {} was not taken: {}",
          context.selfName(),
          Long.toHexString(greeting.from()),
          e.toString());
      return new HandshakeRejection(
          HttpStatus.INTERNAL_SERVER_ERROR_500, "the snapshot was not taken: " + e);
    }
    // Before the answer: once the sender knows, it goes on with entries that follow the snapshot.
    context.receiver().snapshotArrived(head);
    return null;
  }

  /** The request's body; what is read of it counts as traffic. There is no bound to it. */
  private InputStream body(Request request) throws IOException {
    return BoundedInputStream.builder()
        .setInputStream(Content.Source.asInputStream(request))
        .setAfterRead(count -> context.traffic().received(0, Math.max(0, count)))
        .get();
  }
}
