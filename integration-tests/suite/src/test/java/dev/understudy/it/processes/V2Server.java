package dev.understudy.it.processes;

import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import com.google.gson.JsonSyntaxException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;

/** One of two servers that are asked the same. A single thread asks. */
final class V2Server {
  private static final Pattern INDEX_MARK = Pattern.compile("@\\+(-?\\d+)");

  private final String url;
  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .followRedirects(HttpClient.Redirect.NEVER)
          .connectTimeout(Duration.ofSeconds(5))
          .build();

  private long baseIndex;
  private String caseDirectory = "";

  V2Server(String url) {
    this.url = url;
  }

  /**
   * What came back.
   *
   * @param baseIndex the index at which its case began
   */
  record Reply(int status, HttpHeaders headers, String text, long baseIndex) {
    /** The body; one that is not JSON is a string. */
    JsonElement body() {
      try {
        return JsonParser.parseString(text);
      } catch (JsonSyntaxException e) {
        return new JsonPrimitive(text.strip());
      }
    }

    String header(String name) {
      return headers.firstValue(name).orElse("");
    }
  }

  /** Begins a case: indexes count from here. */
  void begin(String directory) throws IOException {
    caseDirectory = directory;
    baseIndex = Long.parseLong(Http.get(url + "/v2/keys/").header("x-etcd-index"));
  }

  /**
   * A request that is under way.
   *
   * @param begun completes with the headers of its answer, which both servers send for a watch once
   *     they have it, or with the end of it
   * @param reply cancelled, it closes the connection
   */
  record Asked(CompletableFuture<Void> begun, CompletableFuture<Reply> reply) {}

  /** Sends a request and does not wait. */
  Asked ask(V2Step.Request request) {
    long base = baseIndex;
    CompletableFuture<Void> begun = new CompletableFuture<>();
    CompletableFuture<Reply> reply =
        client
            .sendAsync(
                prepared(request),
                head -> {
                  begun.complete(null);
                  return BodyHandlers.ofString().apply(head);
                })
            .thenApply(response -> reply(response, base));
    reply.whenComplete((answer, failure) -> begun.complete(null));
    return new Asked(begun, reply);
  }

  private HttpRequest prepared(V2Step.Request request) {
    HttpRequest.Builder builder = HttpRequest.newBuilder(URI.create(url + filled(request.path())));
    request
        .credentials()
        .map(both -> Base64.getEncoder().encodeToString(both.getBytes(StandardCharsets.UTF_8)))
        .ifPresent(encoded -> builder.header("Authorization", "Basic " + encoded));
    request.body().ifPresent(body -> builder.header("Content-Type", request.contentType()));
    return builder
        .method(
            request.method(),
            request
                .body()
                .map(body -> BodyPublishers.ofString(filled(body)))
                .orElse(BodyPublishers.noBody()))
        .build();
  }

  private static Reply reply(HttpResponse<String> response, long baseIndex) {
    return new Reply(response.statusCode(), response.headers(), response.body(), baseIndex);
  }

  private String filled(String text) {
    return INDEX_MARK
        .matcher(text.replace("$", caseDirectory))
        .replaceAll(mark -> Long.toString(baseIndex + Long.parseLong(mark.group(1))));
  }
}
