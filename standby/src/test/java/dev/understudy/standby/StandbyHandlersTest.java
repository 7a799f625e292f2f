package dev.understudy.standby;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.clusterconfig.MachineRecord;
import dev.understudy.clusterconfig.MachineView;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StandbyHandlersTest {
  private static final MachineRecord SELF =
      new MachineRecord("four", "http://127.0.0.1:2386", "http://127.0.0.1:2385");

  private final Server server = new Server(new QueuedThreadPool(8, 2));
  private final ServerConnector connector = new ServerConnector(server, 1, 1);
  private volatile Optional<MachineView> leader = Optional.empty();
  private volatile OptionalLong syncAge = OptionalLong.empty();
  private final AtomicInteger synced = new AtomicInteger();

  private static StandbyOptions options() {
    return StandbyOptions.of(SELF, 50, List.of());
  }

  @AfterEach
  void stop() throws Exception {
    server.stop();
  }

  private void serve(Handler handler) throws Exception {
    connector.setHost("127.0.0.1");
    // Keys may hold anything; which paths are taken is the port's affair, not the handler's.
    connector
        .getConnectionFactory(HttpConnectionFactory.class)
        .getHttpConfiguration()
        .setUriCompliance(UriCompliance.UNSAFE);
    server.addConnector(connector);
    server.setHandler(handler);
    server.start();
  }

  private void serveClients() throws Exception {
    View view = new View();
    StandbyMetrics metrics = new StandbyMetrics(view);
    metrics.gauge("client_connections", "Connections.", () -> 17);
    serve(StandbyClientDoor.of(options().withVersion("1.2.3"), view, metrics));
  }

  private void leaderAt(String clientUrl) {
    leader =
        Optional.of(
            new MachineView("one", MachineView.State.LEADER, clientUrl, "http://127.0.0.1:2380"));
  }

  private HttpResponse<String> send(String method, String pathQuery, String body)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + connector.getLocalPort() + pathQuery))
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .timeout(Duration.ofSeconds(20))
            .build();
    return HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .build()
        .send(request, HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void everyRequestIsSentToTheSamePathAndQueryAtTheLeader() throws Exception {
    serveClients();
    leaderAt("http://127.0.0.1:2379");

    HttpResponse<String> response =
        send("PUT", "/v2/keys/a%20b%2Fc?prevValue=x%26y&ttl=5", "value=z");

    assertThat(response.statusCode()).isEqualTo(307);
    assertThat(response.headers().firstValue("Location"))
        .contains("http://127.0.0.1:2379/v2/keys/a%20b%2Fc?prevValue=x%26y&ttl=5");
    assertThat(response.body()).isEmpty();
    assertThat(send("DELETE", "/", "").headers().firstValue("Location"))
        .contains("http://127.0.0.1:2379/");
  }

  /** Jetty would put a question mark or a blank in the place of what a header cannot hold. */
  @Test
  void aTargetInRawUtf8IsSentOnEscaped() throws Exception {
    serveClients();
    leaderAt("http://127.0.0.1:2379");

    assertThat(
            raw(
                "PUT /v2/keys/u/你?value=ü HTTP/1.1\r\n"
                    + "Host: x\r\n"
                    + "Connection: close\r\n"
                    + "Content-Length: 0\r\n\r\n"))
        .startsWith("HTTP/1.1 307 ")
        .contains("Location: http://127.0.0.1:2379/v2/keys/u/%E4%BD%A0?value=%C3%BC\r\n");
  }

  @Test
  void aLargeBodyIsReadBeforeTheAnswerSoThatTheAnswerArrives() throws Exception {
    serveClients();
    leaderAt("http://127.0.0.1:2379");

    assertThat(send("PUT", "/v2/keys/a", "x".repeat(1_500_000)).statusCode()).isEqualTo(307);
  }

  @Test
  void aClientThatWaitsToBeAskedForItsBodyIsAnsweredAtOnce() throws Exception {
    serveClients();
    leaderAt("http://127.0.0.1:2379");

    String answer =
        raw(
            "PUT /v2/keys/a HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n"
                + "Content-Length: 1000000\r\n\r\n");

    assertThat(answer).startsWith("HTTP/1.1 307 ").contains("http://127.0.0.1:2379/v2/keys/a");
  }

  @Test
  void optionsAreAnsweredHere() throws Exception {
    serveClients();
    leaderAt("http://127.0.0.1:2379");

    assertThat(send("OPTIONS", "/v2/keys/a", "").statusCode()).isEqualTo(200);
    assertThat(send("GET", "/v2/keys/a", "").statusCode()).isEqualTo(307);
    assertThat(raw("OPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
        .startsWith("HTTP/1.1 200 ");
  }

  @Test
  void whatIsAboutThisMachineIsAnsweredHere() throws Exception {
    serveClients();
    leaderAt("http://127.0.0.1:2379");
    syncAge = OptionalLong.of(2_500);

    assertThat(send("GET", "/version", "").body())
        .isEqualTo("{\"etcdserver\":\"3.4.0\",\"etcdcluster\":\"3.4.0\",\"understudy\":\"1.2.3\"}");
    assertThat(send("GET", "/health", "").statusCode()).isEqualTo(200);
    assertThat(send("GET", "/health", "").body()).startsWith("{\"health\":\"true\"");
    assertThat(send("GET", "/metrics", "").body())
        .contains(
            "understudy_standby 1.0",
            "understudy_standby_sync_age_seconds 2.5",
            "understudy_standby_keeps_up 1.0",
            "understudy_has_leader 1.0",
            "understudy_client_connections 17.0", // as whoever listens has added
            "understudy_leading 0.0")
        .doesNotContain("understudy_leading 1");
  }

  @Test
  void aStandbyIsWellWithoutALeaderButNotWithoutAPeer() throws Exception {
    serveClients();
    assertThat(send("GET", "/health", "").statusCode()).as("never synced").isEqualTo(503);
    syncAge = OptionalLong.of(14_000);
    assertThat(send("GET", "/health", "").statusCode()).isEqualTo(200);
    syncAge = OptionalLong.of(15_001);
    HttpResponse<String> response = send("GET", "/health", "");
    assertThat(response.statusCode()).isEqualTo(503);
    assertThat(response.body()).startsWith("{\"health\":\"false\"");
  }

  @Test
  void withoutALeaderTheAnswerIsTheStandbysError() throws Exception {
    serveClients();

    HttpResponse<String> response = send("GET", "/v2/keys/", "");

    assertThat(response.statusCode()).isEqualTo(503);
    assertThat(response.headers().firstValue("Retry-After")).contains("1");
    assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
    assertThat(response.body())
        .isEqualTo(
            "{\"errorCode\":402,\"message\":\"Standby Internal Error\","
                + "\"cause\":\"no leader is known\",\"index\":0}\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://127.0.0.1:2385", // this machine itself
        "",
        "nonsense",
        "ftp://127.0.0.1:21",
        "http://a b",
        "http://x/\r\nSet-Cookie: a=b",
      })
  void nobodyIsSentToWhatIsNoOtherMachine(String clientUrl) throws Exception {
    serveClients();
    leaderAt(clientUrl);

    assertThat(send("GET", "/v2/keys/", "").statusCode()).isEqualTo(503);
  }

  @Test
  void aLeaderOfThisMachinesNameIsThisMachine() throws Exception {
    serveClients();
    leader =
        Optional.of(MachineView.of(new MachineRecord("four", "http://a:1", "http://a:2"), true));

    assertThat(send("GET", "/v2/keys/", "").statusCode()).isEqualTo(503);
  }

  @Test
  void thePeerPortSaysWhoThisIsAndKnowsNothingElse() throws Exception {
    serve(StandbyPeerDoor.of(SELF, new View(), synced::incrementAndGet));
    syncAge = OptionalLong.of(0);

    assertThat(send("GET", "/name", "").body()).isEqualTo("four");
    assertThat(send("GET", "/etcdURL", "").body()).isEqualTo(SELF.clientUrl());
    assertThat(send("GET", "/version", "").body()).isEqualTo("2");
    assertThat(send("GET", "/version/2/check", "").statusCode()).isEqualTo(200);
    assertThat(send("GET", "/version/9/check", "").statusCode()).isEqualTo(403);
    assertThat(send("GET", "/health", "").statusCode()).isEqualTo(200);
    assertThat(send("GET", "/", "").statusCode()).isEqualTo(404);
    assertThat(send("GET", "/raft/stream", "").statusCode()).isEqualTo(404);
    assertThat(send("GET", "/v2/keys/a", "").statusCode()).isEqualTo(404);
    assertThat(send("GET", "/v2/keys/a", "").body())
        .isEqualTo("{\"message\":\"Not found: this machine is a standby\"}\n");
  }

  @Test
  void whatOperatorsAskOfTheClusterIsSentToTheLeadersPeerPort() throws Exception {
    serve(StandbyPeerDoor.of(SELF, new View(), synced::incrementAndGet));
    leaderAt("http://127.0.0.1:2379");

    for (String method : new String[] {"GET", "PUT", "DELETE"}) {
      HttpResponse<String> response = send(method, "/v2/admin/machines/five?x=1", "{}");
      assertThat(response.statusCode()).isEqualTo(307);
      assertThat(response.headers().firstValue("Location"))
          .contains("http://127.0.0.1:2380/v2/admin/machines/five?x=1");
    }
  }

  @Test
  void noOperatorIsSentFromThePeerPortToItself() throws Exception {
    serve(StandbyPeerDoor.of(SELF, new View(), synced::incrementAndGet));
    leader =
        Optional.of(
            new MachineView("one", MachineView.State.LEADER, "http://c:1", SELF.peerUrl() + "/"));

    HttpResponse<String> response = send("GET", "/v2/admin/machines", "");

    assertThat(response.statusCode()).isEqualTo(503);
    assertThat(response.headers().firstValue("Location")).isEmpty();
  }

  @Test
  void withoutALeaderThePeerPortListsThePeersItKnows() throws Exception {
    serve(StandbyPeerDoor.of(SELF, new View(), synced::incrementAndGet));

    HttpResponse<String> response = send("GET", "/v2/admin/machines", "");

    assertThat(response.statusCode()).isEqualTo(503);
    assertThat(response.headers().firstValue("Retry-After")).contains("1");
    assertThat(response.body()).contains("peers: http://p1:1, http://p2:1");
  }

  @Test
  void everyMethodOfEveryPathHasOneAnswer() {
    View view = new View();
    assertThat(StandbyClientDoor.of(options(), view, new StandbyMetrics(view)).routes().routes())
        .extracting(Object::toString)
        .containsExactly(
            "GET,HEAD /health",
            "GET,HEAD /metrics",
            "GET,HEAD /version",
            "GET /dashboard/data/machine",
            "GET,HEAD /dashboard",
            "GET,HEAD /dashboard/",
            "GET,HEAD /dashboard/*",
            "* **");
    assertThat(StandbyPeerDoor.of(SELF, new View(), synced::incrementAndGet).routes().routes())
        .extracting(Object::toString)
        .containsExactly(
            "PUT /v2/admin/sync",
            "* /v2/admin/**",
            "GET,HEAD /version",
            "GET,HEAD /version/*/check",
            "GET,HEAD /name",
            "GET,HEAD /etcdURL",
            "GET,HEAD /health",
            "* **");
  }

  @Test
  void aCallToSyncIsTakenByTheStandbyItself() throws Exception {
    serve(StandbyPeerDoor.of(SELF, new View(), synced::incrementAndGet));

    HttpResponse<String> response = send("PUT", "/v2/admin/sync", "");

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(synced).hasValue(1);
  }

  /** Shows what the test says. */
  private final class View implements StandbyView {
    @Override
    public CompletableFuture<Optional<MachineView>> leaderNow() {
      return CompletableFuture.completedFuture(leader);
    }

    @Override
    public Optional<MachineView> leaderAsSynced() {
      return leader;
    }

    @Override
    public StandbyInfo info() {
      return new StandbyInfo(
          true,
          List.of(
              new MachineView("p1", MachineView.State.FOLLOWER, "", "http://p1:1"),
              new MachineView("p2", MachineView.State.FOLLOWER, "", "http://p2:1")),
          5);
    }

    @Override
    public OptionalLong syncAgeMillis() {
      return syncAge;
    }
  }

  private String raw(String request) throws IOException {
    try (Socket socket = new Socket("127.0.0.1", connector.getLocalPort())) {
      socket.setSoTimeout(20_000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
      socket.getOutputStream().flush();
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
