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
import java.util.concurrent.TimeUnit;

/** Asks a machine over its client port how it stands. */
final class Probe {
  /** What a machine said of itself; a role of SILENT when it did not answer. */
  record Answer(Role role, long term, long applied) {
    static final Answer SILENT = new Answer(Role.SILENT, -1, -1);
  }

  private static final Duration TIMEOUT = Duration.ofMillis(700);
  private static final int MAX_STATISTICS_BYTES = 1 << 20;

  private final HttpClient http;

  /**
   * @param tls how it speaks to {@code https} URLs
   * @throws TlsException when certificates or keys cannot be used
   */
  Probe(Tls tls) throws TlsException {
    http =
        HttpClientFactory.forTool(tls)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(TIMEOUT)
            .build();
  }

  /** Completes within the timeout, never exceptionally. */
  CompletableFuture<Answer> ask(String clientUrl) {
    CompletableFuture<HttpResponse<String>> self =
        ask("GET", clientUrl + "/v2/stats/self", BoundedBody.ofAtMost(MAX_STATISTICS_BYTES));
    // Only the head matters; somebody may have put a lot there.
    CompletableFuture<HttpResponse<Void>> keys =
        ask("HEAD", clientUrl + "/v2/keys/", HttpResponse.BodyHandlers.discarding());
    // A peer that is catching up tells of itself, but shows no keys yet.
    CompletableFuture<Optional<HttpResponse<Void>>> shown =
        keys.handle((response, notYet) -> Optional.ofNullable(response));
    return self.thenCombine(shown, Probe::answer).exceptionally(unreachable -> Answer.SILENT);
  }

  private <T> CompletableFuture<HttpResponse<T>> ask(
      String method, String url, BodyHandler<T> body) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url))
            .method(method, HttpRequest.BodyPublishers.noBody())
            .timeout(TIMEOUT)
            .build();
    // The client's own timeout ends with the head of an answer.
    return http.sendAsync(request, body).orTimeout(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
  }

  private static Answer answer(HttpResponse<String> self, Optional<HttpResponse<Void>> keys) {
    if (self.statusCode() == 307 || isStandbyWithoutLeader(self)) {
      return new Answer(Role.STANDBY, -1, -1);
    }
    if (self.statusCode() != 200) {
      return Answer.SILENT;
    }
    return new Answer(role(self.body()), header(keys, "X-Raft-Term"), header(keys, "X-Raft-Index"));
  }

  private static boolean isStandbyWithoutLeader(HttpResponse<String> response) {
    return response.statusCode() == 503 && response.body().contains("\"errorCode\":402");
  }

  private static Role role(String statsSelf) {
    try {
      if (JsonParser.parseString(statsSelf) instanceof JsonObject stats && stats.has("state")) {
        String state = stats.get("state").getAsString().toLowerCase(Locale.ROOT);
        return state.endsWith("leader") ? Role.LEADER : Role.FOLLOWER;
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
