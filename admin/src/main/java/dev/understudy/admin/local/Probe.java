package dev.understudy.admin.local;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.understudy.admin.local.MachineStatus.Role;
import dev.understudy.clusterconfig.BoundedBody;
import dev.understudy.clusterconfig.HttpClientFactory;
import dev.understudy.clusterconfig.tls.Tls;
import dev.understudy.clusterconfig.tls.TlsException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Asks a machine over its client port how it stands. */
final class Probe {
  /** What a machine said of itself; a role of SILENT when it did not answer. */
  record Answer(Role role, long term, long applied) {
    static final Answer SILENT = new Answer(Role.SILENT, -1, -1);
  }

  private static final Duration TIMEOUT = Duration.ofMillis(700);
  private static final int MAX_STATISTICS_BYTES = 1 << 20;

  private final HttpClient http;
  private final Duration timeout;

  /**
   * @param tls how it speaks to {@code https} URLs
   * @throws TlsException when certificates or keys cannot be used
   */
  Probe(Tls tls) throws TlsException {
    this(tls, TIMEOUT);
  }

  /**
   * @param timeout of each of the requests that make an answer; what a machine does not tell in
   *     time is missing in it
   */
  Probe(Tls tls, Duration timeout) throws TlsException {
    this.timeout = timeout;
    http =
        HttpClientFactory.forTool(tls)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(timeout)
            .build();
  }

  /** Never completes exceptionally; nor in time, when a machine stalls amid its answer. */
  CompletableFuture<Answer> ask(String clientUrl) {
    CompletableFuture<HttpResponse<String>> self =
        ask("GET", clientUrl + "/v2/stats/self", BoundedBody.ofAtMost(MAX_STATISTICS_BYTES));
    // Only the head matters; somebody may have put a lot there.
    CompletableFuture<HttpResponse<Void>> keys =
        ask("HEAD", clientUrl + "/v2/keys/", HttpResponse.BodyHandlers.discarding());
    CompletableFuture<HttpResponse<String>> members =
        ask("GET", clientUrl + "/v2/members", BoundedBody.ofAtMost(MAX_STATISTICS_BYTES));
    return shown(keys)
        .thenCombine(shown(members), Shown::new)
        .thenCombine(self, (shown, own) -> answer(own, shown))
        .exceptionally(unreachable -> Answer.SILENT);
  }

  /** A peer that is catching up tells of itself, but shows nothing else yet. */
  private static <T> CompletableFuture<Optional<HttpResponse<T>>> shown(
      CompletableFuture<HttpResponse<T>> asked) {
    return asked.handle((response, notYet) -> Optional.ofNullable(response));
  }

  /** What a machine shows of the cluster's data, once it does. */
  private record Shown(Optional<HttpResponse<Void>> keys, Optional<HttpResponse<String>> members) {
    /**
     * Whether the machine, which is a peer, has a seat. One that is only to take a dead peer's is
     * not among the members, and one that shows nothing yet may be it.
     */
    boolean hasSeat(String member) {
      Optional<String> list =
          members.filter(answer -> answer.statusCode() == 200).map(HttpResponse::body);
      return list.isPresent()
          ? list.get().contains('"' + member + '"')
          : keys.filter(answer -> answer.statusCode() != 503).isPresent();
    }
  }

  private <T> CompletableFuture<HttpResponse<T>> ask(
      String method, String url, BodyHandler<T> body) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url))
            .method(method, HttpRequest.BodyPublishers.noBody())
            .timeout(timeout)
            .build();
    return http.sendAsync(request, body);
  }

  private static Answer answer(HttpResponse<String> self, Shown shown) {
    if (self.statusCode() == 307 || isStandbyWithoutLeader(self)) {
      return new Answer(Role.STANDBY, -1, -1);
    }
    if (self.statusCode() != 200) {
      return Answer.SILENT;
    }
    return new Answer(
        role(self.body(), shown),
        header(shown.keys(), "X-Raft-Term"),
        header(shown.keys(), "X-Raft-Index"));
  }

  private static boolean isStandbyWithoutLeader(HttpResponse<String> response) {
    return response.statusCode() == 503 && response.body().contains("\"errorCode\":402");
  }

  private static Role role(String statsSelf, Shown shown) {
    try {
      if (JsonParser.parseString(statsSelf) instanceof JsonObject stats && stats.has("state")) {
        String state = stats.get("state").getAsString().toLowerCase(Locale.ROOT);
        if (state.endsWith("leader")) {
          return Role.LEADER;
        }
        boolean hasSeat = !stats.has("id") || shown.hasSeat(stats.get("id").getAsString());
        return hasSeat ? Role.FOLLOWER : Role.CATCHING_UP;
      }
    } catch (JsonParseException | IllegalStateException | UnsupportedOperationException e) {
      return Role.SILENT; // whatever listens there is no machine
    }
    return Role.SILENT;
  }

  private static long header(Optional<HttpResponse<Void>> response, String name) {
    try {
      return response
          .flatMap(answered -> answered.headers().firstValue(name))
          .map(Long::parseLong)
          .orElse(-1L);
    } catch (NumberFormatException e) {
      return -1;
    }
  }
}
