package dev.understudy.clusterconfig;

import dev.understudy.clusterconfig.secret.ProvenCalls;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.eclipse.jetty.client.BytesRequestContent;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.client.Result;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;

/**
 * One question on its way: sends it, follows redirects with the same method and body, and makes an
 * {@link ClusterResponse} of whatever comes back. At any time one request of it is under way, so
 * its fields are handed from one to the next and need no lock.
 */
final class HttpCall<T> {
  /** What to ask. The body is null for none. */
  record RequestTemplate(
      String method, String url, Map<String, String> headers, String bodyOrNull) {}

  /** A complete reply that was no redirect. */
  record Reply(int status, HttpFields headers, String body) {
    boolean isSuccess() {
      return HttpStatus.isSuccess(status);
    }
  }

  /** Makes sense of a successful reply. */
  interface Reader<T> {
    /**
     * @throws IllegalArgumentException when the reply is not what a peer answers
     */
    T read(Reply reply);

    /** What a refusal means, where it is an answer too. */
    default Optional<T> readRefusal(Reply reply) {
      return Optional.empty();
    }
  }

  private final HttpClient http;
  private final Optional<ProvenCalls> proofs;
  private final HttpClusterClientOptions options;
  private final LongSupplier nanoClock;
  private final RequestTemplate asked;
  private final Reader<T> reader;
  private final long deadlineNanos;
  private final long timeoutMillis;
  private final Set<String> visited = new LinkedHashSet<>();
  private final CompletableFuture<ClusterResponse<T>> future = new CompletableFuture<>();

  HttpCall(
      HttpClient http,
      Optional<ProvenCalls> proofs,
      HttpClusterClientOptions options,
      LongSupplier nanoClock,
      RequestTemplate asked,
      Reader<T> reader,
      long timeoutMillis) {
    this.http = http;
    this.proofs = proofs;
    this.options = options;
    this.nanoClock = nanoClock;
    this.asked = asked;
    this.reader = reader;
    this.timeoutMillis = timeoutMillis;
    this.deadlineNanos = nanoClock.getAsLong() + TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
  }

  CompletableFuture<ClusterResponse<T>> future() {
    return future;
  }

  void send() {
    sendTo(asked.url());
  }

  /** Ends the question now, unless it has ended. */
  void giveUp(String reason) {
    future.complete(new ClusterResponse.Unreachable<>(asked.url() + ": " + reason));
  }

  private void sendTo(String url) {
    long leftMillis = TimeUnit.NANOSECONDS.toMillis(deadlineNanos - nanoClock.getAsLong());
    if (leftMillis <= 0) {
      giveUp("no answer within " + timeoutMillis + " ms");
      return;
    }
    visited.add(url);
    try {
      if (proofs.isPresent()) {
        sendProven(proofs.get(), url, leftMillis);
      } else {
        send(url, Map.of(), leftMillis);
      }
    } catch (IllegalArgumentException e) {
      malformed(url, "is no URL to ask: " + e.getMessage());
    } catch (RuntimeException e) {
      // Jetty refuses so while it stops, and when its queue for one address is full.
      giveUp("not sent: " + FailureText.of(e));
    }
  }

  private void sendProven(ProvenCalls calls, String url, long leftMillis) {
    calls
        .headers(asked.method(), URI.create(url), asked.headers(), body(), leftMillis)
        .whenComplete(
            (proof, failure) -> {
              if (failure != null) {
                giveUpAt(url, failure);
                return;
              }
              long stillMillis =
                  TimeUnit.NANOSECONDS.toMillis(deadlineNanos - nanoClock.getAsLong());
              try {
                send(url, proof, Math.max(1, stillMillis));
              } catch (RuntimeException e) {
                giveUpAt(url, e);
              }
            });
  }

  private void giveUpAt(String url, Throwable failure) {
    future.complete(new ClusterResponse.Unreachable<>(url + ": " + FailureText.of(failure)));
  }

  private void send(String url, Map<String, String> proof, long timeoutMillis) {
    Request request = http.newRequest(URI.create(url)).method(asked.method());
    request.headers(
        headers -> {
          asked.headers().forEach(headers::put);
          proof.forEach(headers::put);
        });
    body().ifPresent(body -> request.body(new BytesRequestContent("application/json", body)));
    request.timeout(timeoutMillis, TimeUnit.MILLISECONDS).send(new Collector(url));
  }

