package dev.understudy.api;

import static dev.understudy.clusterconfig.waits.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.api.http.RawHttpConnection;
import dev.understudy.store.Operation;
import dev.understudy.store.Result;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeysTest {
  private static LocalServer server;
  private RawHttpConnection wire;

  @BeforeAll
  static void startServer() throws Exception {
    server = new LocalServer(ClientLimits.DEFAULT, 0);
  }

  @AfterAll
  static void stopServer() {
    server.close();
  }

  @BeforeEach
  void connect() throws IOException {
    wire = new RawHttpConnection(server.port());
  }

  @AfterEach
  void disconnect() {
    wire.close();
    server.backend.writes.set(null);
    server.backend.barrier.set(null);
    server.backend.catchingUp.set(null);
  }

  @Test
  void aWriteAndAReadAreAnsweredAsEtcdAnswersThem() throws IOException {
    RawHttpConnection.Answer created =
        wire.form("PUT", "/v2/keys/first", "value=a%3Cb+%C3%BC&ttl=");
    assertThat(created.status()).isEqualTo(201);
    String index = created.header("X-Etcd-Index");
    String node =
        "{\"key\":\"/first\",\"value\":\"a\\u003cb ü\",\"modifiedIndex\":"
            + index
            + ",\"createdIndex\":"
            + index
            + "}";
    assertThat(created.body()).isEqualTo("{\"action\":\"set\",\"node\":" + node + "}\n");

    RawHttpConnection.Answer read = wire.ask("GET", "/v2/keys/first");
    assertThat(read.status()).isEqualTo(200);
    assertThat(read.body()).isEqualTo("{\"action\":\"get\",\"node\":" + node + "}\n");
    assertThat(read.header("Content-Type")).isEqualTo("application/json");
    assertThat(read.header("X-Etcd-Index")).isEqualTo(index);
    assertThat(read.header("X-Etcd-Cluster-Id")).isEqualTo("cafe");
    assertThat(read.header("X-Raft-Term")).isEqualTo("2");
    assertThat(read.header("X-Raft-Index")).isNotEmpty();

    RawHttpConnection.Answer head = wire.ask("HEAD", "/v2/keys/first");
    assertThat(head.status()).isEqualTo(200);
    assertThat(head.header("Content-Length")).isEqualTo(read.header("Content-Length"));

    RawHttpConnection.Answer gone = wire.ask("DELETE", "/v2/keys/first");
    assertThat(gone.body()).contains("\"action\":\"delete\"", "\"prevNode\":" + node);
    RawHttpConnection.Answer missing = wire.ask("GET", "/v2/keys/first");
    assertThat(missing.status()).isEqualTo(404);
    assertThat(missing.header("X-Raft-Index")).isNull();
    assertThat(missing.body())
        .isEqualTo(
            "{\"errorCode\":100,\"message\":\"Key not found\",\"cause\":\"/first\",\"index\":"
                + missing.header("X-Etcd-Index")
                + "}\n");
  }

  @Test
  void aSilentWriteIsToldTheActionOnly() throws IOException {
    assertThat(wire.form("PUT", "/v2/keys/silent?noValueOnSuccess=true", "value=1").body())
        .isEqualTo("{\"action\":\"set\"}\n");
    assertThat(wire.form("POST", "/v2/keys/silent-queue", "value=1&noValueOnSuccess=1").body())
        .isEqualTo("{\"action\":\"create\"}\n");
    assertThat(wire.ask("DELETE", "/v2/keys/silent?noValueOnSuccess=true").body())
        .contains("\"node\"");
  }

  @Test
  void aTimeToLiveIsShownWithItsEnd() throws IOException {
    assertThat(wire.form("PUT", "/v2/keys/mortal", "value=1&ttl=100").body())
        .containsPattern("\"expiration\":\"20\\d\\d-[-0-9T:.]+Z\",\"ttl\":100,");
    assertThat(wire.form("PUT", "/v2/keys/old", "value=1&ttl=4294967296").body())
        .contains("\"ttl\":4294967296,");
  }

  @ParameterizedTest
  @ValueSource(strings = {"9223372036", "99999999999", "18446744073709551615"})
  void whatWouldLiveBeyondTheYear2262IsPermanent(String seconds) throws IOException {
    assertThat(wire.form("PUT", "/v2/keys/eternal", "value=1&ttl=" + seconds).body())
        .doesNotContain("expiration");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          PUT    | p?prevValue=            | 201 | \\"prevValue\\" cannot be empty
          PUT    | p?prevIndex=abc         | 203 | invalid value for \\"prevIndex\\"
          PUT    | p?prevIndex=-1          | 203 | invalid value for \\"prevIndex\\"
          PUT    | p?prevIndex=            | 203 | invalid value for \\"prevIndex\\"
          PUT    | p?prevIndex=18446744073709551616 | 203 | invalid value for \\"prevIndex\\"
          GET    | p?waitIndex=%2B1        | 203 | invalid value for \\"waitIndex\\"
          PUT    | p?ttl=1.5               | 202 | invalid value for \\"ttl\\"
          PUT    | p?ttl=-1                | 202 | invalid value for \\"ttl\\"
          PUT    | p?dir=maybe             | 209 | invalid value for \\"dir\\"
          GET    | p?recursive=            | 209 | invalid value for \\"recursive\\"
          GET    | p?sorted=yes            | 209 | invalid value for \\"sorted\\"
          GET    | p?quorum=x              | 209 | invalid value for \\"quorum\\"
          GET    | p?wait=x                | 209 | invalid value for \\"wait\\"
          GET    | p?stream=x              | 209 | invalid value for \\"stream\\"
          PUT    | p?noValueOnSuccess=x    | 209 | invalid value for \\"noValueOnSuccess\\"
          PUT    | p?prevExist=x           | 209 | invalid value for prevExist
          PUT    | p?refresh=x             | 209 | invalid value for refresh
          PUT    | p?wait=true             | 209 | \\"wait\\" can only be used with GET requests
          DELETE | p?wait=true             | 209 | \\"wait\\" can only be used with GET requests
          PUT    | p?refresh=1&ttl=5&value=x | 211 | A value was provided on a refresh
          PUT    | p?refresh=1             | 212 | No TTL value set
          PUT    | p?value=%zz             | 210 | invalid URL escape \\"%zz\\"
          PUT    | p?value=%é              | 210 | invalid URL escape \\"%é\\"
          PUT    | p?value=%               | 210 | invalid URL escape \\"%\\"
          GET    | p?a=1;b=2               | 210 | invalid semicolon separator in query
          GET    | p?prevIndex=x&wait=x    | 203 | invalid value for \\"prevIndex\\"
          """)
  void aRequestThatMakesNoSenseIsRefused(String method, String target, int code, String cause)
      throws IOException {
    RawHttpConnection.Answer answer = wire.ask(method, "/v2/keys/" + target);
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.body())
        .startsWith("{\"errorCode\":" + code + ",")
        .endsWith(",\"cause\":\"" + cause + "\",\"index\":0}\n");
    assertThat(answer.header("X-Etcd-Index")).isEqualTo("0");
  }

  @ParameterizedTest
  @CsvSource({
    "a b,mime: expected slash after first token",
    ";,mime: no media type",
    "a/,mime: expected token after slash",
    "a/b c,mime: unexpected content after media subtype",
    "application/x-www-form-urlencoded; charset=,mime: invalid media parameter"
  })
  void aContentTypeThatCannotBeReadIsRefused(String type, String cause) throws IOException {
    assertThat(wire.body("PUT", "/v2/keys/mime", type, "value=1").body())
        .contains("\"errorCode\":210", "\"cause\":\"" + cause + "\"");
  }

  @Test
  void onlyAFormIsAForm() throws IOException {
    for (String other : List.of("application/json", "")) {
      assertThat(wire.body("PUT", "/v2/keys/typed", other, "value=1").body())
          .contains("\"value\":\"\"");
    }
    String type = "Application/X-WWW-Form-Urlencoded ; charset=\"utf-8\"";
    assertThat(wire.body("PUT", "/v2/keys/typed", type, "value=2").body())
        .contains("\"value\":\"2\"");
  }

  @Test
  void theFormGoesBeforeTheQuery() throws IOException {
    assertThat(wire.form("PUT", "/v2/keys/both?value=query", "x=1&value=form&value=second").body())
        .contains("\"value\":\"form\"");
  }

  @ParameterizedTest
  @CsvSource({
    "PUT, v=1, Set",
    "PUT, prevExist=false&prevIndex=7, Create",
    "PUT, prevExist=true, Update",
    "PUT, prevExist=true&prevIndex=0, Update",
    "PUT, prevExist=true&prevIndex=7, CompareAndSwap",
    "PUT, prevValue=x, CompareAndSwap",
    "PUT, prevIndex=0, Set",
    "POST, prevExist=true, CreateInOrder",
    "DELETE, prevIndex=0, Delete",
    "DELETE, prevIndex=18446744073709551615, CompareAndDelete",
    "DELETE, prevValue=x&recursive=true, CompareAndDelete",
  })
  void whatIsGivenDecidesTheOperation(String method, String query, String operation)
      throws IOException {
    server.backend.writes.set(
        wish ->
            CompletableFuture.failedFuture(
                new BackendFailure.NotApplied(wish.getClass().getSimpleName())));
    assertThat(wire.ask(method, "/v2/keys/x?" + query).body())
        .contains("\"cause\":\"" + operation + "\"");
  }

  @Test
  void aWriteThatWasNotDoneMayBeTriedAgain() throws IOException {
    RawHttpConnection.Answer answer = failing(new BackendFailure.NotApplied("no leader"));
    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.header("Retry-After")).isEqualTo("1");
    assertThat(answer.body()).contains("\"errorCode\":301", "\"cause\":\"no leader\"");
  }

  @Test
  void aWriteWhoseOutcomeIsNotKnownSaysSo() throws IOException {
    RawHttpConnection.Answer answer =
        failing(new BackendFailure.OutcomeUnknown("timed out, unknown"));
    assertThat(answer.status()).isEqualTo(500);
    assertThat(answer.header("Retry-After")).isNull();
    assertThat(answer.body()).contains("\"errorCode\":300", "\"cause\":\"timed out, unknown\"");
  }

  @Test
  void aFaultInsideIsAnsweredWithoutItsDetails() throws IOException {
    RawHttpConnection.Answer answer = failing(new IllegalStateException("secret"));
    assertThat(answer.status()).isEqualTo(500);
    assertThat(answer.body()).contains("\"errorCode\":300").doesNotContain("secret");
  }

  @Test
  void aBackendThatThrowsIsAnsweredToo() throws IOException {
    server.backend.writes.set(
        wish -> {
          throw new IllegalStateException("secret");
        });
    RawHttpConnection.Answer answer = wire.form("PUT", "/v2/keys/x", "value=1");
    assertThat(answer.status()).isEqualTo(500);
    assertThat(answer.body()).doesNotContain("secret");
  }

  private RawHttpConnection.Answer failing(Throwable failure) throws IOException {
    Function<Operation, CompletableFuture<Result>> fail =
        wish -> CompletableFuture.failedFuture(failure);
    server.backend.writes.set(fail);
    return wire.form("PUT", "/v2/keys/x", "value=1");
  }

  @Test
  void aQuorumReadWaitsForTheQuorum() throws IOException {
    wire.form("PUT", "/v2/keys/agreed", "value=1");
    for (String parameter : new String[] {"quorum=true", "consistent=true", "quorum=1&wait=1"}) {
      CompletableFuture<Void> barrier = new CompletableFuture<>();
      server.backend.barrier.set(barrier);
      wire.begin("GET", "/v2/keys/agreed?" + parameter);
      assertThat(new RawHttpConnection(server.port()).ask("GET", "/v2/keys/agreed").status())
          .isEqualTo(200);
      barrier.complete(null);
      assertThat(wire.answer("GET").body()).startsWith("{\"action\":\"get\"");
    }
    server.backend.barrier.set(
        CompletableFuture.failedFuture(new BackendFailure.NotApplied("no quorum")));
    assertThat(wire.ask("GET", "/v2/keys/agreed?quorum=true").status()).isEqualTo(503);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v2/keys/early",
        "/v2/keys/early?wait=true",
        "/v2/machines",
        "/v2/leader",
        "/v2/members",
        "/v2/members/leader"
      })
  void whatShowsTheStateWaitsUntilThePeerHasCaughtUp(String target) throws IOException {
    CompletableFuture<Void> catchingUp = new CompletableFuture<>();
    server.backend.catchingUp.set(catchingUp);
    wire.begin("GET", target);
    await().until(() -> catchingUp.getNumberOfDependents() > 0);
    try (RawHttpConnection other = new RawHttpConnection(server.port())) {
      assertThat(other.form("PUT", "/v2/keys/early", "value=1").status()).isIn(200, 201);
      assertThat(other.ask("GET", "/v2/keys/early?quorum=true").status()).isEqualTo(200);
      assertThat(other.ask("GET", "/v2/stats/self").status()).isEqualTo(200);
      catchingUp.complete(null);
      other.form("PUT", "/v2/keys/early", "value=2");
    }
    assertThat(wire.answer("GET").status()).isEqualTo(200);

    server.backend.catchingUp.set(
        CompletableFuture.failedFuture(new BackendFailure.NotApplied("still catching up")));
    RawHttpConnection.Answer refused = wire.ask("GET", target);
    assertThat(refused.status()).isEqualTo(503);
    assertThat(refused.body()).contains("\"errorCode\":301", "still catching up");
  }

  @ParameterizedTest
  @CsvSource({
    "/v2/keys//a///b?x=1, /v2/keys/a/b?x=1",
    "/v2/keys/a/../b/, /v2/keys/b/",
    "/v2/keys/./a%20<%3e, /v2/keys/a%20%3C%3E",
    "/v2/keys//empty?, /v2/keys/empty",
    "//version, /version",
    "/v2/keys//ä?x=ü, /v2/keys/%C3%A4?x=%C3%BC",
  })
  void anUncleanPathIsSentToTheCleanOne(String target, String location) throws IOException {
    RawHttpConnection.Answer answer = wire.ask("GET", target);
    assertThat(answer.status()).isEqualTo(301);
    assertThat(answer.header("Location")).isEqualTo(location);
    assertThat(answer.body()).startsWith("<a href=\"").endsWith("\">Moved Permanently</a>.\n\n");
    assertThat(wire.ask("PUT", target).body()).isEmpty();
  }

  @Test
  void escapesInAPathAreUndone() throws IOException {
    wire.form("PUT", "/v2/keys/esc%2Faped/%E6%97%A5;x=y", "value=1");
    assertThat(wire.ask("GET", "/v2/keys/esc/aped%2f日;x=y/").body())
        .contains("\"key\":\"/esc/aped/日;x=y\"");
    assertThat(wire.ask("GET", "/v2/keys/a%zz").status()).isEqualTo(400);
  }

  @ParameterizedTest
  @ValueSource(strings = {"%FF", "%FE", "%C0%AF", "%ED%A0%80", "%E4%BD", "a%80", "a%81"})
  void aKeyThatIsNotUtf8IsRefusedAndNeverTakenForAnother(String key) throws IOException {
    for (String method : List.of("PUT", "GET", "POST", "DELETE")) {
      try (RawHttpConnection once = new RawHttpConnection(server.port())) {
        RawHttpConnection.Answer answer = once.form(method, "/v2/keys/u/" + key, "value=1");
        assertThat(answer.status()).as(method).isEqualTo(400);
        assertThat(answer.body()).contains("\"errorCode\":209", "not UTF-8");
      }
    }
    assertThat(wire.ask("GET", "/v2/keys/u").status()).isEqualTo(404);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v2/keys/raw\u00ff", "/v2/keys/raw?value=\u00fe"})
  void rawBytesThatAreNotUtf8AreRefusedInPathAndQuery(String target) throws IOException {
    String request = "PUT " + target + " HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n";
    wire.send(request.getBytes(StandardCharsets.ISO_8859_1));
    RawHttpConnection.Answer answer = wire.answer("PUT");
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.body()).contains("\"errorCode\":209", "UTF-8");
    assertThat(wire.ask("GET", "/v2/keys/raw").status()).isEqualTo(404);
  }

  @Test
  void aValueThatIsNotUtf8IsShownAsEtcdShowsItAndNeverMatches() throws IOException {
    assertThat(wire.form("PUT", "/v2/keys/bytes", "value=%FF").body()).contains("\"\uFFFD\"");
    RawHttpConnection.Answer compared = wire.form("PUT", "/v2/keys/bytes", "value=2&prevValue=%FE");
    assertThat(compared.status()).isEqualTo(400);
    assertThat(compared.body()).contains("\"errorCode\":209", "prevValue");
    assertThat(wire.ask("DELETE", "/v2/keys/bytes?prevValue=%ED%A0%80").status()).isEqualTo(400);
    assertThat(wire.form("PUT", "/v2/keys/bytes", "value=2&prevValue=%EF%BF%BD").status())
        .as("what was shown compares as what it is")
        .isEqualTo(200);
  }

  @Test
  void aRefusedChangeOfTheClustersRecordsHasTheIndexOfTheStore() throws IOException {
    String index =
        wire.form("PUT", "/v2/keys/_etcd/registry/t/1", "value=1").header("X-Etcd-Index");
    for (String key :
        List.of(
            "/_etcd",
            "/_etcd/config",
            "/_etcd/machines/one",
            "/_etcd/version",
            "/_etcd/autopilot",
            "/_etcd/scheduler")) {
      RawHttpConnection.Answer refused = wire.form("PUT", "/v2/keys" + key, "value=1");
      assertThat(refused.status()).as(key).isEqualTo(400);
      assertThat(refused.body()).contains("\"errorCode\":107", "\"index\":" + index);
      assertThat(refused.header("X-Etcd-Index")).isEqualTo(index);
    }
    assertThat(wire.ask("POST", "/v2/keys/_etcd").body()).contains("\"index\":" + index);
    assertThat(wire.ask("DELETE", "/v2/keys/_etcd?recursive=true").status()).isEqualTo(400);
    assertThat(wire.ask("DELETE", "/v2/keys/_etcd/registry?recursive=true").status())
        .isEqualTo(200);
  }

  @Test
  void theHostOfAnAbsoluteTargetNeedNotBeThatOfTheHeader() throws IOException {
    wire.send("GET http://kv:7/v2/keys/ HTTP/1.1\r\nHost: other:1\r\n\r\n");
    assertThat(wire.answer("GET").status()).isEqualTo(200);
  }

  @Test
  void methodsThatAreNotServedAreNamed() throws IOException {
    RawHttpConnection.Answer answer = wire.ask("PATCH", "/v2/keys/a");
    assertThat(answer.status()).isEqualTo(405);
    assertThat(answer.header("Allow")).isEqualTo("HEAD,GET,PUT,POST,DELETE");
    assertThat(answer.header("Content-Type")).isEqualTo("text/plain; charset=utf-8");
    assertThat(answer.body()).isEqualTo("Method Not Allowed\n");
    RawHttpConnection.Answer options = wire.ask("OPTIONS", "/anything");
    assertThat(options.status()).isEqualTo(200);
  }

  @Test
  void aLongListingIsWhole() throws IOException {
    for (int i = 0; i < 1_100; i++) {
      wire.form("PUT", "/v2/keys/many/" + i, "value=x");
    }
    assertThat(wire.ask("GET", "/v2/keys/many").body().split("\"value\":")).hasSize(1_101);
  }

  @Test
  void requestsSentWithoutWaitingAreAnsweredInTheirOrder() throws IOException {
    wire.form("PUT", "/v2/keys/row", "value=1");
    wire.begin("GET", "/v2/keys/row");
    wire.begin("GET", "/v2/keys/none");
    wire.begin("GET", "/v2/keys/row");
    assertThat(wire.answer("GET").status()).isEqualTo(200);
    assertThat(wire.answer("GET").status()).isEqualTo(404);
    assertThat(wire.answer("GET").status()).isEqualTo(200);
  }

  @Test
  void aDeepTreeIsListedAndRemoved() throws IOException {
    int depth = 4_000;
    assertThat(wire.form("PUT", "/v2/keys" + "/d".repeat(depth), "value=x").status())
        .isEqualTo(201);
    String listing = wire.ask("GET", "/v2/keys/d?recursive=true").body();
    // Numbers, because a failure would print it.
    assertThat(listing.split("\"key\"", -1).length - 1).isEqualTo(depth);
    assertThat(listing.chars().filter(c -> c == ']').count()).isEqualTo(depth - 1);
    assertThat(listing.endsWith("}\n")).isTrue();
    assertThat(wire.ask("DELETE", "/v2/keys/d?recursive=true").status()).isEqualTo(200);
  }
}
