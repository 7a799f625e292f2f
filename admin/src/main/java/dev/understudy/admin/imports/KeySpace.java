package dev.understudy.admin.imports;

import dev.understudy.admin.tools.WatchedBody;
import dev.understudy.clusterconfig.BoundedBody;
import dev.understudy.clusterconfig.FailureText;
import dev.understudy.clusterconfig.TerminalText;
import dev.understudy.clusterconfig.UrlText;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * The v2 keys of one cluster, etcd's or ours. Several addresses are asked in turn: the next one as
 * soon as one does not answer. Redirects are followed. For any thread.
 */
final class KeySpace {
  private static final String KEYS = "/v2/keys";
  private static final String INDEX = "x-etcd-index";
  private static final String FORM = "application/x-www-form-urlencoded";

  /** An event holds a value twice, and JSON may take six characters for one. */
  private static final long MAX_ANSWER_BYTES = 64 << 20;

  private static final Duration WRITE_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration LISTING_TIMEOUT = Duration.ofMinutes(2);

  /** Of a listing that has begun: who is silent for so long is asked again, or another is. */
  private static final long STALLED_MILLIS = 30_000;

  private final HttpClient http;
  private final List<String> urls;
  private final Optional<String> authorization;
  private final LongSupplier wallMillis;
  private final AtomicInteger turn = new AtomicInteger();

  /**
   * What a key space holds below a prefix.
   *
   * @param nodes by their paths; hidden ones cannot be listed
   * @param index of the key space at that moment
   * @param plainNames how many of them are keys in order as etcd named them before 2.2
   */
  record Listing(NavigableMap<String, TreeNode> nodes, long index, long plainNames) {}

  /**
   * @param http follows redirects
   * @param urls of client ports, without a path; one at least
   * @param authorization the value of the header by which it says who asks
   * @param wallMillis the clock of this machine
   */
  KeySpace(
      HttpClient http, List<String> urls, Optional<String> authorization, LongSupplier wallMillis) {
    this.http = http;
    this.urls = List.copyOf(urls);
    this.authorization = authorization;
    this.wallMillis = wallMillis;
  }

  /** Where it is asked at present. */
  String url() {
    return urls.get(Math.floorMod(turn.get(), urls.size()));
  }

  /**
   * Lists all below a prefix, or the one key that it names, as a quorum knows it. Blocks.
   *
   * @param prefix a path; {@code /} for all
   * @throws IOException if nobody answers, or not as a v2 API does
   * @throws ImportException if the answer is no
   */
  Listing list(String prefix) throws IOException, ImportException, InterruptedException {
    IOException last = null;
    for (int i = 0; i < urls.size(); i++) {
      String url = url();
      try {
        return list(url, prefix);
      } catch (IOException e) {
        turnFrom(url);
        last = e;
      }
    }
    throw new IOException(url() + ": " + FailureText.of(last), last);
  }

  private Listing list(String url, String prefix)
      throws IOException, ImportException, InterruptedException {
    HttpRequest request =
        request(url, prefix, "?recursive=true&quorum=true").timeout(LISTING_TIMEOUT).GET().build();
    HttpResponse<Flow.Publisher<List<ByteBuffer>>> response =
        http.send(request, BodyHandlers.ofPublisher());
    long received = wallMillis.getAsLong();
    try (WatchedBody body = new WatchedBody(STALLED_MILLIS);
        Reader text = new InputStreamReader(body, StandardCharsets.UTF_8)) {
      response.body().subscribe(body);
      NavigableMap<String, TreeNode> nodes = new TreeMap<>();
      if (response.statusCode() == 404) {
        return new Listing(nodes, index(response), 0);
      }
      if (response.statusCode() != 200) {
        String why = new String(body.readNBytes(Refusal.MAX_BYTES), StandardCharsets.UTF_8);
        throw refusal(url + KEYS + prefix, response.statusCode(), why);
      }
      AtomicLong plainNames = new AtomicLong();
      new AnswerReader(text, received)
          .read(
              seen -> {
                String path = seen.node().path();
                nodes.put(path, seen.node());
                plainNames.addAndGet(
                    InOrderNames.isPlain(seen.node(), seen.createdIndex()) ? 1 : 0);
              });
      nodes.remove("/");
      return new Listing(nodes, index(response), plainNames.get());
    }
  }

  private static ImportException refusal(String place, int status, String body) throws IOException {
    Refusal refusal = Refusal.of(status, body);
    if (refusal.mayPass()) {
      throw new IOException(refusal.text());
    }
    return new ImportException(place + ": " + refusal.text());
  }

  private static long index(HttpResponse<?> response) throws IOException {
    try {
      return Long.parseLong(response.headers().firstValue(INDEX).orElse(""));
    } catch (NumberFormatException e) {
      throw new IOException("no answer of a v2 API: it tells no index", e);
    }
  }

  /**
   * Waits for the first change below a prefix at an index or later; as long as it takes, or until
   * it is cancelled. Completes on any thread.
   */
  CompletableFuture<HttpResponse<String>> watch(String prefix, long index) {
    String query = "?recursive=true&wait=true&waitIndex=" + index;
    return send(url -> request(url, prefix, query).GET());
  }

  /** Writes a form to a key, or deletes it where there is none; completes on any thread. */
  CompletableFuture<HttpResponse<String>> write(String path, String query, Optional<String> form) {
    return send(
        url -> {
          HttpRequest.Builder request = request(url, path, query).timeout(WRITE_TIMEOUT);
          return form.isEmpty()
              ? request.DELETE()
              : request
                  .header("Content-Type", FORM)
                  .PUT(BodyPublishers.ofString(form.get(), StandardCharsets.UTF_8));
        });
  }

  private CompletableFuture<HttpResponse<String>> send(
      Function<String, HttpRequest.Builder> question) {
    String url = url();
    BodyHandler<String> body = BoundedBody.ofAtMost(MAX_ANSWER_BYTES);
    // Given as it is: only this one can be cancelled.
    CompletableFuture<HttpResponse<String>> asked =
        http.sendAsync(question.apply(url).build(), body);
    asked.whenComplete(
        (response, failure) -> {
          if (failure != null || response.statusCode() >= 500) {
            turnFrom(url);
          }
        });
    return asked;
  }

  /** Others that failed at the same address have perhaps turned already. */
  private void turnFrom(String url) {
    int now = turn.get();
    if (urls.get(Math.floorMod(now, urls.size())).equals(url)) {
      turn.compareAndSet(now, now + 1);
    }
  }

  private HttpRequest.Builder request(String url, String path, String query) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url + KEYS + UrlText.escapedPath(path) + query));
    authorization.ifPresent(value -> request.header("Authorization", value));
    return request;
  }

  /** For a line on a terminal: keys may hold anything. */
  static String shown(String path) {
    return TerminalText.of(path);
  }
}
