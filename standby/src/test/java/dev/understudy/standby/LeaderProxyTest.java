package dev.understudy.standby;

import static dev.understudy.clusterconfig.waits.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.api.http.BodyLimits;
import dev.understudy.api.http.ByteBudget;
import dev.understudy.api.http.Dialect;
import dev.understudy.api.http.Door;
import dev.understudy.api.http.Route;
import dev.understudy.api.http.RouteTable;
import dev.understudy.api.http.proxy.LeaderProxy;
import dev.understudy.api.http.proxy.ProxyContext;
import dev.understudy.clusterconfig.MachineRecord;
import dev.understudy.clusterconfig.MachineView;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.transport.HttpClientTransportOverHTTP;
import org.eclipse.jetty.io.ClientConnector;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A standby's client port that answers for the leader, with a real connection on either side. */
class LeaderProxyTest {
  private static final MachineRecord SELF =
      new MachineRecord("four", "http://127.0.0.1:2386", "http://127.0.0.1:2385");
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final ProxyContext upstream =
      new ProxyContext(client(), 10 << 20, new BodyLimits(2 << 20, 30_000));
  private static final java.net.http.HttpClient CLIENT =
      java.net.http.HttpClient.newBuilder()
          .version(java.net.http.HttpClient.Version.HTTP_1_1)
          .build();
  private Port leaderPort;
  private Port standbyPort;
  private LeaderProxy proxy;
  private volatile Optional<MachineView> leader = Optional.empty();

  private static HttpClient client() {
    ClientConnector connector = new ClientConnector();
    connector.setReceiveBufferSize(Port.BUFFER_BYTES);
    return new HttpClient(new HttpClientTransportOverHTTP(connector));
  }

  @BeforeEach
  void start() throws Exception {
    proxy = new LeaderProxy(SELF, upstream, () -> CompletableFuture.completedFuture(leader));
    View view = new View();
    standbyPort =
        Port.of(
            StandbyClientDoor.of(
                StandbyFixture.proxying(SELF),
                view,
                new StandbyMetrics(view),
                proxy,
                upstream.bodies(),
                new ByteBudget(10 << 20)));
  }

  @AfterEach
  void stop() throws Exception {
    standbyPort.close();
    if (leaderPort != null) {
      leaderPort.close();
    }
    upstream.close();
  }

  private void leaderAnswers(Port.Answer answer) throws Exception {
    leaderPort = Port.answering(answer);
    leaderAt(leaderPort.url());
  }

  private void leaderAt(String url) {
    leader = Optional.of(view(url));
  }

  private static MachineView view(String url) {
    return new MachineView("one", MachineView.State.LEADER, url, "http://127.0.0.1:2380");
  }

  private HttpRequest.Builder request(String pathQuery) {
    return HttpRequest.newBuilder(URI.create(standbyPort.url() + pathQuery)).timeout(PATIENCE);
  }

