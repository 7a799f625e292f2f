package dev.understudy.admin.http;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import dev.understudy.admin.LogLines;
import dev.understudy.api.access.Guard;
import dev.understudy.api.http.Route;
import dev.understudy.clusterconfig.ApiError;
import dev.understudy.clusterconfig.ClusterConfig;
import dev.understudy.clusterconfig.ClusterResponse;
import dev.understudy.clusterconfig.ErrorCode;
import dev.understudy.clusterconfig.HttpClusterClient;
import dev.understudy.clusterconfig.JoinReply;
import dev.understudy.clusterconfig.JoinRequest;
import dev.understudy.clusterconfig.LocalData;
import dev.understudy.clusterconfig.MachineRecord;
import dev.understudy.clusterconfig.MachineTraits;
import dev.understudy.clusterconfig.Removal;
import dev.understudy.clusterconfig.ReplicaReply;
import dev.understudy.clusterconfig.ReplicaRequest;
import dev.understudy.clusterconfig.SeatOffer;
import dev.understudy.clusterconfig.ServerDetails;
import dev.understudy.clusterconfig.StandbyNotice;
import dev.understudy.clusterconfig.SyncReply;
import dev.understudy.peer.leadership.SeatPlan;
import dev.understudy.wal.SnapshotInput;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdminApiTest {
  static final MachineRecord SELF = new MachineRecord("one", "http://p1", "http://c1");
  private static final MachineRecord FOUR = new MachineRecord("four", "http://p4:1", "http://c4:1");

  private static final AskBack EVERYBODY_IS_THERE =
      new AskBack(
          (url, timeoutMillis) ->
              CompletableFuture.completedFuture(
                  new ClusterResponse.Granted<>(Optional.empty(), url)));

  private final Server server = new Server(new QueuedThreadPool(8, 2));
  private final ServerConnector connector = new ServerConnector(server, 1, 1);
  private final HttpClusterClient client = new HttpClusterClient(System::nanoTime);
  private final FakeAdmin admin = new FakeAdmin();

  @BeforeEach
  void start() throws Exception {
    connector.setHost("127.0.0.1");
    server.addConnector(connector);
    server.setHandler(
        new AdminApi(
                admin,
                SELF,
                new MachineRemoval(admin, client),
                new MachineJoining(admin, EVERYBODY_IS_THERE),
                new StandbyRegistry(() -> 0),
                () -> 0,
                Guard.ofNobody())
            .handler());
    server.start();
    client.start();
  }

  @AfterEach
  void stop() throws Exception {
    client.close();
    server.stop();
  }

  private String url() {
    return "http://127.0.0.1:" + connector.getLocalPort();
  }

  private HttpResponse<String> send(String method, String path, String body)
      throws IOException, InterruptedException {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create(url() + path))
                .version(HttpClient.Version.HTTP_1_1)
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .timeout(Duration.ofSeconds(20))
                .build(),
            HttpResponse.BodyHandlers.ofString());
  }

  private static <T> T wait(CompletableFuture<T> future) throws Exception {
    return future.get(30, TimeUnit.SECONDS);
  }

  @Test
  void configAndMachinesAreAnsweredFromWhatThePeerKnows() throws Exception {
    HttpResponse<String> config = send("GET", "/v2/admin/config", "");

    assertThat(config.statusCode()).isEqualTo(200);
    assertThat(config.body())
        .isEqualTo("{\"activeSize\":3,\"removeDelay\":5,\"syncInterval\":1}\n");
    assertThat(config.headers().firstValue("X-Etcd-Cluster-Id")).contains("c1");
    assertThat(send("GET", "/v2/admin/machines", "").body())
        .isEqualTo(
            "[{\"name\":\"one\",\"state\":\"leader\",\"clientURL\":\"http://c1\","
                + "\"peerURL\":\"http://p1\"}]\n");
    assertThat(send("GET", "/v2/admin/machines/one", "").body()).startsWith("{\"name\":\"one\"");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "GET|/v2/admin/config||200|{\"activeSize\":3,\"removeDelay\":5,\"syncInterval\":1}",
        "PUT|/v2/admin/config|{\"activeSize\":5}|200|\"activeSize\":5",
        "GET|/v2/admin/machines||200|[{\"name\":\"one\",\"state\":\"leader\",\"clientURL\"",
        "GET|/v2/admin/machines/one||200|{\"name\":\"one\",\"state\":\"leader\"",
        "GET|/v2/admin/machines/nobody||404|\"errorCode\":100",
        "DELETE|/v2/admin/machines/one||200|{\"removed\":\"one\"",
        "GET|/version||200|2",
        "GET|/version/2/check||200|",
        "GET|/version/9/check||403|",
        "GET|/name||200|one",
        "GET|/etcdURL||200|http://c1",
      })
  void eachRequestHasItsAnswer(
      String method, String path, String body, int status, String beginning) throws Exception {
    HttpResponse<String> answer = send(method, path, body == null ? "" : body);
    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(answer.body()).contains(beginning == null ? "" : beginning);
  }

  @Test
  void anUnknownMachineIsNotFound() throws Exception {
    HttpResponse<String> response = send("GET", "/v2/admin/machines/nobody", "");

    assertThat(response.statusCode()).isEqualTo(404);
    assertThat(response.body()).contains("\"errorCode\":100", "nobody");
  }

  @Test
  void aNameThatHasNoSeatAndGetsNoneMayBeMisspeltAndTheAnswerSaysSo() throws Exception {
    assertThat(send("DELETE", "/v2/admin/machines/tow?forGood=true", "").body())
        .contains("no machine of that name has a seat now; it stands by until");
  }

  @Test
  void whatAnOperatorSaysOfARemovalIsPassedOnAndAMisspeltWordIsRefused() throws Exception {
    assertThat(send("DELETE", "/v2/admin/machines/one", "").body()).contains("forGood\":false");
    assertThat(send("DELETE", "/v2/admin/machines/one?force=true&forGood=true", "").body())
        .contains("forGood\":true", "/v2/admin/standbys/")
        .doesNotContain("no machine of that name");
    wait(client.remove(url(), new Removal("one", true, false), 10_000));
    assertThat(admin.asked)
        .containsExactly(
            Removal.of("one"), new Removal("one", true, true), new Removal("one", true, false));
    HttpResponse<String> misspelt = send("DELETE", "/v2/admin/machines/one?forgood=true", "");
    assertThat(misspelt.statusCode()).isEqualTo(400);
    assertThat(misspelt.body()).contains("forGood=true");
    assertThat(admin.asked).hasSize(3);
  }

  @Test
  void whoWasTakenOutForGoodIsAllowedASeatAgain() throws Exception {
    assertThat(send("PUT", "/v2/admin/standbys/one", "{\"mayTakeSeat\":true}").body())
        .isEqualTo("{\"name\":\"one\",\"mayTakeSeat\":true}\n");
    assertThat(send("PUT", "/v2/admin/standbys/one", "{\"mayTakeSeat\":false}").statusCode())
        .isEqualTo(400);
    assertThat(send("PUT", "/v2/admin/standbys/one", "yes").statusCode()).isEqualTo(400);
  }

  @Test
  void theClientOfOtherMachinesGetsWhatItAsksFor() throws Exception {
    JoinRequest request = JoinRequest.of(FOUR, new LocalData.None());

    assertThat(wait(client.join(url(), request, 10_000)).granted())
        .contains(new JoinReply(7, 0xd, 0xc1));
    assertThat(admin.joins).containsExactly(request);
    assertThat(wait(client.putConfig(url(), "{\"activeSize\":5}", 10_000)).granted())
        .contains(new ClusterConfig(5, 5, 1));
    assertThat(wait(client.remove(url(), "one", 10_000)).granted()).contains("one");
    assertThat(send("DELETE", "/v2/admin/machines/one", "").body())
        .startsWith("{\"removed\":\"one\",\"note\":\"it stands by and may take an open seat");
  }

  @Test
  void leadershipIsHandedToWhomTheOperatorNames() throws Exception {
    HttpResponse<String> answer = send("PUT", "/v2/admin/leader", "{\"name\":\"four\"}");
    assertThat(answer.body().strip()).isEqualTo("{\"leader\":\"four\"}");
    assertThat(send("PUT", "/v2/admin/leader", "{\"name\":\"one\"}").statusCode()).isEqualTo(503);
    for (String wrong : List.of("", "{}", "{\"name\":1}", "{\"name\":\"a\",\"b\":1}")) {
      assertThat(send("PUT", "/v2/admin/leader", wrong).statusCode()).as(wrong).isEqualTo(400);
    }
  }

  @Test
  void aChangeOfTheConfigIsALineWithOldAndNewAndWhoAskedForIt() throws Exception {
    try (LogLines lines = new LogLines(AdminApi.class.getName(), Level.INFO)) {
      send("PUT", "/v2/admin/config", "{\"activeSize\":5}");
      assertThat(lines.all())
          .singleElement()
          .asString()
          .matches(
              "INFO cluster config changed from \\{\"activeSize\":3,.*\\} to"
                  + " \\{\"activeSize\":5,.*\\} by 127\\.0\\.0\\.1.*");
    }
  }

  @Test
  void aRemovalIsAWarningWithNameIdAndWhoAskedForIt() throws Exception {
    try (LogLines lines = new LogLines(AdminApi.class.getName(), Level.WARN)) {
      send("DELETE", "/v2/admin/machines/one", "");
      assertThat(lines.all())
          .singleElement()
          .asString()
          .startsWith("WARN one (d) has lost its seat: removed by the operator at 127.0.0.1");
    }
  }

  @Test
  void whatOnlyTheLeaderCanDoIsRedirectedAsItCame() throws Exception {
    admin.elsewhere = Optional.of(Optional.of("http://10.0.0.2:2380"));

    HttpResponse<String> response = send("PUT", "/v2/admin/config?x=1", "{\"activeSize\":5}");

    assertThat(response.statusCode()).isEqualTo(307);
    assertThat(response.headers().firstValue("Location"))
        .contains("http://10.0.0.2:2380/v2/admin/config?x=1");
  }

  @Test
  void withoutALeaderTheRequestMayBeSentAgain() throws Exception {
    admin.elsewhere = Optional.of(Optional.empty());

    HttpResponse<String> response = send("DELETE", "/v2/admin/machines/one", "");

    assertThat(response.statusCode()).isEqualTo(503);
    assertThat(response.headers().firstValue("Retry-After")).contains("1");
    assertThat(response.body()).contains("\"errorCode\":301");
  }

  @Test
  void aFullClusterRefusesWithItsCode() throws Exception {
    admin.refusal = Optional.of(ApiError.of(ErrorCode.NO_MORE_PEERS, "3 of 3"));

    ClusterResponse<JoinReply> answer =
        wait(client.join(url(), JoinRequest.of(FOUR, new LocalData.None()), 10_000));

    assertThat(answer).isInstanceOf(ClusterResponse.Refused.class);
    assertThat(((ClusterResponse.Refused<JoinReply>) answer).is(ErrorCode.NO_MORE_PEERS)).isTrue();
  }

  @Test
  void whatCannotBeReadNeverReachesThePeer() throws Exception {
    assertThat(send("PUT", "/v2/admin/machines/four", "{").statusCode()).isEqualTo(400);
    assertThat(send("PUT", "/v2/admin/machines/four", "{\"name\":\"five\"}").statusCode())
        .isEqualTo(400);
    for (int i = 0; i < 20; i++) {
      assertThat(send("PUT", "/v2/admin/machines/four", "x".repeat(100_000)).statusCode())
          .as("the client is heard out, so that it sees the answer")
          .isEqualTo(413);
    }
    assertThat(admin.joins).isEmpty();
  }

  @Test
  void otherMethodsAreToldWhatIsAllowedAndOtherPathsAreNotFound() throws Exception {
    HttpResponse<String> response = send("POST", "/v2/admin/config", "{}");

    assertThat(response.statusCode()).isEqualTo(405);
    assertThat(response.headers().firstValue("Allow")).contains("GET, HEAD, PUT");
    assertThat(send("DELETE", "/name", "").statusCode()).isEqualTo(405);
    assertThat(send("GET", "/v2/admin/nonsense", "").statusCode()).isEqualTo(404);
    assertThat(send("GET", "/v2/admin/nonsense", "").body())
        .isEqualTo("{\"message\":\"Not found\"}\n");
    assertThat(send("GET", "/", "").statusCode()).isEqualTo(404);
    assertThat(send("GET", "/version/x/check", "").statusCode()).isEqualTo(403);
  }

  @Test
  void everyMethodThatIsNotInTheTableIsRefusedWithThoseThatAre() throws Exception {
    List<Route> routes =
        new AdminApi(
                admin,
                SELF,
                new MachineRemoval(admin, client),
                new MachineJoining(admin, EVERYBODY_IS_THERE),
                new StandbyRegistry(() -> 0),
                () -> 0,
                Guard.ofNobody())
            .handler()
            .routes()
            .routes();

    assertThat(routes)
        .extracting(Route::toString)
        .containsExactly(
            "GET,HEAD,PUT /v2/admin/config",
            "GET,HEAD /v2/admin/machines",
            "GET,HEAD,PUT,DELETE /v2/admin/machines/**",
            "PUT /v2/admin/leader",
            "GET,HEAD /v2/admin/standbys",
            "PUT /v2/admin/standbys/**",
            "GET,HEAD /v2/admin/plan",
            "GET,HEAD /v2/admin/snapshot",
            "GET,HEAD /version",
            "GET,HEAD /version/*/check",
            "GET,HEAD /name",
            "GET,HEAD /etcdURL");
    for (Route route : routes) {
      String path = route.pattern().replace("**", "one").replace("*", "2");
      for (String method : List.of("POST", "PATCH")) {
        HttpResponse<String> refused = send(method, path, "");
        assertThat(refused.statusCode()).as("%s %s", method, path).isEqualTo(405);
        assertThat(refused.headers().firstValue("Allow"))
            .contains(String.join(", ", route.methods()));
      }
    }
  }

  @Test
  void aMachineTellsItsNameAndWhereItsClientsGo() throws Exception {
    assertThat(send("GET", "/name", "").body()).isEqualTo("one");
    assertThat(send("GET", "/etcdURL", "").body()).isEqualTo("http://c1");
    HttpResponse<String> version = send("GET", "/version", "");
    assertThat(version.body()).isEqualTo("2");
    assertThat(version.headers().firstValue("X-Etcd-Cluster-Id")).contains("c1");
    assertThat(send("GET", "/version/2/check", "").statusCode()).isEqualTo(200);
    assertThat(send("GET", "/version/3/check", "").statusCode()).isEqualTo(403);
  }

  @Test
  void theLeaderOffersAnOpenSeatToTheBestStandby() throws Exception {
    MachineRecord five = new MachineRecord("five", "http://p5:1", "http://c5:1");
    admin.config = new ClusterConfig(3, 5, 1);
    admin.seats = 2;

    assertThat(offerTo(FOUR, 50)).isEqualTo(SeatOffer.OFFERED);
    assertThat(offerTo(five, 60)).isEqualTo(SeatOffer.OFFERED);
    assertThat(offerTo(FOUR, 50)).isEqualTo(SeatOffer.WITHHELD);
    StandbyNotice wants = new StandbyNotice(FOUR, 50).with(Optional.of(ReplicaRequest.FIRST));
    assertThat(synced(wants).replica()).contains(new ReplicaReply.Granted(0x7, 9));
    assertThat(send("GET", "/v2/admin/standbys", "").body())
        .contains("\"name\":\"five\"", "\"seatPriority\":60", "\"replica\":true,\"lagEntries\":4");

    admin.leads = false;
    assertThat(offerTo(five, 60)).isEqualTo(SeatOffer.UNSTATED);
  }

  @Test
  void theLeaderTellsWhatItWouldDoAboutEachSeatAndWhoWouldTakeIt() throws Exception {
    MachineRecord two = new MachineRecord("two", "http://p2", "http://c2");
    admin.plan =
        new SeatPlan(
            3,
            1,
            List.of(
                new SeatPlan.Peer(server(SELF, 0xa, true, 0, 0), SeatPlan.Verdict.KEEPS, "leads"),
                new SeatPlan.Peer(
                    server(two, 0xb, false, 40, 7), SeatPlan.Verdict.SPARED, "is \"slow\"")));
    offerTo(FOUR, 50);
    offerTo(new MachineRecord("never", "http://p5:1", "http://c5:1"), 0);

    assertThat(send("GET", "/v2/admin/plan", "").body())
        .isEqualTo(
            "{\"activeSize\":3,\"openSeats\":1,\"peers\":["
                + "{\"name\":\"one\",\"id\":\"a\",\"votes\":true,\"lastHeardMillisAgo\":0,"
                + "\"lagEntries\":0,\"verdict\":\"keeps\",\"reason\":\"leads\"},"
                + "{\"name\":\"two\",\"id\":\"b\",\"votes\":false,\"lastHeardMillisAgo\":40,"
                + "\"lagEntries\":7,\"verdict\":\"spared\",\"reason\":\"is \\\"slow\\\"\"}],"
                + "\"candidates\":[{\"name\":\"four\",\"seatPriority\":50}]}\n");
    assertThat(send("PUT", "/v2/admin/plan", "{}").statusCode()).isEqualTo(405);

    admin.elsewhere = Optional.of(Optional.of("http://p9"));
    HttpResponse<String> redirect = send("GET", "/v2/admin/plan", "");
    assertThat(redirect.statusCode()).isEqualTo(307);
    assertThat(redirect.headers().firstValue("Location")).contains("http://p9/v2/admin/plan");
  }

  @Test
  void aStandbyThatIsNotWhereItSaysIsNeitherNotedNorOfferedASeat() throws Exception {
    admin.seats = 2;
    AskBack nobodyIsThere =
        new AskBack(
            (url, timeoutMillis) ->
                CompletableFuture.completedFuture(
                    url.equals(FOUR.peerUrl())
                        ? new ClusterResponse.Granted<>(Optional.empty(), url)
                        : new ClusterResponse.Unreachable<>("refused")));
    StandbyRegistry registry =
        new StandbyRegistry(() -> 0, nobodyIsThere, name -> Long.MAX_VALUE, Set::of);
    for (int i = 0; i < 1_500; i++) {
      StandbyNotice madeUp =
          new StandbyNotice(new MachineRecord("f" + i, "http://127.0.0.1:" + (i + 1), ""), 100);
      assertThat(registry.synced(madeUp, admin, "10.0.0.9").join()).contains(SeatOffer.WITHHELD);
    }

    assertThat(registry.synced(new StandbyNotice(FOUR, 1), admin, "10.0.0.4").join())
        .contains(SeatOffer.OFFERED);
    assertThat(registry.candidates(admin.machines(), admin.config())).hasSize(1);
  }

  private SeatOffer offerTo(MachineRecord standby, int priority) throws Exception {
    return synced(new StandbyNotice(standby, priority)).offer();
  }

  private SyncReply synced(StandbyNotice notice) throws Exception {
    return wait(client.sync(url(), Optional.of(notice), 10_000)).granted().orElseThrow();
  }

  @Test
  void theStateOfThePeerIsStreamedWithItsLength() throws Exception {
    HttpResponse<byte[]> response =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(URI.create(url() + "/v2/admin/snapshot")).build(),
                HttpResponse.BodyHandlers.ofByteArray());

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValueAsLong("Content-Length"))
        .hasValue(response.body().length);
    try (SnapshotInput in =
        new SnapshotInput("answer", new ByteArrayInputStream(response.body()))) {
      assertThat(in.metadata().index()).isEqualTo(9);
      in.verifyToTheEnd();
    }
    assertThat(send("HEAD", "/v2/admin/snapshot", "").statusCode()).isEqualTo(200);
    assertThat(send("DELETE", "/v2/admin/snapshot", "").statusCode()).isEqualTo(405);
  }

  /** Answers what the test tells it to. */
  private static ServerDetails server(
      MachineRecord machine, long member, boolean votes, long silentMillis, long lag) {
    return new ServerDetails(
        machine,
        member,
        MachineTraits.UNSTATED,
        ServerDetails.Mode.PEER,
        silentMillis == 0,
        votes,
        new ServerDetails.Contact(true, silentMillis, true),
        new ServerDetails.Progress(2, 9, lag),
        Optional.empty(),
        0,
        OptionalLong.empty());
  }
}
