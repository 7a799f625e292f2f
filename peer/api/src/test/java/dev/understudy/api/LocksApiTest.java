package dev.understudy.api;

import static dev.understudy.clusterconfig.waits.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.understudy.api.http.RawHttpConnection;
import dev.understudy.api.http.RawHttpConnection.Answer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code /v1}, request by request. */
class LocksApiTest {
  private LocalServer server;
  private RawHttpConnection client;
  private RawHttpConnection waiter;

  @BeforeEach
  void start() throws Exception {
    server = new LocalServer(ClientLimits.DEFAULT, 0);
    client = new RawHttpConnection(server.port());
    waiter = new RawHttpConnection(server.port());
  }

  @AfterEach
  void stop() {
    client.close();
    waiter.close();
    server.close();
  }

  private Answer get(String target) throws IOException {
    return client.ask("GET", target);
  }

  private Answer put(String target, String body) throws IOException {
    return client.body("PUT", target, "text/plain", body);
  }

  private static JsonArray array(Answer answer) {
    return JsonParser.parseString(answer.body()).getAsJsonArray();
  }

  private static JsonObject first(Answer answer) {
    return array(answer).get(0).getAsJsonObject();
  }

  private String session(String body) throws IOException {
    Answer created = put("/v1/session/create", body);
    assertThat(created.status()).as(created.body()).isEqualTo(200);
    return JsonParser.parseString(created.body()).getAsJsonObject().get("ID").getAsString();
  }

  // ---- sessions

  @Test
  void aSessionIsCreatedShownRenewedAndDestroyed() throws IOException {
    String id = session("{\"Name\":\"n\",\"TTL\":\"15s\",\"LockDelay\":\"5s\"}");
    JsonObject shown = first(get("/v1/session/info/" + id));
    assertThat(shown.get("Name").getAsString()).isEqualTo("n");
    assertThat(shown.get("Node").getAsString()).isEqualTo("solo");
    assertThat(shown.get("TTL").getAsString()).isEqualTo("15s");
    assertThat(shown.get("LockDelay").getAsLong()).isEqualTo(5_000_000_000L);
    assertThat(shown.get("Behavior").getAsString()).isEqualTo("release");
    assertThat(shown.get("Checks").toString()).isEqualTo("[\"serfHealth\"]");
    assertThat(shown.get("CreateIndex").getAsLong()).isEqualTo(11);
    assertThat(first(get("/v1/session/node/solo"))).isEqualTo(shown);
    assertThat(first(get("/v1/session/list"))).isEqualTo(shown);
    assertThat(first(put("/v1/session/renew/" + id, ""))).isEqualTo(shown);
    assertThat(put("/v1/session/destroy/" + id, "").body()).isEqualTo("true\n");
    assertThat(put("/v1/session/destroy/" + id, "").body()).as("unknown").isEqualTo("true\n");
    assertThat(get("/v1/session/info/" + id).body()).isEqualTo("[]\n");
    assertThat(get("/v1/session/node/other").body()).isEqualTo("[]\n");
    assertThat(put("/v1/session/renew/" + id, "").status()).isEqualTo(404);
  }

