package dev.understudy.admin.operator;

import dev.understudy.clusterconfig.FailureText;
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
import java.util.TreeMap;

/** The real one. */
final class HttpWeb implements Web {
  private final HttpClient client;

  /**
   * @param connectMillis how long a connection may take
   */
  HttpWeb(long connectMillis) {
    this.client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(Duration.ofMillis(connectMillis))
            .build();
  }

  @Override
  public Answer ask(Question question) throws IOException, InterruptedException {
    try {
      HttpResponse<String> response =
          client.send(
              request(question), HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
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

  private static HttpRequest request(Question question) throws IOException {
    HttpRequest.Builder request;
    try {
      request = HttpRequest.newBuilder(URI.create(question.url()));
    } catch (IllegalArgumentException e) {
      throw new IOException("no URL: " + question.url(), e);
    }
    if (question.timeoutMillis() > 0) {
      request.timeout(Duration.ofMillis(question.timeoutMillis()));
    }
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
}
