package dev.understudy.admin.bench;

import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.understudy.admin.cli.BenchOptions;
import dev.understudy.admin.cli.HostPort;
import dev.understudy.admin.cli.Login;
import dev.understudy.clusterconfig.FailureText;
import dev.understudy.clusterconfig.HttpClientFactory;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A session for each client, made before the load and ended after it. Blocks. */
final class Sessions implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Sessions.class);

  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  /** No load lasts longer; of those that are left behind nothing stays for ever. */
  private static final String WANTED =
      "{\"Name\":\"bench\",\"TTL\":\"86400s\",\"LockDelay\":\"0s\"}";

  private final HttpClient http;
  private final String base;
  private final List<String> ids = new ArrayList<>();

  private final Optional<Login> login;

  private Sessions(HttpClient http, HostPort endpoint, Optional<Login> login) {
    this.http = http;
    this.login = login;
    this.base = endpoint.url() + "/v1/session/";
  }

  /** Makes as many as there are connections, if the workload needs any. */
  static Sessions make(BenchOptions options) throws IOException {
    Sessions sessions =
        new Sessions(
            HttpClientFactory.forTool(options.tls()).connectTimeout(TIMEOUT).build(),
            options.endpoints().get(0),
            options.login());
    int count = options.workload().needsSessions() ? options.connections() : 0;
    try {
      for (int i = 0; i < count; i++) {
        sessions.create();
      }
    } catch (IOException e) {
      sessions.close();
      throw e;
    }
    return sessions;
  }

  /** The session of a client. */
  String of(int client) {
    return ids.get(client);
  }

  private void create() throws IOException {
    String answer = put("create", WANTED);
    try {
      ids.add(JsonParser.parseString(answer).getAsJsonObject().get("ID").getAsString());
    } catch (JsonParseException | IllegalStateException | NullPointerException e) {
      throw new IOException("no session, but " + answer, e);
    }
  }

  private String put(String path, String body) throws IOException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(base + path))
            .timeout(TIMEOUT)
            .PUT(HttpRequest.BodyPublishers.ofString(body));
    login.ifPresent(who -> request.header("Authorization", who.authorization()));
    try {
      HttpResponse<String> answer =
          http.send(request.build(), HttpResponse.BodyHandlers.ofString());
      if (answer.statusCode() != 200) {
        throw new IOException("HTTP " + answer.statusCode() + ": " + answer.body().strip());
      }
      return answer.body();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    }
  }

  @Override
  public void close() {
    try {
      for (String id : ids) {
        put("destroy/" + id, "");
      }
    } catch (IOException e) {
      LOG.warn("sessions of this load live on for two days: {}", FailureText.of(e));
    }
  }
}