  @Test
  void listsAreCountedWithAllAnswers() throws Exception {
    ClientLimits little = ClientLimits.DEFAULT.withMemory(100_000_000, 300_000, 1_000_000);
    try (LocalServer small = new LocalServer(little, 0);
        RawHttpConnection asking = new RawHttpConnection(small.port())) {
      String name = "n".repeat(7_000);
      for (int i = 0; i < 50; i++) {
        String wanted = "{\"Name\":\"" + name + "\"}";
        asking.body("PUT", "/v1/session/create", "text/plain", wanted);
        asking.body("PUT", "/v1/kv/" + name + i, "text/plain", "");
      }
      assertThat(asking.ask("GET", "/v1/session/list").status()).isEqualTo(503);
      assertThat(asking.ask("GET", "/v1/kv/?keys").status()).isEqualTo(503);
      assertThat(asking.ask("GET", "/v1/kv/?keys&separator=n").body()).isEqualTo("[\"n\"]\n");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{                              | 400 | Request decode failed",
        "[]                             | 400 | Request decode failed",
        "{\"TTL\":15}                   | 400 | Request decode failed",
        "{\"Behavior\":\"keep\"}        | 500 | Invalid Behavior setting",
        "{\"TTL\":\"9s\"}               | 500 | Invalid Session TTL '9s'",
        "{\"TTL\":\"24h1s\"}            | 500 | Invalid Session TTL '24h1s'",
        "{\"TTL\":\"soon\"}             | 500 | 'soon' invalid",
        "{\"Node\":\"nowhere\"}         | 500 | Missing node registration",
        "{\"Checks\":[\"web\"]}         | 500 | Missing check 'web' registration",
      })
  void aSessionThatCannotBeIsRefused(String body, int status, String words) throws IOException {
    Answer refused = put("/v1/session/create", body);
    assertThat(refused.status()).as(refused.body()).isEqualTo(status);
    assertThat(refused.body()).contains(words);
  }

  @ParameterizedTest
  @CsvSource({
    "20, 20000000000",
    "2000000000, 2000000000",
    "1e12, 60000000000",
    "'\"90s\"',60000000000"
  })
  void aLockDelayIsSecondsOrNanosecondsOrADuration(String given, long nanos) throws IOException {
    String id = session("{\"lockDelay\":" + given + ",\"Checks\":[]}");
    JsonObject shown = first(get("/v1/session/info/" + id));
    assertThat(shown.get("LockDelay").getAsLong()).isEqualTo(nanos);
    assertThat(shown.get("Checks").toString()).isEqualTo("[]");
    assertThat(shown.get("TTL").getAsString()).isEmpty();
  }

  @Test
  void requestsWithoutAnIdOrWithAnotherMethodAreRefused() throws IOException {
    assertThat(put("/v1/session/destroy/", "").body()).contains("Missing session");
    assertThat(get("/v1/session/info/").status()).isEqualTo(400);
    assertThat(get("/v1/session/node/").status()).isEqualTo(400);
    Answer wrong = get("/v1/session/create");
    assertThat(wrong.status()).isEqualTo(405);
    assertThat(wrong.header("Allow")).isEqualTo("PUT");
  }

  @Test
  void aFollowerSendsRenewalsToTheLeader() throws IOException {
    server.locks.renewElsewhere.set("http://leader:1");
    Answer sent = put("/v1/session/renew/abc?dc=x", "");
    assertThat(sent.status()).isEqualTo(307);
    assertThat(sent.header("Location")).isEqualTo("http://leader:1/v1/session/renew/abc?dc=x");
  }

  // ---- entries

  @Test
  void anEntryIsWrittenReadAndDeleted() throws IOException {
    Answer none = get("/v1/kv/a/b");
    assertThat(none.status()).isEqualTo(404);
    assertThat(none.body()).isEmpty();
    assertThat(none.header("X-Consul-Index")).isEqualTo("1");
    assertThat(put("/v1/kv/a/b?flags=18446744073709551615", "ü").body()).isEqualTo("true\n");
    Answer found = get("/v1/kv/a/b");
    JsonObject entry = first(found);
    assertThat(entry.get("Key").getAsString()).isEqualTo("a/b");
    assertThat(entry.get("Flags").getAsString()).isEqualTo("18446744073709551615");
    assertThat(
            new String(
                Base64.getDecoder().decode(entry.get("Value").getAsString()),
                StandardCharsets.UTF_8))
        .isEqualTo("ü");
    assertThat(entry.get("LockIndex").getAsInt()).isZero();
    assertThat(entry.has("Session")).isFalse();
    assertThat(found.header("X-Consul-Index")).isEqualTo("11");
    assertThat(found.header("X-Consul-KnownLeader")).isEqualTo("true");
    assertThat(found.header("X-Consul-LastContact")).isEqualTo("0");
    assertThat(get("/v1/kv/a/b?raw").body()).isEqualTo("ü");
    put("/v1/kv/empty", "");
    assertThat(first(get("/v1/kv/empty")).get("Value").isJsonNull()).isTrue();
    assertThat(client.ask("DELETE", "/v1/kv/a/b").body()).isEqualTo("true\n");
    assertThat(get("/v1/kv/a/b").status()).isEqualTo(404);
  }

  @Test
  void treesAndKeysAreListed() throws IOException {
    for (String key : new String[] {"a/b/1", "a/b/2", "a/c", "ab"}) {
      put("/v1/kv/" + key, "v");
    }
    assertThat(array(get("/v1/kv/a/?recurse"))).hasSize(3);
    assertThat(get("/v1/kv/?keys").body()).isEqualTo("[\"a/b/1\",\"a/b/2\",\"a/c\",\"ab\"]\n");
    for (String name : new String[] {"separator", "seperator"}) {
      assertThat(get("/v1/kv/a/?keys&" + name + "=/").body()).isEqualTo("[\"a/b/\",\"a/c\"]\n");
    }
    assertThat(get("/v1/kv/x?keys").status()).isEqualTo(404);
    assertThat(get("/v1/kv/x?recurse").status()).isEqualTo(404);
    assertThat(client.ask("DELETE", "/v1/kv/?recurse").body()).isEqualTo("true\n");
    assertThat(get("/v1/kv/?keys").body()).isEqualTo("[]\n");
  }

  @Test
  void locksAreTakenAndGivenBackBySessions() throws IOException {
    String one = session("{\"LockDelay\":\"1s\"}");
    String other = session("");
    assertThat(put("/v1/kv/l?acquire=" + one, "x").body()).isEqualTo("true\n");
    assertThat(put("/v1/kv/l?acquire=" + other, "y").body()).isEqualTo("false\n");
    JsonObject held = first(get("/v1/kv/l"));
    assertThat(held.get("Session").getAsString()).isEqualTo(one);
    assertThat(held.get("LockIndex").getAsInt()).isEqualTo(1);
    assertThat(put("/v1/kv/l?release=" + other, "").body()).isEqualTo("false\n");
    put("/v1/session/destroy/" + one, "");
    assertThat(put("/v1/kv/l?acquire=" + other, "").body()).as("delay").isEqualTo("false\n");
    server.locks.pass(1_000);
    assertThat(put("/v1/kv/l?acquire=" + other, "").body()).isEqualTo("true\n");
    assertThat(put("/v1/kv/l?release=" + other, "").body()).isEqualTo("true\n");
    Answer unknown = put("/v1/kv/l?acquire=" + one, "");
    assertThat(unknown.status()).isEqualTo(500);
    assertThat(unknown.body()).contains("invalid session");
  }

  @Test
  void comparesByIndex() throws IOException {
    assertThat(put("/v1/kv/c?cas=0", "1").body()).isEqualTo("true\n");
    assertThat(put("/v1/kv/c?cas=0", "2").body()).isEqualTo("false\n");
    assertThat(put("/v1/kv/c?cas=11", "2").body()).isEqualTo("true\n");
    assertThat(client.ask("DELETE", "/v1/kv/c?cas=11").body()).isEqualTo("false\n");
    assertThat(client.ask("DELETE", "/v1/kv/c?cas=13").body()).isEqualTo("true\n");
    assertThat(client.ask("DELETE", "/v1/kv/c?cas=13").body()).isEqualTo("true\n");
  }

  @ParameterizedTest
  @CsvSource({
    "PUT, /v1/kv/a?cas=1&acquire=s, 400, Conflicting flags: cas=1&acquire=s",
    "PUT, /v1/kv/, 400, Missing key name",
    "PUT, /v1/kv/a?flags=-1, 500, invalid syntax",
    "PUT, /v1/kv/a?cas=x, 500, invalid syntax",
    "DELETE, /v1/kv/a?cas=1&recurse, 400, Conflicting flags",
    "DELETE, /v1/kv/, 400, Missing key name",
    "GET, /v1/kv/, 400, Missing key name",
    "GET, /v1/kv/a?index=x, 400, Invalid index",
    "GET, /v1/kv/a?index=1&wait=x, 400, Invalid wait time",
    "GET, /v1/kv/a?stale&consistent, 400, conflicting semantics",
    "POST, /v1/kv/a, 405, Method Not Allowed",
  })
  void whatMakesNoSenseIsRefused(String method, String target, int status, String words)
      throws IOException {
    Answer refused = client.body(method, target, "text/plain", "");
    assertThat(refused.status()).as(refused.body()).isEqualTo(status);
    assertThat(refused.body()).contains(words);
  }

  @Test
  void aValueOfMoreThanHalfAMebibyteIsRefused() throws IOException {
    assertThat(put("/v1/kv/big", "x".repeat(512 << 10)).body()).isEqualTo("true\n");
    assertThat(put("/v1/kv/big", "x".repeat((512 << 10) + 1)).status()).isEqualTo(413);
    assertThat(get("/v1/kv/big?raw").body()).hasSize(512 << 10);
  }

  @Test
  void aTransactionIsDoneAsAWhole() throws IOException {
    Answer done =
        put(
            "/v1/txn",
            "[{\"KV\":{\"Verb\":\"set\",\"Key\":\"t\",\"Value\":\"eA==\",\"Flags\":7}},"
                + "{\"KV\":{\"Verb\":\"get\",\"Key\":\"t\"}}]");
    assertThat(done.status()).isEqualTo(200);
    JsonObject results = JsonParser.parseString(done.body()).getAsJsonObject();
    assertThat(results.get("Errors").isJsonNull()).isTrue();
    assertThat(results.getAsJsonArray("Results").get(1).getAsJsonObject().toString())
        .contains("\"Value\":\"eA==\"", "\"Flags\":7", "\"ModifyIndex\":11");
    Answer failed =
        put(
            "/v1/txn",
            "[{\"KV\":{\"Verb\":\"delete\",\"Key\":\"t\"}},"
                + "{\"KV\":{\"Verb\":\"check-index\",\"Key\":\"t\",\"Index\":3}}]");
    assertThat(failed.status()).isEqualTo(409);
    assertThat(failed.body()).contains("\"Results\":null", "\"OpIndex\":1", "does not match");
    assertThat(get("/v1/kv/t?raw").body()).isEqualTo("x");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[{\"Node\":{}}]",
        "[{\"KV\":{\"Verb\":\"burn\",\"Key\":\"a\"}}]",
        "[{\"KV\":{\"Verb\":\"set\",\"Key\":\"\"}}]",
        "[{\"KV\":{\"Verb\":\"set\",\"Key\":\"a\",\"Value\":\"?\"}}]",
      })
  void aTransactionThatCannotBeReadIsRefused(String body) throws IOException {
    assertThat(put("/v1/txn", body).status()).isEqualTo(400);
  }

  // ---- waiting

  @Test
  void aReadWaitsForAChangeOfWhatItHasAskedAboutAndForNothingElse() throws IOException {
    put("/v1/kv/w/1", "a");
    waiter.begin("GET", "/v1/kv/w/1?index=11&wait=10m");
    RawHttpConnection tree = new RawHttpConnection(server.port());
    tree.begin("GET", "/v1/kv/w/?recurse&index=11");
    RawHttpConnection sessions = new RawHttpConnection(server.port());
    sessions.begin("GET", "/v1/session/list?index=11");
    await().until(() -> server.locks.space.watchCount() == 3);
    put("/v1/kv/x", "other");
    assertThat(server.locks.space.watchCount()).isEqualTo(3);
    put("/v1/kv/w/2", "b");
    assertThat(array(tree.answer("GET"))).hasSize(2);
    assertThat(server.locks.space.watchCount()).isEqualTo(2);
    client.ask("DELETE", "/v1/kv/w/1");
    Answer gone = waiter.answer("GET");
    assertThat(gone.status()).isEqualTo(404);
    assertThat(gone.header("X-Consul-Index")).isEqualTo("14");
    session("");
    assertThat(array(sessions.answer("GET"))).hasSize(1);
    assertThat(server.locks.space.watchCount()).isZero();
    assertThat(waiter.ask("GET", "/v1/kv/x?raw").body()).as("same connection").isEqualTo("other");
    tree.close();
    sessions.close();
  }

  @Test
  void aReadThatIsLateAlreadyIsAnsweredAtOnce() throws IOException {
    put("/v1/kv/w", "a");
    assertThat(get("/v1/kv/w?index=10&wait=10m&stale").status()).isEqualTo(200);
  }

  @Test
  void aWaitEndsAtItsTimeWithWhatThereIs() throws IOException {
    put("/v1/kv/w", "a");
    Answer same = get("/v1/kv/w?index=11&wait=20ms");
    assertThat(same.status()).isEqualTo(200);
    assertThat(same.header("X-Consul-Index")).isEqualTo("11");
    assertThat(server.locks.space.watchCount()).isZero();
  }

  @Test
  void nothingIsKeptForAClientThatHasGone() throws IOException {
    waiter.begin("GET", "/v1/kv/w?index=1");
    await().until(() -> server.locks.space.watchCount() == 1);
    waiter.close();
    await().until(() -> server.locks.space.watchCount() == 0);
  }

  @Test
  void whoWaitsAtAPeerThatStopsIsAnswered() throws IOException {
    waiter.begin("GET", "/v1/kv/w?index=1");
    await().until(() -> server.locks.space.watchCount() == 1);
    server.locks.space.close();
    assertThat(waiter.answer("GET").status()).isEqualTo(404);
  }

  @Test
  void withoutALeaderOnlyStaleReadsAreAnswered() throws IOException {
    server.backend.leader.set(null);
    server.backend.barrier.set(
        CompletableFuture.failedFuture(new BackendFailure.NotApplied("nobody leads")));
    for (String target : new String[] {"/v1/kv/a", "/v1/kv/a?consistent", "/v1/session/list"}) {
      Answer refused = get(target);
      assertThat(refused.status()).isEqualTo(500);
      assertThat(refused.body()).isEqualTo("No cluster leader\n");
    }
    Answer stale = get("/v1/session/list?stale");
    assertThat(stale.status()).isEqualTo(200);
    assertThat(stale.header("X-Consul-KnownLeader")).isEqualTo("false");
    assertThat(get("/v1/status/leader").body()).isEqualTo("\"\"\n");
  }

  // ---- machines

  @Test
  void tellsOfTheMachinesWhatClientsAskWhenTheyBegin() throws IOException {
    assertThat(get("/v1/status/leader").body()).isEqualTo("\"127.0.0.1:2380\"\n");
    assertThat(get("/v1/status/peers").body()).isEqualTo("[\"127.0.0.1:2380\"]\n");
    JsonObject self = JsonParser.parseString(get("/v1/agent/self").body()).getAsJsonObject();
    assertThat(self.getAsJsonObject("Config").get("NodeName").getAsString()).isEqualTo("solo");
    assertThat(self.getAsJsonObject("Member").get("Addr").getAsString()).isEqualTo("127.0.0.1");
    assertThat(first(get("/v1/catalog/nodes")).get("Node").getAsString()).isEqualTo("solo");
    assertThat(first(get("/v1/health/node/solo")).get("Status").getAsString()).isEqualTo("passing");
    assertThat(get("/v1/health/node/other").body()).isEqualTo("[]\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/v1/agent/service/register", "/v1/catalog/register", "/v1/health/service/web"})
  void servicesAreNotRegisteredHere(String target) throws IOException {
    Answer refused = put(target, "{}");
    assertThat(refused.status()).isEqualTo(501);
    assertThat(refused.body()).contains("no service discovery");
  }
}
