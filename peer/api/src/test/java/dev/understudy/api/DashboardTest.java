package dev.understudy.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.understudy.api.OperatorBackend.Outlook;
import dev.understudy.api.OperatorBackend.Prospect;
import dev.understudy.api.OperatorBackend.Takeover;
import dev.understudy.api.http.RawHttpConnection;
import dev.understudy.api.http.RawHttpConnection.Answer;
import dev.understudy.clusterconfig.ApiError;
import dev.understudy.clusterconfig.ErrorCode;
import dev.understudy.clusterconfig.MachineRecord;
import dev.understudy.clusterconfig.MachineTraits;
import dev.understudy.clusterconfig.ServerDetails;
import dev.understudy.clusterconfig.Servers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The page, and what it asks of a peer. */
class DashboardTest {
  private LocalServer server;
  private RawHttpConnection wire;

  @BeforeEach
  void start() throws Exception {
    server = new LocalServer(ClientLimits.DEFAULT, 0);
    wire = new RawHttpConnection(server.port());
  }

  @AfterEach
  void stop() {
    wire.close();
    server.close();
  }

  private Answer with(String header, String method, String path) throws IOException {
    wire.send(method + " " + path + " HTTP/1.1\r\nHost: h\r\n" + header + "\r\n\r\n");
    return wire.answer(method);
  }

