package dev.understudy.testkit.local;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** Asks machines over HTTP, as an operator would. Blocks for two seconds at most. */
final class ClusterProbe {
  private static final Duration TIMEOUT = Duration.ofSeconds(2);
  private static final String AUTOPILOT = "/v1/operator/autopilot/configuration";

  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(TIMEOUT)
          .followRedirects(HttpClient.Redirect.NORMAL)
          .build();

  /** Whether a machine leads, and a majority has just confirmed it. */
  boolean leads(String clientUrl) throws InterruptedException {
    return isLeader(clientUrl) && get(clientUrl + "/v2/keys/?quorum=true").status() == 200;
  }

  private boolean isLeader(String clientUrl) throws InterruptedException {
    Answer self = get(clientUrl + "/v2/stats/self");
    try {
      return self.status() == 200
          && JsonParser.parseString(self.body()) instanceof JsonObject stats
          && stats.has("state")
          && stats.get("state").getAsString().equals("StateLeader");
    } catch (JsonParseException | IllegalStateException | UnsupportedOperationException e) {
      return false;
    }
  }

  /** The machines that have just been heard of by the leader. */
  Set<String> healthy(String clientUrl) throws InterruptedException {
    Set<String> names = new HashSet<>();
    Optional<JsonObject> health = json(get(clientUrl + "/v1/operator/autopilot/health"));
    if (health.isPresent() && health.get().get("Servers") instanceof JsonArray servers) {
      for (JsonElement each : servers) {
        JsonObject server = each.getAsJsonObject();
        if (server.get("Healthy").getAsBoolean()) {
          names.add(server.get("Name").getAsString());
        }
      }
    }
    return names;
  }

  /** How seats are looked after; empty if nobody says. */
  Optional<JsonObject> autopilot(String clientUrl) throws InterruptedException {
    Answer answer = get(clientUrl + AUTOPILOT);
    return answer.status() == 200 ? json(answer) : Optional.empty();
  }

  /** Whether that is how they are looked after from now on. */
  boolean setAutopilot(String clientUrl, JsonObject config) throws InterruptedException {
    return ask("PUT", clientUrl + AUTOPILOT, config.toString()).status() == 200;
  }

  private static Optional<JsonObject> json(Answer answer) {
    try {
      return JsonParser.parseString(answer.body()) instanceof JsonObject object
          ? Optional.of(object)
          : Optional.empty();
    } catch (JsonParseException e) {
      return Optional.empty();
    }
  }

  /** A status of 0 is no answer. */
  record Answer(int status, String body) {
    /** Whether what was asked for may have been done nevertheless. */
    boolean isLost() {
      return status == 0 || status == 500;
    }
  }

  Answer delete(String url) throws InterruptedException {
    return ask("DELETE", url, "");
  }

  private Answer get(String url) throws InterruptedException {
    return ask("GET", url, "");
  }

  private Answer ask(String method, String url, String body) throws InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url))
            .method(
                method,
                body.isEmpty()
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body))
            .timeout(TIMEOUT)
            .build();
    try {
      HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
      return new Answer(answer.statusCode(), answer.body());
    } catch (IOException e) {
      return new Answer(0, String.valueOf(e.getMessage()));
    }
  }
}
