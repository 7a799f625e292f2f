package dev.understudy.transport;

import java.io.IOException;
import java.net.URI;
import java.util.Map;
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

  JettyConnections(WebSocketClient client) {
    this.client = client;
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
    return new JettyPost(request);
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