  private Answer as(String user, String path) throws IOException {
    String basic = Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8));
    return with("Authorization: Basic " + basic, "GET", path);
  }

  // ---- the files

  @ParameterizedTest
  @CsvSource({
    "/dashboard, text/html; charset=utf-8",
    "/dashboard/, text/html; charset=utf-8",
    "/dashboard/style.css, text/css; charset=utf-8",
    "/dashboard/main.js, text/javascript; charset=utf-8",
    "/dashboard/icon.svg, image/svg+xml"
  })
  void eachFileHasItsTypeAndMayDoNothingElse(String path, String type) throws IOException {
    Answer answer = wire.ask("GET", path);
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("Content-Type")).isEqualTo(type);
    assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
    assertThat(answer.header("Cache-Control")).isEqualTo("no-cache");
    assertThat(answer.header("Content-Security-Policy"))
        .isEqualTo(
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src"
                + " 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
    assertThat(answer.body()).isNotEmpty();
  }

  @Test
  void whoHasAFileAlreadyIsNotSentItAgain() throws IOException {
    Answer first = wire.ask("GET", "/dashboard/main.js");
    String tag = first.header("ETag");
    assertThat(tag).matches("\"[0-9a-f]{24}\"");
    Answer again = with("If-None-Match: W/\"other\", " + tag, "GET", "/dashboard/main.js");
    assertThat(again.status()).isEqualTo(304);
    assertThat(again.header("ETag")).isEqualTo(tag);
    assertThat(again.header("Content-Security-Policy")).isNotNull();
    Answer changed = with("If-None-Match: \"other\"", "GET", "/dashboard/main.js");
    assertThat(changed.status()).isEqualTo(200);
    assertThat(changed.body()).isEqualTo(first.body());
  }

  @Test
  void headSaysTheSameWithoutTheFile() throws IOException {
    Answer whole = wire.ask("GET", "/dashboard");
    Answer head = wire.ask("HEAD", "/dashboard");
    assertThat(head.status()).isEqualTo(200);
    assertThat(head.header("Content-Length")).isEqualTo(whole.header("Content-Length"));
    assertThat(wire.ask("GET", "/version").status()).as("the connection goes on").isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"PUT", "POST", "DELETE", "PATCH"})
  void aFileIsOnlyRead(String method) throws IOException {
    Answer answer = wire.ask(method, "/dashboard/main.js");
    assertThat(answer.status()).isEqualTo(405);
    assertThat(answer.header("Allow")).isEqualTo("GET,HEAD");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/dashboard/none.js",
        "/dashboard/DashboardPage.class",
        "/dashboard/package-info.java",
        "/dashboard/%2e%2e%2fClientApi.class",
        "/dashboard/..%2fmain.js",
        "/dashboard/../dashboard/../api.js",
        "/dashboard/..;/main.js",
        "/dashboard/main.js%00.css",
        "/dashboard/main.js/",
        "/dashboard//main.js",
        "/dashboard/%5c..%5cmain.js",
        "/dashboard/data",
        "/dashboard/data/",
        "/dashboardx"
      })
  void nothingElseIsThereWhateverThePathSays(String path) throws Exception {
    try (RawHttpConnection own = new RawHttpConnection(server.port())) {
      Answer answer = own.ask("GET", path);
      assertThat(answer.status()).as(answer.body()).isIn(301, 400, 404);
      if (answer.status() == 301) {
        assertThat(answer.header("Location")).startsWith("/").doesNotContain("..");
      }
    }
  }

  // ---- who may see what

  @Test
  void thePageIsForEverybodyAndItsDataAreForOperators() throws IOException {
    make("/v2/auth/users/root", "{\"user\":\"root\",\"password\":\"pw\"}");
    make("/v2/auth/users/joe", "{\"user\":\"joe\",\"password\":\"pw\"}");
    make("/v2/auth/users/op", "{\"user\":\"op\",\"password\":\"pw\",\"roles\":[\"operator\"]}");
    make("/v2/auth/enable", "");
    assertThat(wire.ask("GET", "/dashboard").status()).isEqualTo(200);
    String overview = "/dashboard/data/overview";
    assertThat(wire.ask("GET", overview).status()).as("a guest").isEqualTo(401);
    assertThat(as("joe:wrong", overview).status()).as("a wrong password").isEqualTo(401);
    assertThat(as("joe:pw", overview).status()).as("a user without the role").isEqualTo(403);
    assertThat(as("op:pw", overview).status()).isEqualTo(200);
    assertThat(as("root:pw", overview).status()).isEqualTo(200);
    assertThat(wire.form("PUT", "/dashboard/data/config", "{\"activeSize\":5}").status())
        .isEqualTo(401);
    assertThat(server.operator.asked).isEmpty();
    assertThat(wire.ask("GET", overview).header("WWW-Authenticate"))
        .as("a browser would open a window of its own")
        .isNull();
  }

  private void make(String path, String json) throws IOException {
    assertThat(wire.body("PUT", path, "application/json", json).status()).isLessThan(300);
  }

  @Test
  void whoFailsTooOftenIsToldToWait() throws IOException {
    make("/v2/auth/users/root", "{\"user\":\"root\",\"password\":\"pw\"}");
    make("/v2/auth/enable", "");
    for (int i = 0; i < InMemoryUsers.MAX_FAILURES; i++) {
      assertThat(as("root:no" + i, "/dashboard/data/overview").status()).isEqualTo(401);
    }
    assertThat(as("root:no", "/dashboard/data/overview").status()).isEqualTo(429);
  }

  // ---- what it is told

  private static ServerDetails machine(String name, long member, ServerDetails.Mode mode) {
    return new ServerDetails(
        new MachineRecord(name, "http://" + name + ":2380", "http://" + name + ":2379"),
        member,
        MachineTraits.of("1.2", 60, "east"),
        mode,
        member == 1,
        member != 0,
        new ServerDetails.Contact(true, 27, true),
        new ServerDetails.Progress(3, 90, 2),
        member == 2 ? Optional.of("it is slow") : Optional.empty(),
        5_000,
        OptionalLong.empty());
  }

  @Test
  void theOverviewHasMachinesPlanAndConfig() throws IOException {
    server.operator.outlook =
        new Outlook(
            new Servers(
                List.of(
                    machine("m1", 1, ServerDetails.Mode.PEER),
                    machine("m2", 2, ServerDetails.Mode.PEER),
                    machine("m3", 0, ServerDetails.Mode.STANDBY))),
            1,
            Map.of("m1", new Prospect("KEEPS", "leads"), "m2", new Prospect("LOSES", "silent")),
            List.of("m3"),
            Optional.of(new Takeover("m3", "m2", true)),
            Optional.of("1.3"));
    JsonObject told =
        JsonParser.parseString(wire.ask("GET", "/dashboard/data/overview").body())
            .getAsJsonObject();
    assertThat(told.get("openSeats").getAsInt()).isEqualTo(1);
    assertThat(told.get("commit").getAsLong()).isEqualTo(90);
    assertThat(told.get("takers").toString()).isEqualTo("[\"m3\"]");
    assertThat(told.get("newVersion").getAsString()).isEqualTo("1.3");
    assertThat(told.get("config").toString())
        .isEqualTo("{\"activeSize\":9,\"removeDelay\":1800.0,\"syncInterval\":5.0}");
    assertThat(told.getAsJsonObject("configLimits").get("removeDelay").toString())
        .startsWith("{\"min\":2.0");
    JsonObject second = told.getAsJsonArray("machines").get(1).getAsJsonObject();
    assertThat(second.get("verdict").getAsString()).isEqualTo("loses");
    assertThat(second.get("ailment").getAsString()).isEqualTo("it is slow");
    assertThat(told.getAsJsonObject("preemption").get("enabled").getAsBoolean()).isTrue();
  }

  @Test
  void aPeerThatDoesNotLeadSaysWhereToAskOrThatThereIsNobody() throws IOException {
    server.operator.elsewhere = Optional.of(Optional.of("http://m9:2379"));
    Answer answer = wire.ask("GET", "/dashboard/data/overview");
    assertThat(answer.status()).isEqualTo(307);
    assertThat(answer.header("Location")).isEqualTo("http://m9:2379/dashboard/data/overview");
    assertThat(wire.form("PUT", "/dashboard/data/config", "{}").header("Location"))
        .isEqualTo("http://m9:2379/dashboard/data/config");
    server.operator.elsewhere = Optional.of(Optional.empty());
    assertThat(wire.ask("GET", "/dashboard/data/overview").status()).isEqualTo(503);
  }

  @Test
  void aChangeOfTheConfigIsAskedForTakenDownAndRefusedWithTheReason() throws IOException {
    assertThat(wire.form("PUT", "/dashboard/data/config", "{\"activeSize\":5}").body())
        .contains("\"activeSize\":9");
    assertThat(server.operator.asked).containsExactly("config {\"activeSize\":5}");
    assertThat(server.users.audited)
        .anyMatch(event -> event.toString().contains("/dashboard/data/config {\"activeSize\":5}"));
    server.operator.refusal =
        Optional.of(ApiError.of(ErrorCode.INVALID_ACTIVE_SIZE, "too few seats"));
    Answer refused = wire.form("PUT", "/dashboard/data/config", "{\"activeSize\":1}");
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.body()).contains("too few seats");
  }

  @Test
  void sessionsAreShownWithWhatTheyHold() throws IOException {
    String made =
        wire.form("PUT", "/v1/session/create", "{\"Name\":\"job\",\"TTL\":\"30s\"}").body();
    String id = JsonParser.parseString(made).getAsJsonObject().get("ID").getAsString();
    assertThat(wire.form("PUT", "/v1/kv/jobs/%3Cb%3E?acquire=" + id, "m1").body())
        .startsWith("true");
    JsonObject told =
        JsonParser.parseString(wire.ask("GET", "/dashboard/data/locks").body()).getAsJsonObject();
    assertThat(told.get("sessionCount").getAsInt()).isEqualTo(1);
    JsonObject session = told.getAsJsonArray("sessions").get(0).getAsJsonObject();
    assertThat(session.get("name").getAsString()).isEqualTo("job");
    assertThat(session.get("ttlMillis").getAsLong()).isEqualTo(30_000);
    assertThat(session.getAsJsonArray("holds").get(0).getAsJsonObject().get("key").getAsString())
        .isEqualTo("jobs/<b>");
  }

  @Test
  void thePageIsToldWhoseItIs() throws IOException {
    assertThat(wire.ask("GET", "/dashboard/data/machine").body())
        .contains("\"mode\":\"peer\",\"version\":\"0.1.0\"");
  }
}
