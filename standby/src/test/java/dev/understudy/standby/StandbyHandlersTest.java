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
import java.util.Optional;
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
  private Optional<MachineView> leader = Optional.empty();

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
    serve(StandbyClientDoor.of(SELF, () -> leader));
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
  void aRequestWithoutAPathGoesToTheLeadersRoot() throws Exception {
    serveClients();
    leaderAt("http://127.0.0.1:2379/");

    assertThat(raw("OPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
        .contains("Location: http://127.0.0.1:2379/\r\n");
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
  void thePeerPortKnowsNothing() throws Exception {
    serve(StandbyPeerDoor.create());

    assertThat(send("GET", "/v2/admin/machines", "").statusCode()).isEqualTo(404);
    assertThat(send("PUT", "/v2/admin/machines/five", "{}").statusCode()).isEqualTo(404);
    assertThat(send("GET", "/", "").statusCode()).isEqualTo(404);
  }

  @Test
  void everyMethodOfEveryPathHasOneAnswer() {
    assertThat(StandbyClientDoor.of(SELF, () -> leader).routes().routes())
        .singleElement()
        .hasToString("* **");
    assertThat(StandbyPeerDoor.create().routes().routes()).singleElement().hasToString("* **");
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
