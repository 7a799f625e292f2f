package dev.understudy.client;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;

/** Sends a request to one machine, once. Any thread; blocks. */
final class HttpSender {
  private final HttpClient http;
  private final ClientTime time;
  private final Optional<String> authorization;

  /**
   * @param time by which answers are waited for
   * @param tls for https; empty: what Java believes
   * @param login {@code NAME:PASSWORD}
   */
  HttpSender(
      ClientTime time, Duration connectTimeout, Optional<SSLContext> tls, Optional<String> login) {
    this.time = time;
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(connectTimeout);
    tls.ifPresent(builder::sslContext);
    http = builder.build();
    authorization =
        login.map(
            plain ->
                "Basic "
                    + Base64.getEncoder().encodeToString(plain.getBytes(StandardCharsets.UTF_8)));
  }

  /**
   * Sends and waits for the whole answer.
   *
   * @throws InterruptedException if the thread is interrupted; the request may have been sent
   */
  Attempt send(Request request, URI to, long timeoutMillis) throws InterruptedException {
    CompletableFuture<HttpResponse<String>> sent =
        http.sendAsync(
            built(request, to), HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
    try {
      return answered(time.await(sent, timeoutMillis));
    } catch (TimeoutException e) {
      sent.cancel(true);
      return new Attempt.Lost("no answer within " + timeoutMillis + " ms", true);
    } catch (ExecutionException e) {
      return failed(e.getCause());
    } catch (InterruptedException e) {
      sent.cancel(true);
      throw e;
    }
  }

  private HttpRequest built(Request request, URI to) {
    HttpRequest.Builder builder = HttpRequest.newBuilder(to);
    authorization.ifPresent(value -> builder.header("Authorization", value));
    if (request.hasBody()) {
      builder.header("Content-Type", "application/x-www-form-urlencoded");
    }
    return builder
        .method(
            request.method(),
            request.hasBody()
                ? HttpRequest.BodyPublishers.ofString(request.form())
                : HttpRequest.BodyPublishers.noBody())
        .build();
  }

  private static Attempt answered(HttpResponse<String> response) {
    return new Attempt.Answered(
        response.statusCode(),
        response.body(),
        KeysJson.number(response.headers().firstValue("X-Etcd-Index").orElse("")),
        response.headers().firstValue("Location"));
  }

  /** Nothing of a request is sent before there is a connection, and before TLS has agreed. */
  private static Attempt failed(Throwable cause) {
    boolean notSent =
        cause instanceof ConnectException
            || cause instanceof HttpConnectTimeoutException
            || cause instanceof SSLHandshakeException;
    String reason =
        cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    if (!(cause instanceof IOException)) {
      throw new IllegalStateException("a request could not be sent", cause);
    }
    return notSent ? new Attempt.NotSent(reason) : new Attempt.Lost(reason, false);
  }
}
