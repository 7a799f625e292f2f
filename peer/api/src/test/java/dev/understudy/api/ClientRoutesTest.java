package dev.understudy.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.api.http.RawHttpConnection;
import dev.understudy.api.http.Route;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClientRoutesTest {
  private static final List<String> METHODS =
      List.of("GET", "HEAD", "PUT", "POST", "DELETE", "PATCH", "PROPFIND");

  private static List<Route> routes(ClientBackend backend) {
    InMemoryUsers users = new InMemoryUsers();
    return new ClientApi(
            backend,
            users,
            users.guard(),
            ClientLimits.DEFAULT,
            ClientMemory.of(ClientLimits.DEFAULT),
            "1",
            new PrometheusRegistry(),
            List.of())
        .handler()
        .routes()
        .routes();
  }

  @Test
  void theTableNamesEveryPathOfTheClientPort() {
    try (InMemoryBackend backend = new InMemoryBackend(ClientLimits.DEFAULT)) {
      assertThat(routes(backend))
          .extracting(Route::toString)
          .containsExactly(
              "HEAD,GET,PUT,POST,DELETE /v2/keys/**",
              "GET,POST,DELETE /v2/members/**",
              "GET /v2/stats/self",
              "GET /v2/stats/leader",
              "GET /v2/stats/store",
              "GET,HEAD /v2/machines",
              "GET /v2/leader",
              "GET,PUT,DELETE /v2/auth/enable",
              "* /v2/auth/users/**",
              "* /v2/auth/roles/**",
              "GET /version",
              "GET /health",
              "GET,HEAD /metrics");
    }
  }

  @Test
  void aPeerTellsWhoLeadsAndSinceWhen() throws Exception {
    try (LocalServer server = new LocalServer(ClientLimits.DEFAULT, 0);
        RawHttpConnection wire = new RawHttpConnection(server.port())) {
      assertThat(wire.ask("GET", "/v2/stats/self").body())
          .containsPattern(
              "\"leaderInfo\":\\{\"leader\":\"[0-9a-f]+\",\"uptime\":\"(\\d+h)?(\\d+m)?\\d+\\.\\d{3}s\","
                  + "\"startTime\":\"\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z\"\\}");
    }
  }

  @Test
  void everyOtherMethodIsRefusedWithThoseThatAreAllowed() throws Exception {
    try (LocalServer server = new LocalServer(ClientLimits.DEFAULT, 0);
        RawHttpConnection wire = new RawHttpConnection(server.port())) {
      for (Route route : routes(server.backend)) {
        for (String method : METHODS) {
          if (!route.methods().contains(method) && !route.methods().contains("*")) {
            RawHttpConnection.Answer answer = wire.ask(method, route.pattern().replace("/**", ""));
            assertThat(answer.status()).as("%s %s", method, route).isEqualTo(405);
            assertThat(answer.header("Allow")).isEqualTo(String.join(",", route.methods()));
            assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
          }
        }
      }
    }
  }
}
