package dev.understudy.transport;

import dev.understudy.clusterconfig.FailureText;
import dev.understudy.raft.Message;
import java.io.IOException;
import java.net.URI;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpStatus;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Transfers snapshots to other peers, at most one at a time to each. A transfer is an HTTP request
 * of its own, so that its bytes never stand before a heartbeat. Safe for several threads.
 */
final class SnapshotSender {
  private static final Logger LOG = LoggerFactory.getLogger(SnapshotSender.class);

  private final LinkContext context;
  private final Connections connections;

  /** Guarded by this object's monitor. */
  private final Map<Long, Transfer> underWay = new HashMap<>();

  private boolean closed;

  SnapshotSender(LinkContext context, Connections connections) {
    this.context = context;
    this.connections = connections;
  }

  /** Begins a transfer; the outcome is told once, perhaps before this returns. */
  void send(
      Message.InstallSnapshot message,
      URI peerUrl,
      SnapshotSource source,
      SnapshotOutcome outcome) {
    Transfer transfer = new Transfer(message, peerUrl, source, outcome);
    String refusal;
    synchronized (this) {
      if (closed) {
        refusal = "the network is closed";
      } else if (underWay.putIfAbsent(message.to(), transfer) != null) {
        refusal = "another snapshot is on its way to this member";
      } else {
        refusal = null;
      }
    }
    if (refusal == null) {
      transfer.post.send(transfer::ended);
    } else {
      outcome.failed(new IOException(refusal));
    }
  }

  /** Breaks off what is under way, and waits until its outcome has been told. */
  void close(long timeoutMillis) throws InterruptedException {
    List<Transfer> rest;
    synchronized (this) {
      closed = true;
      rest = List.copyOf(underWay.values());
    }
    IOException cause = new IOException("the network was closed");
    rest.forEach(transfer -> transfer.post.abort(cause));
    try {
      CompletableFuture.allOf(
              rest.stream().map(transfer -> transfer.told).toArray(CompletableFuture[]::new))
          .get(timeoutMillis, TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      LOG.warn(
          "member {}: a transfer of a snapshot does not end: {}",
          context.selfName(),
          FailureText.of(e));
    }
  }

  /** One snapshot on its way. */
  private final class Transfer {
    private final Message.InstallSnapshot message;
    private final SnapshotOutcome outcome;
    private final SnapshotBody body;
    private final Connections.Post post;
    private final CompletableFuture<Void> told = new CompletableFuture<>();

    private Transfer(
        Message.InstallSnapshot message,
        URI peerUrl,
        SnapshotSource source,
        SnapshotOutcome outcome) {
      this.message = message;
      this.outcome = outcome;
      body =
          new SnapshotBody(context.codec().encodeSnapshotHead(message), source, context.traffic());
      Map<String, String> headers = new LinkedHashMap<>();
      Handshake.of(context.self(), context.stated(), message.to()).write(headers::put);
      post =
          connections.newPost(
              peerUrl.resolve(Handshake.SNAPSHOT_PATH), headers, body, context.options());
    }

    private void ended(int status, HttpFields headers, Throwable cause) {
      body.close();
      synchronized (SnapshotSender.this) {
        underWay.remove(message.to(), this);
      }
      Exception failure = failureOf(status, headers, cause);
      if (failure == null) {
        outcome.delivered();
      } else {
        outcome.failed(failure);
      }
      told.complete(null);
    }

    private static Exception failureOf(int status, HttpFields headers, Throwable cause) {
      if (status != 0 && status != HttpStatus.OK_200) {
        String reason = headers.get(HandshakeRejection.HEADER);
        return new HandshakeException(status + (reason == null ? "" : ", " + reason), cause);
      }
      return cause == null ? null : new IOException("the transfer broke off", cause);
    }
  }
}