  private HttpResponse<String> put(String pathQuery, String body)
      throws IOException, InterruptedException {
    return CLIENT.send(
        request(pathQuery).PUT(HttpRequest.BodyPublishers.ofString(body)).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private HttpResponse<String> get(String pathQuery) throws IOException, InterruptedException {
    return CLIENT.send(request(pathQuery).build(), HttpResponse.BodyHandlers.ofString());
  }

  private static String body(Request request) throws IOException {
    try (InputStream in = Content.Source.asInputStream(request)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private Socket sent(String requestLine) throws IOException {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(Port.BUFFER_BYTES);
    socket.connect(new InetSocketAddress("127.0.0.1", standbyPort.connector().getLocalPort()));
    String head = requestLine + "\r\nHost: x\r\nConnection: close\r\n\r\n";
    socket.getOutputStream().write(head.getBytes(StandardCharsets.UTF_8));
    return socket;
  }

  private static void write(Response response, String text) {
    Content.Sink.write(response, false, text, Callback.NOOP);
  }

  @Test
  void methodPathQueryHeadersAndBodyReachTheLeaderAsTheyAreAndSoDoesTheAnswer() throws Exception {
    leaderAnswers(
        (request, response) -> {
          response.setStatus(201);
          response.getHeaders().put("X-Etcd-Index", "7");
          write(
              response,
              String.join(
                  " ",
                  request.getMethod(),
                  request.getHttpURI().getPathQuery(),
                  String.valueOf(request.getHeaders().get("Authorization")),
                  String.valueOf(request.getHeaders().get("Content-Type")),
                  body(request)));
        });

    HttpResponse<String> answer =
        CLIENT.send(
            request("/v2/keys/a%20b%2Fc?prevValue=x%26y")
                .header("Authorization", "Basic eDp5")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .PUT(HttpRequest.BodyPublishers.ofString("value=z"))
                .build(),
            HttpResponse.BodyHandlers.ofString());

    assertThat(answer.statusCode()).isEqualTo(201);
    assertThat(answer.headers().firstValue("X-Etcd-Index")).contains("7");
    assertThat(answer.body())
        .isEqualTo(
            "PUT /v2/keys/a%20b%2Fc?prevValue=x%26y Basic eDp5"
                + " application/x-www-form-urlencoded value=z");
  }

  @Test
  void headersForOneConnectionOrForPagesStopHere() throws Exception {
    leaderAnswers(
        (request, response) -> {
          response.getHeaders().put("Access-Control-Allow-Origin", "*");
          response.getHeaders().put("Keep-Alive", "timeout=3");
          write(
              response,
              request.getHeaders().get("X-Private")
                  + " "
                  + request.getHeaders().get("Origin")
                  + " "
                  + request.getHeaders().get("Via"));
        });

    String answer =
        raw(
            "GET /v2/keys HTTP/1.1\r\nHost: x\r\nX-Private: secret\r\nOrigin: http://x\r\n"
                + "Connection: close, X-Private\r\n\r\n");

    assertThat(answer)
        .contains("null null 1.1 understudy")
        .doesNotContain("Keep-Alive", "Access-Control");
  }

  /** The leader would take the certificate of this machine for that of whoever asks it. */
  @Test
  void whoIsToHaveNoRightsOfThisMachinesCertificateIsMarked() throws Exception {
    leaderAnswers(
        (request, response) ->
            write(response, "" + request.getHeaders().get(LeaderProxy.RELAY_HEADER)));
    Route.Action relaying = exchange -> exchange.body(body -> proxy.relay(exchange, body));
    try (Port follower =
        Port.of(new Door(Dialect.PLAIN, RouteTable.of(Route.at("**").onAny(relaying))))) {
      HttpRequest asked = HttpRequest.newBuilder(URI.create(follower.url() + "/v1/x")).build();

      assertThat(CLIENT.send(asked, HttpResponse.BodyHandlers.ofString()).body()).isEqualTo("1");
      assertThat(get("/v1/x").body()).isEqualTo("null");
    }
  }

  private String raw(String request) throws IOException {
    try (Socket socket = new Socket("127.0.0.1", standbyPort.connector().getLocalPort())) {
      socket.setSoTimeout(20_000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void aStreamArrivesPieceByPieceWhileItGoesOn() throws Exception {
    CountDownLatch firstRead = new CountDownLatch(1);
    leaderAnswers(
        (request, response) -> {
          write(response, "one\n");
          assertThat(firstRead.await(20, TimeUnit.SECONDS)).isTrue();
          write(response, "two\n");
        });

    HttpResponse<InputStream> answer =
        CLIENT.send(
            request("/v2/keys/a?wait=true&stream=true").build(),
            HttpResponse.BodyHandlers.ofInputStream());

    try (InputStream in = answer.body()) {
      assertThat(in.readNBytes(4)).asString(StandardCharsets.UTF_8).isEqualTo("one\n");
      firstRead.countDown();
      assertThat(in.readAllBytes()).asString(StandardCharsets.UTF_8).isEqualTo("two\n");
    }
    await().atMost(PATIENCE).until(() -> proxy.underWay() == 0);
  }

  @Test
  void aClientThatLeavesItsWatchEndsTheQuestionToTheLeader() throws Exception {
    CountDownLatch gone = new CountDownLatch(1);
    leaderAnswers(
        (request, response) -> {
          try (var out = Content.Sink.asOutputStream(response)) {
            while (true) { // until nobody reads
              out.write(new byte[1 << 16]);
              out.flush();
            }
          } catch (IOException e) {
            gone.countDown();
            throw e;
          }
        });

    try (Socket socket = sent("GET /v2/keys?wait=true HTTP/1.1")) {
      assertThat(socket.getInputStream().readNBytes(9)).asString().isEqualTo("HTTP/1.1 ");
    }

    assertThat(gone.await(20, TimeUnit.SECONDS)).isTrue();
    await().atMost(PATIENCE).until(() -> proxy.underWay() == 0);
  }

  @Test
  void aClientThatLeavesABlockingQueryBeforeItsAnswerEndsTheQuestionToTheLeader() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch over = new CountDownLatch(1);
    leaderAnswers(
        (request, response) -> {
          asked.countDown();
          assertThat(over.await(60, TimeUnit.SECONDS)).isTrue();
        });

    try (Socket socket = sent("GET /v1/kv/a?index=7&wait=60s HTTP/1.1")) {
      assertThat(asked.await(20, TimeUnit.SECONDS)).isTrue();
      assertThat(socket.isClosed()).isFalse();
      assertThat(proxy.underWay()).isOne();
    }

    await().atMost(PATIENCE).until(() -> proxy.underWay() == 0);
    over.countDown();
  }

  @Test
  void aBlockingQueryIsAnsweredAndItsConnectionGoesOn() throws Exception {
    leaderAnswers((request, response) -> write(response, request.getHttpURI().getPathQuery()));
    for (String query : List.of("/v1/kv/a?index=7&wait=60s", "/v2/keys/a", "/v1/kv/a?index=8")) {
      HttpResponse<String> answer = get(query);

      assertThat(answer.body()).isEqualTo(query);
      assertThat(answer.headers().firstValue("Connection")).isEmpty();
    }
  }

  @Test
  void aTargetWithTwoSlashesReachesTheLeaderWithThem() throws Exception {
    leaderAnswers((request, response) -> write(response, request.getHttpURI().getPathQuery()));
    try (Socket socket = sent("GET //x/v2/keys/a HTTP/1.1")) {
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(answer).endsWith("/.//x/v2/keys/a");
    }
  }

  /**
   * What the kernel's buffers hold is sent; the rest waits at the leader, not in this process. How
   * much they hold is said here, or the kernel would let them grow to tens of megabytes.
   */
  @Test
  void aClientThatDoesNotReadHoldsTheLeaderBackInsteadOfFillingMemory() throws Exception {
    AtomicInteger written = new AtomicInteger();
    leaderAnswers(
        (request, response) -> {
          try (var out = Content.Sink.asOutputStream(response)) {
            for (int i = 0; i < 1_000; i++) {
              out.write(new byte[1 << 16]);
              out.flush();
              written.incrementAndGet();
            }
          }
        });

    try (Socket socket = sent("GET /v2/keys?wait=true HTTP/1.1")) {
      AtomicInteger before = new AtomicInteger();
      await()
          .pollInterval(Duration.ofMillis(300))
          .atMost(PATIENCE)
          .until(written::get, now -> before.getAndSet(now) == now && now > 0);
      assertThat(written.get()).isLessThan(100); // 6 MB of the 62
      assertThat(socket.isClosed()).isFalse();
    }
  }

  @Test
  void aWriteIsSentAgainWhereNoConnectionWasMade() throws Exception {
    leaderAt("http://127.0.0.1:1"); // where nobody listens, nor will
    CompletableFuture<HttpResponse<String>> answer =
        CLIENT.sendAsync(
            request("/v2/keys/a").PUT(HttpRequest.BodyPublishers.ofString("value=1")).build(),
            HttpResponse.BodyHandlers.ofString());
    await().atMost(PATIENCE).until(() -> proxy.underWay() == 1);

    leaderAnswers((request, response) -> write(response, body(request)));

    assertThat(answer.get(20, TimeUnit.SECONDS).body()).isEqualTo("value=1");
  }

  @Test
  void aWriteThatWasSentAndNotAnsweredIsNotSentAgain() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    leaderAnswers(
        (request, response) -> {
          asked.incrementAndGet();
          request.getConnectionMetaData().getConnection().getEndPoint().close();
        });

    HttpResponse<String> answer = put("/v2/keys/a", "value=1");

    assertThat(answer.statusCode()).isEqualTo(504);
    assertThat(answer.body()).contains("\"errorCode\":300").contains("outcome").contains("unknown");
    assertThat(asked).hasValue(1);
  }

  @Test
  void aReadThatWasNotAnsweredIsAskedOfTheNextLeader() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    leaderAnswers(
        (request, response) -> {
          if (asked.incrementAndGet() == 1) {
            request.getConnectionMetaData().getConnection().getEndPoint().close();
          } else {
            write(response, "value");
          }
        });

    assertThat(get("/v2/keys/a").body()).isEqualTo("value");
  }

  @Test
  void withoutALeaderTheAnswerIs503() throws Exception {
    HttpResponse<String> answer = get("/v2/keys/a");

    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(answer.headers().firstValue("Retry-After")).isPresent();
    assertThat(answer.body()).contains("\"errorCode\":402");
  }

  @Test
  void aFormerLeaderThatSendsOnIsFollowedWithTheBody() throws Exception {
    leaderAnswers((request, response) -> write(response, body(request)));
    String next = leaderPort.url();
    try (Port former =
        Port.answering(
            (request, response) -> {
              response.setStatus(307);
              response.getHeaders().put("Location", next + request.getHttpURI().getPathQuery());
            })) {
      leaderAt(former.url());

      assertThat(put("/v2/keys/a?x=y", "value=1").body()).isEqualTo("value=1");
    }
  }

  @Test
  void twoProxiesThatTakeEachOtherForTheLeaderDoNotSendInCircles() throws Exception {
    View other = new View();
    MachineRecord five = new MachineRecord("five", "http://127.0.0.1:9", "http://127.0.0.1:8");
    LeaderProxy second =
        new LeaderProxy(
            five,
            upstream,
            () -> CompletableFuture.completedFuture(Optional.of(view(standbyPort.url()))));
    try (Port secondPort =
        Port.of(
            StandbyClientDoor.of(
                StandbyFixture.proxying(five),
                other,
                new StandbyMetrics(other),
                second,
                upstream.bodies(),
                new ByteBudget(1 << 20)))) {
      leaderAt(secondPort.url());

      assertThat(put("/v2/keys/a", "value=1").statusCode()).isEqualTo(503);
    }
    assertThat(proxy.underWay()).isZero();
  }

  @Test
  void aWatchEndsWhenWhoWasAskedHasNoSeatAnyMore() throws Exception {
    CountDownLatch over = new CountDownLatch(1);
    leaderAnswers(
        (request, response) -> {
          write(response, "{");
          over.await();
        });
    HttpResponse<InputStream> answer =
        CLIENT.send(
            request("/v2/keys?wait=true").build(), HttpResponse.BodyHandlers.ofInputStream());
    try (InputStream in = answer.body()) {
      assertThat(in.read()).isEqualTo('{');
      proxy.seatsAre(List.of(view(leaderPort.url())));
      assertThat(proxy.underWay()).isEqualTo(1);

      proxy.seatsAre(List.of(view("http://127.0.0.1:1")));

      await().atMost(PATIENCE).until(() -> proxy.underWay() == 0);
      assertThatThrownBy(in::readAllBytes).isInstanceOf(IOException.class);
    } finally {
      over.countDown();
    }
  }

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
      return StandbyInfo.FRESH;
    }

    @Override
    public OptionalLong syncAgeMillis() {
      return OptionalLong.empty();
    }
  }
}
