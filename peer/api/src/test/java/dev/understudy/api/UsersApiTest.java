package dev.understudy.api;

import static dev.understudy.clusterconfig.waits.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.api.access.AuditLog;
import dev.understudy.api.http.RawHttpConnection;
import dev.understudy.api.http.RawHttpConnection.Answer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who may do what on the client port. That {@code /v2} answers as etcd is compared elsewhere. */
class UsersApiTest {
  private static final String ROOT = "root:pw";
  private static final String READER = "reader:secret";

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

  private Answer as(String user, String method, String target) throws IOException {
    return as(user, method, target, "");
  }

  private Answer as(String user, String method, String target, String body) throws IOException {
    String basic = Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8));
    return with("Authorization: Basic " + basic, method, target, body);
  }

  private Answer with(String header, String method, String target, String body) throws IOException {
    wire.send(
        method
            + " "
            + target
            + " HTTP/1.1\r\nHost: x\r\n"
            + header
            + "\r\nContent-Length: "
            + body.length()
            + "\r\n\r\n"
            + body);
    return wire.answer(method);
  }

  /** Root, one who may read below {@code /d}, and guests who may do nothing. */
  private void lockDown() throws IOException {
    put("/v2/auth/users/root", "{\"user\":\"root\",\"password\":\"pw\"}");
    put("/v2/auth/users/reader", "{\"user\":\"reader\",\"password\":\"secret\",\"roles\":[\"d\"]}");
    put("/v2/auth/roles/guest", "{\"role\":\"guest\"}");
    put("/v2/auth/roles/d", "{\"role\":\"d\",\"permissions\":{\"kv\":{\"read\":[\"/d/*\"]}}}");
    assertThat(wire.ask("PUT", "/v2/auth/enable").status()).isEqualTo(200);
    server.users.hashings.set(0);
    server.users.audited.clear();
  }

  private void put(String target, String body) throws IOException {
    assertThat(wire.body("PUT", target, "application/json", body).status()).isLessThan(300);
  }

  /** A peer that has just joined or started has not read yet that there are users. */
  @ParameterizedTest
  @CsvSource({
    "GET, /v2/keys/?recursive=true",
    "GET, /v1/kv/?recurse&stale",
    "PUT, /v2/keys/a?value=1",
    "PUT, /v1/kv/a",
    "DELETE, /v2/auth/enable",
    "PUT, /v2/auth/roles/guest"
  })
  void nobodyIsJudgedBeforeItIsKnownWhoIsAsked(String method, String target) throws IOException {
    CompletableFuture<Void> known = new CompletableFuture<>();
    server.users.caughtUp = known;
    server.users.upToDate = known;
    wire.begin(method, target);
    await().until(() -> server.users.waiting.get() > 0);

    server.users.lockDown();
    known.complete(null);

    assertThat(wire.answer(method).status()).isIn(401, 403);
    assertThat(server.users.users().enabled()).isTrue();
  }

  @Test
  void whatAPeerTellsOfItselfWaitsForNobody() throws IOException {
    server.users.caughtUp = new CompletableFuture<>();
    server.users.upToDate = new CompletableFuture<>();
    for (String path : List.of("/version", "/v2/stats/self", "/v2/members", "/metrics")) {
      assertThat(wire.ask("GET", path).status()).as(path).isEqualTo(200);
    }
  }

  @Test
  void withoutALeaderNobodyIsJudgedAndAllIsRefusedForTheMoment() throws IOException {
    server.users.upToDate =
        CompletableFuture.failedFuture(new BackendFailure.NotApplied("no leader is known"));
    assertThat(wire.ask("PUT", "/v2/keys/a?value=1").status()).isEqualTo(503);
    assertThat(wire.ask("GET", "/v2/keys/").status()).isEqualTo(200);

    server.users.upToDate = CompletableFuture.completedFuture(null);
    assertThat(wire.ask("PUT", "/v2/keys/a?value=1").status()).isEqualTo(201);
  }

  @Test
  void aPasswordIsHashedOnceForAsLongAsTheUserIsTheSame() throws IOException {
    lockDown();
    for (int i = 0; i < 5; i++) {
      assertThat(as(READER, "GET", "/v2/keys/d/a").status()).isEqualTo(404);
    }
    assertThat(server.users.hashings).hasValue(1);

    String other = "{\"user\":\"reader\",\"password\":\"other\"}";
    assertThat(as(ROOT, "PUT", "/v2/auth/users/reader", other).status()).isEqualTo(200);
    assertThat(as(READER, "GET", "/v2/keys/d/a").status()).isEqualTo(401);
    assertThat(as("reader:other", "GET", "/v2/keys/d/a").status()).isEqualTo(404);

    assertThat(as(ROOT, "DELETE", "/v2/auth/users/reader").status()).isEqualTo(200);
    assertThat(as("reader:other", "GET", "/v2/keys/d/a").status()).isEqualTo(401);
  }

  @Test
  void nothingIsHashedWhileNobodyIsAsked() throws IOException {
    assertThat(as("who:cares", "GET", "/v2/keys/").status()).isEqualTo(200);
    assertThat(server.users.hashings).hasValue(0);
  }

  @Test
  void whoGuessesIsNotHeardForAMinute() throws IOException {
    lockDown();
    assertThat(as(READER, "GET", "/v2/keys/d/a").status()).isEqualTo(404);
    for (int i = 0; i < InMemoryUsers.MAX_FAILURES; i++) {
      assertThat(as("root:guess" + i, "GET", "/v2/keys/d/a").status()).isEqualTo(401);
    }
    assertThat(as(ROOT, "GET", "/v2/keys/d/a").status()).isEqualTo(429);
    assertThat(as(ROOT, "GET", "/v2/auth/users").status()).isEqualTo(429);
    assertThat(as(READER, "GET", "/v2/keys/d/a").status()).as("one who is known").isEqualTo(404);
    server.users.nowMillis.addAndGet(60_000);
    assertThat(as(ROOT, "GET", "/v2/keys/d/a").status()).isEqualTo(404);
  }

  @Test
  void asManyAreTriedAtOnceAsMayBeWrongAndOthersAreToldToAskAgain() throws Exception {
    lockDown();
    server.users.holdHashings();
    List<RawHttpConnection> guesses = new ArrayList<>();
    for (int i = 0; i < InMemoryUsers.MAX_FAILURES; i++) {
      guesses.add(guess("guess" + i));
    }
    await().until(() -> server.users.hashings.get() == InMemoryUsers.MAX_FAILURES);
    for (String path : List.of("/v2/keys/d/a", "/v2/auth/users", "/v1/kv/d/a")) {
      Answer busy = as(ROOT, "GET", path);
      assertThat(busy.status()).as(path).isEqualTo(503);
      assertThat(busy.header("Retry-After")).as(path).isEqualTo("1");
      assertThat(busy.body()).as(path).contains("Too many passwords are being tried");
    }
    server.users.letHashingsGo();
    for (RawHttpConnection each : guesses) {
      assertThat(each.answer("GET").status()).isEqualTo(401);
      each.close();
    }
    assertThat(as(ROOT, "GET", "/v2/keys/d/a").status()).isEqualTo(429);
  }

  private RawHttpConnection guess(String password) throws IOException {
    RawHttpConnection other = new RawHttpConnection(server.port());
    String basic = Base64.getEncoder().encodeToString(("root:" + password).getBytes("UTF-8"));
    other.send(
        "GET /v2/keys/d/a HTTP/1.1\r\nHost: x\r\nAuthorization: Basic " + basic + "\r\n\r\n");
    return other;
  }

  @Test
  void whatIsTooLongOrTooManyIsToldSo() throws IOException {
    String user = "{\"user\":\"a\",\"password\":\"%s\"}";
    assertThat(wire.body("PUT", "/v2/auth/users/a", "", user.formatted("x".repeat(72))).status())
        .isEqualTo(201);
    Answer password = wire.body("PUT", "/v2/auth/users/a", "", user.formatted("x".repeat(73)));
    assertThat(password.status()).isEqualTo(400);
    assertThat(password.body()).contains("at most 72 bytes");

    String name = "n".repeat(129);
    Answer named =
        wire.body(
            "PUT", "/v2/auth/users/" + name, "", "{\"user\":\"" + name + "\",\"password\":\"p\"}");
    assertThat(named.status()).isEqualTo(400);
    assertThat(named.body()).contains("at most 128 characters");
  }

  @Test
  void oneWhoIsNotThereTakesAsLongAsOneWhoIs() throws IOException {
    lockDown();
    assertThat(as("nobody:x", "GET", "/v2/keys/d/a").status()).isEqualTo(401);
    assertThat(server.users.hashings).hasValue(1);
  }

  @Test
  void entriesAreGuardedAsTheKeysOfTheirPaths() throws IOException {
    assertThat(wire.body("PUT", "/v1/kv/d/a", "text/plain", "1").body()).isEqualTo("true\n");
    lockDown();
    assertThat(wire.ask("GET", "/v1/kv/d/a").status()).isEqualTo(403);
    assertThat(wire.ask("GET", "/v1/kv/d/?recurse").status()).isEqualTo(403);
    assertThat(as(READER, "GET", "/v1/kv/d/a").status()).isEqualTo(200);
    assertThat(as(READER, "GET", "/v1/kv/d/?recurse").status()).isEqualTo(200);
    assertThat(as(READER, "GET", "/v1/kv/d/?keys").status()).isEqualTo(200);
    assertThat(as(READER, "GET", "/v1/kv/d?recurse").status()).isEqualTo(403);
    assertThat(as(READER, "GET", "/v1/kv/?keys").status()).isEqualTo(403);
    assertThat(as(READER, "PUT", "/v1/kv/d/a", "2").status()).isEqualTo(403);
    assertThat(as(READER, "DELETE", "/v1/kv/d/a").status()).isEqualTo(403);
    assertThat(as(READER, "GET", "/v1/kv/d/a?raw").body()).isEqualTo("1");
  }

  @Test
  void aTokenOfConsulIsANameAndAPassword() throws IOException {
    lockDown();
    assertThat(with("X-Consul-Token: " + READER, "GET", "/v1/kv/d/a", "").status()).isEqualTo(404);
    assertThat(with("Authorization: Bearer " + READER, "GET", "/v1/kv/d/a", "").status())
        .isEqualTo(404);
    assertThat(wire.ask("GET", "/v1/kv/d/a?token=reader%3Asecret").status()).isEqualTo(404);
    assertThat(wire.ask("GET", "/v1/kv/d/a?token=reader%3Awrong").status()).isEqualTo(403);
    assertThat(with("X-Consul-Token: " + READER, "GET", "/v2/keys/d/a", "").status())
        .as("not a way of etcd")
        .isEqualTo(401);
  }

  @Test
  void aTransactionNeedsTheRightToEachOfItsSteps() throws IOException {
    lockDown();
    String reads = "[{\"KV\":{\"Verb\":\"check-not-exists\",\"Key\":\"d/x\"}}]";
    String writes = reads.replace("]", ",{\"KV\":{\"Verb\":\"delete\",\"Key\":\"d/x\"}}]");
    String beyond = reads.replace("]", ",{\"KV\":{\"Verb\":\"get-tree\",\"Key\":\"d\"}}]");
    assertThat(as(READER, "PUT", "/v1/txn", reads).status()).isEqualTo(200);
    assertThat(as(READER, "PUT", "/v1/txn", writes).status()).isEqualTo(403);
    assertThat(as(READER, "PUT", "/v1/txn", beyond).status()).isEqualTo(403);
    assertThat(as(ROOT, "PUT", "/v1/txn", writes).status()).isEqualTo(200);
  }

  @Test
  void sessionsAreGuardedAsOnePath() throws IOException {
    lockDown();
    assertThat(wire.body("PUT", "/v1/session/create", "text/plain", "").status()).isEqualTo(403);
    assertThat(as(READER, "GET", "/v1/session/list").status()).isEqualTo(403);
    String grant = "{\"role\":\"d\",\"grant\":{\"kv\":{\"read\":[\"/_session\"]}}}";
    assertThat(as(ROOT, "PUT", "/v2/auth/roles/d", grant).status()).isEqualTo(200);
    assertThat(as(READER, "GET", "/v1/session/list").status()).isEqualTo(200);
    assertThat(as(READER, "PUT", "/v1/session/create").status()).isEqualTo(403);
    assertThat(as(ROOT, "PUT", "/v1/session/create").status()).isEqualTo(200);
  }

  @Test
  void theClusterIsForOperators() throws IOException {
    lockDown();
    String path = "/v1/operator/raft/configuration";
    assertThat(wire.ask("GET", path).status()).isEqualTo(403);
    assertThat(as(READER, "GET", path).status()).isEqualTo(403);
    assertThat(as(ROOT, "GET", path).status()).isEqualTo(200);
    String grant = "{\"user\":\"reader\",\"grant\":[\"operator\"]}";
    assertThat(as(ROOT, "PUT", "/v2/auth/users/reader", grant).status()).isEqualTo(200);
    assertThat(as(READER, "GET", path).status()).isEqualTo(200);
    assertThat(as(READER, "GET", "/v2/auth/users").status()).isEqualTo(401);
  }

  @Test
  void changesAndRefusalsAreTakenDownWithoutSecrets() throws IOException {
    lockDown();
    String other = "{\"user\":\"reader\",\"password\":\"hidden\"}";
    as(ROOT, "PUT", "/v2/auth/users/reader", other);
    as(READER, "PUT", "/v2/keys/d/a?value=hidden");
    wire.ask("GET", "/v1/kv/d/a?token=reader%3Ahidden2");
    assertThat(server.users.audited)
        .extracting(event -> event.who().name() + " " + event.what() + " " + event.result())
        .containsExactly(
            "root set user reader done",
            "reader PUT /v2/keys/d/a Insufficient credentials",
            "reader GET /v1/kv/d/a Insufficient credentials");
    assertThat(server.users.audited).extracting(AuditLog.Event::from).containsOnly("127.0.0.1");
    assertThat(server.users.audited.toString()).doesNotContain("hidden").doesNotContain("$2a");
  }
}
