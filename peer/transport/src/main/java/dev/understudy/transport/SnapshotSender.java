package dev.understudy.transport;

import dev.understudy.clusterconfig.FailureText;
import dev.understudy.raft.Message;
import java.io.IOException;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.Result;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
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
  private final HttpClient client;

  /** Guarded by this object's monitor. */
  private final Map<Long, Transfer> underWay = new HashMap<>();

  private boolean closed;

  SnapshotSender(LinkContext context, HttpClient client) {
    this.context = context;
    this.client = client;
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
      transfer.request.send(transfer::ended);
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
    rest.forEach(transfer -> transfer.request.abort(cause));
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
    private final Request request;
    private final CompletableFuture<Void> told = new CompletableFuture<>();

    private Transfer(
        Message.InstallSnapshot message,
        URI peerUrl,
        SnapshotSource source,
        SnapshotOutcome outcome) {
      this.message = message;
      this.outcome = outcome;
      TransportOptions options = context.options();
      body =
          new SnapshotBody(context.codec().encodeSnapshotHead(message), source, context.traffic());
      request =
          client
              .newRequest(peerUrl.resolve(Handshake.SNAPSHOT_PATH))
              .method(HttpMethod.POST)
              .idleTimeout(options.snapshotIdleTimeoutMillis(), TimeUnit.MILLISECONDS)
              .timeout(options.snapshotTimeoutMillis(), TimeUnit.MILLISECONDS)
              .headers(
                  headers ->
                      Handshake.of(context.self(), context.stated(), message.to())
                          .write(headers::put))
              // A refusal then comes before the first byte, and not as a broken connection.
              .headers(headers -> headers.put(HttpHeader.EXPECT, "100-continue"))
              .body(body.content(client.getByteBufferPool()));
    }

    private void ended(Result result) {
      body.close();
      synchronized (SnapshotSender.this) {
        underWay.remove(message.to(), this);
      }
      Exception failure = failureOf(result);
      if (failure == null) {
        outcome.delivered();
      } else {
        outcome.failed(failure);
      }
      told.complete(null);
    }

    private Exception failureOf(Result result) {
      // An answer counts even when our side of the request broke: it says why.
      if (result.getResponse() != null
          && result.getResponseFailure() == null
          && result.getResponse().getStatus() != 0
          && result.getResponse().getStatus() != HttpStatus.OK_200) {
        String reason = result.getResponse().getHeaders().get(HandshakeRejection.HEADER);
        return new HandshakeException(
            result.getResponse().getStatus() + (reason == null ? "" : ", " + reason),
            result.getFailure());
      }
      if (result.isFailed()) {
        return new IOException("the transfer broke off", result.getFailure());
      }
      return null;
    }
  }
}
