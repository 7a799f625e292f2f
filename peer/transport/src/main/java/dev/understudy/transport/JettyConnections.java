package dev.understudy.transport;

import dev.understudy.clusterconfig.secret.ProvenCalls;
import java.io.IOException;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.client.Result;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.websocket.api.Session;
import org.eclipse.jetty.websocket.client.ClientUpgradeRequest;
import org.eclipse.jetty.websocket.client.JettyUpgradeListener;
import org.eclipse.jetty.websocket.client.WebSocketClient;

/** Real connections, of a client that others start and stop. */
final class JettyConnections implements Connections {
  private final WebSocketClient client;
  private final Optional<ProvenCalls> proofs;

  /**
   * @param proofs by which other peers know this one; empty where that is not by a secret
   */
  JettyConnections(WebSocketClient client, Optional<ProvenCalls> proofs) {
    this.client = client;
    this.proofs = proofs;
  }

  @Override
  public boolean isRunning() {
    return client.isStarted();
  }

  @Override
  public Executor executor() {
    return client.getExecutor();
  }

  @Override
  public CompletableFuture<Session> connect(
      PeerStream stream,
      URI streamUrl,
      Map<String, String> headers,
      long timeoutMillis,
      UpgradeAnswer answer)
      throws IOException {
    return proofs.isPresent()
        ? openProven(proofs.get(), stream, streamUrl, headers, timeoutMillis, answer)
        : open(stream, streamUrl, headers, timeoutMillis, answer);
  }

  private CompletableFuture<Session> openProven(
      ProvenCalls calls,
      PeerStream stream,
      URI streamUrl,
      Map<String, String> headers,
      long timeoutMillis,
      UpgradeAnswer answer) {
    CompletableFuture<Session> session = new CompletableFuture<>();
    calls
        .headers(HttpMethod.GET.asString(), streamUrl, headers, Optional.empty(), timeoutMillis)
        .whenComplete(
            (proof, failure) -> {
              if (failure != null) {
                session.completeExceptionally(failure);
              } else if (!session.isDone()) {
                openInto(session, stream, streamUrl, joined(headers, proof), timeoutMillis, answer);
              }
            });
    return session;
  }

  private void openInto(
      CompletableFuture<Session> session,
      PeerStream stream,
      URI streamUrl,
      Map<String, String> headers,
      long timeoutMillis,
      UpgradeAnswer answer) {
    try {
      CompletableFuture<Session> opening = open(stream, streamUrl, headers, timeoutMillis, answer);
      session.whenComplete((opened, failure) -> opening.cancel(true));
      opening.whenComplete(
          (opened, failure) -> {
            if (failure == null) {
              session.complete(opened);
            } else {
              session.completeExceptionally(failure);
            }
          });
    } catch (IOException | RuntimeException e) {
      session.completeExceptionally(e);
    }
  }

  private static Map<String, String> joined(Map<String, String> one, Map<String, String> other) {
    Map<String, String> both = new LinkedHashMap<>(one);
    both.putAll(other);
    return both;
  }

  private CompletableFuture<Session> open(
      PeerStream stream,
      URI streamUrl,
      Map<String, String> headers,
      long timeoutMillis,
      UpgradeAnswer answer)
      throws IOException {
    ClientUpgradeRequest request = new ClientUpgradeRequest(streamUrl);
    request.setTimeout(timeoutMillis, TimeUnit.MILLISECONDS);
    headers.forEach(request::setHeader);
    return client.connect(
        stream,
        request,
        new JettyUpgradeListener() {
          @Override
          public void onHandshakeResponse(Request asked, Response response) {
            answer.received(response.getStatus(), response.getHeaders());
          }
        });
  }

  @Override
  public Post newPost(
      URI url, Map<String, String> headers, SnapshotBody body, TransportOptions options) {
    HttpClient http = client.getHttpClient();
    Request request =
        http.newRequest(url)
            .method(HttpMethod.POST)
            .idleTimeout(options.snapshotIdleTimeoutMillis(), TimeUnit.MILLISECONDS)
            .timeout(options.snapshotTimeoutMillis(), TimeUnit.MILLISECONDS)
            .headers(fields -> headers.forEach(fields::put))
            // A refusal then comes before the first byte, and not as a broken connection.
            .headers(fields -> fields.put(HttpHeader.EXPECT, "100-continue"))
            .body(body.content(http.getByteBufferPool()));
    return proofs.isPresent()
        ? new ProvenPost(proofs.get(), request, url, headers, options.connectTimeoutMillis())
        : new JettyPost(request);
  }

  /** Proves itself before it sends anything; the bytes of the body are not covered by that. */
  private static final class ProvenPost implements Post {
    private final ProvenCalls calls;
    private final Request request;
    private final URI url;
    private final Map<String, String> headers;
    private final long timeoutMillis;
    private volatile Throwable aborted;

    private ProvenPost(
        ProvenCalls calls,
        Request request,
        URI url,
        Map<String, String> headers,
        long timeoutMillis) {
      this.calls = calls;
      this.request = request;
      this.url = url;
      this.headers = headers;
      this.timeoutMillis = timeoutMillis;
    }

    @Override
    public void send(PostEnd end) {
      calls
          .headers(HttpMethod.POST.asString(), url, headers, Optional.empty(), timeoutMillis)
          .whenComplete(
              (proof, failure) -> {
                Throwable why = failure == null ? aborted : failure;
                if (why != null) {
                  end.ended(0, HttpFields.EMPTY, why);
                } else {
                  request.headers(fields -> proof.forEach(fields::put));
                  new JettyPost(request).send(end);
                }
              });
    }

    @Override
    public void abort(Throwable cause) {
      aborted = cause;
      request.abort(cause);
    }
  }

  private record JettyPost(Request request) implements Post {
    @Override
    public void send(PostEnd end) {
      request.send(result -> end(result, end));
    }

    @Override
    public void abort(Throwable cause) {
      request.abort(cause);
    }

    /** An answer counts even when our side of the request broke: it says why. */
    private static void end(Result result, PostEnd end) {
      Response response = result.getResponse();
      if (response == null || result.getResponseFailure() != null) {
        end.ended(0, HttpFields.EMPTY, result.getFailure());
      } else {
        end.ended(response.getStatus(), response.getHeaders(), result.getFailure());
      }
    }
  }
}
