package dev.understudy.admin.operator;

import dev.understudy.clusterconfig.BoundedBody;
import dev.understudy.clusterconfig.FailureText;
import dev.understudy.clusterconfig.HttpClientFactory;
import dev.understudy.clusterconfig.secret.ClusterSecret;
import dev.understudy.clusterconfig.secret.ProvenTool;
import dev.understudy.clusterconfig.tls.Tls;
import dev.understudy.clusterconfig.tls.TlsException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The real one. */
final class HttpWeb implements Web {
  /** More than a listing that somebody would read; a machine can hold far more keys than that. */
  static final int MAX_ANSWER_BYTES = 64 << 20;

  private static final long CHALLENGE_MILLIS = 10_000;

  /** What only peer ports answer. */
  private static final String ADMIN = "/v2/admin/";

  private static final String IDENTITY = ADMIN + "identity";

  private final HttpClient client;
  private final Optional<ClusterSecret> secret;
  private final Optional<Authorization> authorization;

  /**
   * What says who asks.
   *
   * @param value of the header
   * @param securedOnly whether it goes to {@code https} URLs alone, because no other was given:
   *     wherever a redirect leads, a password is not to be read on the way
   */
  record Authorization(String value, boolean securedOnly) {
    boolean isFor(String url) {
      return !securedOnly || url.startsWith("https:");
    }
  }

  /**
   * @param connectMillis how long a connection may take
   * @param tls how it speaks to {@code https} URLs
   * @param secret by which machines know each other
   * @param authorization who asks
   * @throws TlsException when certificates or keys cannot be used
   */
  HttpWeb(
      long connectMillis,
      Tls tls,
      Optional<ClusterSecret> secret,
      Optional<Authorization> authorization)
      throws TlsException {
    this.secret = secret;
    this.authorization = authorization;
    this.client =
        HttpClientFactory.forTool(tls)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(Duration.ofMillis(connectMillis))
            .build();
  }

  @Override
  public Answer ask(Question question) throws IOException, InterruptedException {
    try {
      HttpResponse<String> response = answer(request(question), question.timeoutMillis());
      Map<String, String> headers = new TreeMap<>();
      response
          .headers()
          .map()
          .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values.get(0)));
      return new Answer(response.statusCode(), response.body(), headers);
    } catch (ConnectException | HttpConnectTimeoutException e) {
      throw new NotSentException("nobody answers there", e);
    } catch (HttpTimeoutException e) {
      throw new IOException("no answer in time", e);
    } catch (IOException e) {
      throw new IOException(FailureText.of(e), e);
    }
  }

  /** The client's own timeout ends with the head of an answer, whose body may never end. */
  private HttpResponse<String> answer(HttpRequest request, long timeoutMillis)
      throws IOException, InterruptedException {
    CompletableFuture<HttpResponse<String>> answer =
        client.sendAsync(request, BoundedBody.ofAtMost(MAX_ANSWER_BYTES));
    try {
      return timeoutMillis > 0 ? answer.get(timeoutMillis, TimeUnit.MILLISECONDS) : answer.get();
    } catch (TimeoutException e) {
      throw new HttpTimeoutException("the answer has not ended");
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException failure ? failure : new IOException(e.getCause());
    } finally {
      answer.cancel(true);
    }
  }

  private HttpRequest request(Question question) throws IOException, InterruptedException {
    HttpRequest.Builder request;
    try {
      request = HttpRequest.newBuilder(URI.create(question.url()));
      request.header("User-Agent", ProvenTool.AGENT);
    } catch (IllegalArgumentException e) {
      throw new IOException("no URL: " + question.url(), e);
    }
    if (question.timeoutMillis() > 0) {
      request.timeout(Duration.ofMillis(question.timeoutMillis()));
    }
    if (secret.isPresent()) {
      prove(secret.get(), question, request);
    }
    authorization
        .filter(known -> known.isFor(question.url()))
        .ifPresent(known -> request.header("Authorization", known.value()));
    question
        .form()
        .ifPresent(any -> request.header("Content-Type", "application/x-www-form-urlencoded"));
    question.json().ifPresent(any -> request.header("Content-Type", "application/json"));
    return request
        .method(
            question.method(),
            question
                .form()
                .or(question::json)
                .map(BodyPublishers::ofString)
                .orElseGet(BodyPublishers::noBody))
        .build();
  }

  private void prove(ClusterSecret known, Question question, HttpRequest.Builder request)
      throws IOException, InterruptedException {
    Optional<byte[]> body =
        question.form().or(question::json).map(text -> text.getBytes(StandardCharsets.UTF_8));
    Duration time =
        Duration.ofMillis(
            question.timeoutMillis() > 0 ? question.timeoutMillis() : CHALLENGE_MILLIS);
    URI url = URI.create(question.url());
    String method = question.method();
    if (url.getPath().equals(IDENTITY)) { // which tells whether it is a peer port
      ProvenTool.headersIfAsked(client, known, method, url, time).forEach(request::header);
    } else if (url.getPath().startsWith(ADMIN)) {
      ProvenTool.headers(client, known, method, url, body, time).forEach(request::header);
    }
  }
}