  private Optional<byte[]> body() {
    return Optional.ofNullable(asked.bodyOrNull())
        .map(text -> text.getBytes(StandardCharsets.UTF_8));
  }

  private void answered(String url, Reply reply) {
    if (reply.status() == HttpStatus.TEMPORARY_REDIRECT_307
        || reply.status() == HttpStatus.PERMANENT_REDIRECT_308) {
      followRedirect(url, reply);
    } else if (reply.isSuccess()) {
      read(url, reply);
    } else {
      refused(url, reply);
    }
  }

  private void refused(String url, Reply reply) {
    Optional<T> meant = reader.readRefusal(reply);
    if (meant.isPresent()) {
      future.complete(new ClusterResponse.Granted<>(meant.get(), url));
      return;
    }
    Optional<ApiError> error = ApiError.fromJson(reply.status(), reply.body());
    long clusterId = SyncReply.clusterIdIn(reply.headers().get(SyncReply.CLUSTER_HEADER));
    future.complete(new ClusterResponse.Refused<>(reply.status(), error, url, clusterId));
  }

  private void read(String url, Reply reply) {
    T value;
    try {
      value = reader.read(reply);
    } catch (IllegalArgumentException e) {
      malformed(url, "answered what no peer answers: " + e.getMessage());
      return;
    }
    future.complete(new ClusterResponse.Granted<>(value, url));
  }

  private void followRedirect(String url, Reply reply) {
    String location = reply.headers().get(HttpHeader.LOCATION);
    if (location == null || location.isBlank()) {
      malformed(url, "redirects without saying where to");
      return;
    }
    Optional<String> next = resolved(url, location.strip());
    if (next.isEmpty()) {
      malformed(url, "redirects to what is no http or https URL: " + shortened(location));
    } else if (visited.contains(next.get())) {
      malformed(
          url, "redirects in a circle: " + String.join(" -> ", visited) + " -> " + next.get());
    } else if (visited.size() > options.maxRedirects()) {
      malformed(url, "is the end of more than " + options.maxRedirects() + " redirects");
    } else {
      sendTo(next.get());
    }
  }

  private static Optional<String> resolved(String url, String location) {
    try {
      URI next = URI.create(url).resolve(location);
      boolean web = "http".equals(next.getScheme()) || "https".equals(next.getScheme());
      return web && next.getHost() != null ? Optional.of(next.toString()) : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private void malformed(String url, String what) {
    future.complete(new ClusterResponse.Malformed<>(url + " " + what));
  }

  private static String shortened(String text) {
    return text.length() <= 200 ? text : text.substring(0, 200) + "…";
  }

  /** Takes in one reply, up to the allowed length. */
  private final class Collector implements Response.Listener {
    private final String url;
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private boolean tooLarge;

    Collector(String url) {
      this.url = url;
    }

    @Override
    public void onContent(Response response, ByteBuffer content) {
      if (content.remaining() > options.maxBodyBytes() - body.size()) {
        tooLarge = true;
        response.abort(new IllegalStateException("body too large"));
        return;
      }
      byte[] bytes = new byte[content.remaining()];
      content.get(bytes);
      body.writeBytes(bytes);
    }

    @Override
    public void onComplete(Result result) {
      if (tooLarge) {
        malformed(url, "answered with more than " + options.maxBodyBytes() + " bytes");
      } else if (result.getResponseFailure() instanceof TimeoutException
          || result.getRequestFailure() instanceof TimeoutException) {
        giveUp("no answer within " + timeoutMillis + " ms");
      } else if (result.getResponseFailure() != null) {
        // A request that failed although its reply came (a refusal before the body was read, say)
        // is none of our concern: the reply counts.
        giveUpAt(url, result.getResponseFailure());
      } else {
        Response response = result.getResponse();
        answered(
            url,
            new Reply(
                response.getStatus(),
                response.getHeaders(),
                body.toString(StandardCharsets.UTF_8)));
      }
    }
  }
}
