package dev.understudy.clusterconfig;

import static dev.understudy.clusterconfig.waits.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.clusterconfig.FakePeer.Told;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpClusterClientTest {
  private static final long PLENTY_MILLIS = 30_000;

  /** The usual ones, but nothing is taken for dead because this process stood still. */
  private static final HttpClusterClientOptions PATIENT =
      new HttpClusterClientOptions(
          PLENTY_MILLIS,
          HttpClusterClientOptions.DEFAULT.maxBodyBytes(),
          HttpClusterClientOptions.DEFAULT.maxRedirects(),
          HttpClusterClientOptions.DEFAULT.maxThreads());

  private static final String MACHINES_JSON =
      "[{\"name\":\"one\",\"state\":\"leader\",\"clientURL\":\"http://c\",\"peerURL\":\"http://p\"}]";
  private static final String CONFIG_JSON =
      "{\"activeSize\":3,\"removeDelay\":2.5,\"syncInterval\":1}";
  private static final MachineRecord SELF =
      new MachineRecord("four", "http://127.0.0.1:4", "http://127.0.0.1:3");

  private final HttpClusterClient client = new HttpClusterClient(PATIENT, System::nanoTime);
  private final List<FakePeer> peers = new ArrayList<>();

  @BeforeEach
  void startClient() {
    client.start();
  }

  @AfterEach
  void stopAll() {
    client.close();
    peers.forEach(FakePeer::close);
  }

  private FakePeer peer(FakePeer.Script script) throws Exception {
    FakePeer peer = new FakePeer(script);
    peers.add(peer);
    return peer;
  }

  private static <T> ClusterResponse<T> wait(CompletableFuture<ClusterResponse<T>> future)
      throws Exception {
    return future.get(60, TimeUnit.SECONDS);
  }

  @Test
  void aRedirectedPutArrivesAsAPutWithItsWholeBody() throws Exception {
    FakePeer leader = peer(seen -> Told.ok(new JoinReply(9, 0xa, 0xb).toJson()));
    FakePeer follower = peer(seen -> Told.redirect(leader.url() + seen.path()));
    JoinRequest request =
        JoinRequest.of(
            new MachineRecord(
                "four", "http://127.0.0.1:4", "http://127.0.0.1/" + "x".repeat(60_000)),
            new LocalData.Held(7));

    ClusterResponse<JoinReply> answer = wait(client.join(follower.url(), request, PLENTY_MILLIS));

    assertThat(answer)
        .isEqualTo(
            new ClusterResponse.Granted<>(
                new JoinReply(9, 0xa, 0xb), leader.url() + "/v2/admin/machines/four"));
    assertThat(leader.seen)
        .singleElement()
        .isEqualTo(follower.seen.get(0))
        .satisfies(
            seen -> {
              assertThat(seen.method()).isEqualTo("PUT");
              assertThat(seen.contentType()).startsWith("application/json");
              assertThat(seen.body()).isEqualTo(request.toJson());
            });
  }

  @Test
  void aRelativeRedirectIsFollowed() throws Exception {
    FakePeer peer =
        peer(
            seen ->
                seen.path().equals("/elsewhere")
                    ? Told.ok(CONFIG_JSON)
                    : Told.redirect("/elsewhere"));

    assertThat(wait(client.config(peer.url(), PLENTY_MILLIS)).granted())
        .contains(new ClusterConfig(3, 2.5, 1));
  }

  @Test
  void tenRedirectsAreFollowedAndNoMore() throws Exception {
    AtomicInteger count = new AtomicInteger();
    AtomicInteger enough = new AtomicInteger(10);
    FakePeer peer =
        peer(
            seen ->
                count.get() == enough.get()
                    ? Told.ok(CONFIG_JSON)
                    : Told.redirect("/step/" + count.incrementAndGet()));

    assertThat(wait(client.config(peer.url(), PLENTY_MILLIS)).granted()).isPresent();

    count.set(0);
    enough.set(11);
    peer.seen.clear();
    assertThat(malformed(client.config(peer.url(), PLENTY_MILLIS)))
        .contains("more than 10 redirects");
    assertThat(peer.seen).hasSize(11);
  }

  @Test
  void aCircleOfRedirectsIsNamed() throws Exception {
    FakePeer one = peer(seen -> Told.redirect(peers.get(1).url() + seen.path()));
    FakePeer two = peer(seen -> Told.redirect(one.url() + seen.path()));

    assertThat(malformed(client.putConfig(one.url(), "{}", PLENTY_MILLIS)))
        .contains("circle", one.url(), two.url());
    assertThat(two.seen).hasSize(1);
  }

  @Test
  void aRedirectWithoutAnAimFailsClearly() throws Exception {
    FakePeer nowhere = peer(seen -> new Told(307, null, null, ""));
    FakePeer nonsense = peer(seen -> Told.redirect("ftp://example.org/"));

    assertThat(malformed(client.remove(nowhere.url(), "one", PLENTY_MILLIS)))
        .contains("without saying where to");
    assertThat(malformed(client.remove(nonsense.url(), "one", PLENTY_MILLIS)))
        .contains("ftp://example.org/");
  }

  @Test
  void aRefusalKeepsItsErrorCode() throws Exception {
    ApiError full = ApiError.of(ErrorCode.NO_MORE_PEERS, "", 12);
    FakePeer peer = peer(seen -> new Told(400, null, null, full.toJson() + "\n"));

    ClusterResponse<JoinReply> answer =
        wait(client.join(peer.url(), JoinRequest.of(SELF, new LocalData.None()), PLENTY_MILLIS));

    assertThat(answer)
        .isEqualTo(
            new ClusterResponse.Refused<>(
                400, Optional.of(full), peer.url() + "/v2/admin/machines/four"));
    assertThat(((ClusterResponse.Refused<JoinReply>) answer).is(ErrorCode.NO_MORE_PEERS)).isTrue();
  }

  @Test
  void aStandbysPeerPortIsARefusalWithoutAnErrorCode() throws Exception {
    FakePeer standby = peer(seen -> new Told(404, null, null, "404 page not found"));

    assertThat(wait(client.machines(standby.url(), PLENTY_MILLIS)))
        .isEqualTo(
            new ClusterResponse.Refused<>(
                404, Optional.empty(), standby.url() + "/v2/admin/machines"));
  }

  @Test
  void whatIsNoJsonIsMalformed() throws Exception {
    FakePeer peer = peer(seen -> Told.ok("<html>It works!</html>"));

    assertThat(malformed(client.machines(peer.url(), PLENTY_MILLIS))).contains("not JSON");
    assertThat(malformed(client.config(peer.url(), PLENTY_MILLIS))).contains("not JSON");
  }

  @Test
  void aBodyThatIsTooLargeIsNotRead() throws Exception {
    FakePeer peer = peer(seen -> Told.ok("x".repeat(3 << 20)));

    assertThat(malformed(client.machines(peer.url(), PLENTY_MILLIS)))
        .contains("more than 1048576 bytes");
  }

  @Test
  void aSlowServerMeetsTheDeadline() throws Exception {
    FakePeer peer = peer(seen -> Told.silence());
    long before = System.nanoTime();

    assertThat(unreachable(client.machines(peer.url(), 300))).contains("no answer within 300 ms");

    assertThat(Duration.ofNanos(System.nanoTime() - before))
        .isBetween(ofMillis(250), ofMillis(20_000));
  }

  @Test
  void redirectsShareTheOneDeadline() throws Exception {
    AtomicInteger step = new AtomicInteger();
    FakePeer peer =
        peer(
            seen -> {
              if (step.incrementAndGet() == 3) {
                return Told.silence();
              }
              return Told.redirect("/step/" + step.get());
            });

    assertThat(unreachable(client.machines(peer.url(), 500))).contains("no answer within 500 ms");
  }

  @Test
  void aPortThatNobodyAcceptsOnMeetsTheDeadline() throws Exception {
    try (ServerSocket mute = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThat(unreachable(client.machines("http://127.0.0.1:" + mute.getLocalPort(), 300)))
          .contains("no answer within 300 ms");
    }
  }

  @Test
  void aClosedPortIsUnreachable() throws Exception {
    try (Socket held = new Socket()) {
      // Nobody listens there, and nobody else is given the port as long as it is held.
      held.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      int port = held.getLocalPort();

      assertThat(unreachable(client.config("http://127.0.0.1:" + port, PLENTY_MILLIS)))
          .contains(Integer.toString(port));
    }
  }

  @Test
  void whatIsNoUrlIsAnAnswerToo() throws Exception {
    for (String url : List.of("", "nonsense", "http://", "http://a b", "http://127.0.0.1:99999")) {
      assertThat(wait(client.config(url, 1_000)).granted()).isEmpty();
    }
  }

  @Test
  void aSyncTellsWhoAsksAndBringsMachinesConfigAndOffer() throws Exception {
    FakePeer peer =
        peer(
            seen ->
                seen.path().endsWith("machines")
                    ? new Told(200, SeatOffer.HEADER, "offered", MACHINES_JSON)
                    : Told.ok(CONFIG_JSON));
    StandbyNotice notice = new StandbyNotice(SELF, 60);

    SyncReply reply =
        wait(client.sync(peer.url(), Optional.of(notice), PLENTY_MILLIS)).granted().orElseThrow();

    assertThat(reply.leader().orElseThrow().name()).isEqualTo("one");
    assertThat(reply.config()).isEqualTo(new ClusterConfig(3, 2.5, 1));
    assertThat(reply.offer()).isEqualTo(SeatOffer.OFFERED);
    assertThat(peer.seen)
        .filteredOn(seen -> seen.path().endsWith("machines"))
        .singleElement()
        .satisfies(seen -> assertThat(StandbyNotice.fromHeader(seen.notice())).contains(notice));
  }

  @Test
  void aMachineSaysWhoItIs() throws Exception {
    MachineIdentity identity =
        new MachineIdentity(
            "four", "http://p4:1", "http://c4:1", 9, MachineIdentity.Mode.STANDBY, 7, 0, List.of());
    FakePeer peer =
        peer(
            seen ->
                seen.path().equals("/v2/admin/identity")
                    ? Told.ok(identity.toJson())
                    : new Told(404, null, null, "404 page not found\n"));

    assertThat(wait(client.identify(peer.url(), PLENTY_MILLIS)).granted())
        .contains(Optional.of(AnsweringMachine.of(identity)));
  }

  @Test
  void anOlderPeerSaysAllButItsPeerUrl() throws Exception {
    FakePeer peer =
        peer(
            seen ->
                switch (seen.path()) {
                  case "/name" -> Told.ok("four");
                  case "/etcdURL" -> Told.ok("http://c4:1");
                  default -> new Told(404, null, null, "404 page not found\n");
                });

    assertThat(wait(client.identify(peer.url(), PLENTY_MILLIS)).granted())
        .contains(Optional.of(new AnsweringMachine("four", "http://c4:1", Optional.empty())));
  }

  @Test
  void anOlderMachineThatStartsOrStandsByIsAMachineTooThoughItDoesNotSayWhich() throws Exception {
    for (Told told :
        List.of(
            new Told(
                503,
                null,
                null,
                ApiError.of(ErrorCode.LEADER_ELECTION, "this machine is changing its mode")
                    .toJson()),
            new Told(404, null, null, "this machine is a standby\n"))) {
      FakePeer peer = peer(seen -> told);

      assertThat(wait(client.identify(peer.url(), PLENTY_MILLIS)).granted())
          .contains(Optional.empty());
    }
  }

  @Test
  void whatIsNoMachineIsNotTakenForOneAndNobodyIsSentElsewhere() throws Exception {
    FakePeer other = peer(seen -> Told.ok("four"));
    for (Told told :
        List.of(
            new Told(404, null, null, "404 page not found\n"),
            new Told(503, null, null, "<html>"),
            Told.ok("<html>\n<body>"),
            Told.ok("ok"),
            Told.ok("http://c4:1"),
            Told.redirect(other.url() + "/name"))) {
      FakePeer peer = peer(seen -> told);

      assertThat(wait(client.identify(peer.url(), PLENTY_MILLIS)).granted()).isEmpty();
    }
    assertThat(other.seen).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://evil.example/x#",
        "http://user:secret@evil:1",
        "http://0.0.0.0:1",
        "javascript:alert(1)",
        "ok\nX: secret",
        "secret"
      })
  void aMachineThatSendsItsClientsNowhereIsNoneAndIsNotQuoted(String clientUrl) throws Exception {
    MachineIdentity identity =
        new MachineIdentity(
            "four", "http://p4:1", clientUrl, 9, MachineIdentity.Mode.STARTING, 0, 0, List.of());
    FakePeer present =
        peer(
            seen ->
                seen.path().equals("/v2/admin/identity")
                    ? Told.ok(identity.toJson())
                    : new Told(404, null, null, "404 page not found\n"));
    FakePeer older =
        peer(
            seen ->
                switch (seen.path()) {
                  case "/name" -> Told.ok("four");
                  case "/etcdURL" -> Told.ok(clientUrl);
                  default -> new Told(404, null, null, "404 page not found\n");
                });
    for (FakePeer peer : List.of(present, older)) {
      var answer = wait(client.identify(peer.url(), PLENTY_MILLIS));

      assertThat(answer.granted()).isEmpty();
      assertThat(answer.summary()).doesNotContain("secret");
    }
  }

  @Test
  void aSyncWithHalfAnAnswerIsNone() throws Exception {
    FakePeer peer =
        peer(
            seen ->
                seen.path().endsWith("machines")
                    ? Told.ok(MACHINES_JSON)
                    : new Told(500, null, null, ""));

    assertThat(wait(client.sync(peer.url(), Optional.empty(), PLENTY_MILLIS)))
        .isEqualTo(
            new ClusterResponse.Refused<>(500, Optional.empty(), peer.url() + "/v2/admin/config"));
  }

  @Test
  void closingEndsWhatIsUnderWay() throws Exception {
    FakePeer peer = peer(seen -> Told.silence());
    List<CompletableFuture<ClusterResponse<ClusterConfig>>> asked = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      asked.add(client.config(peer.url(), 60_000));
    }

    client.close();
    client.close();

    for (CompletableFuture<ClusterResponse<ClusterConfig>> future : asked) {
      assertThat(future.get(1, TimeUnit.SECONDS)).isInstanceOf(ClusterResponse.Unreachable.class);
    }
    assertThat(unreachable(client.config(peer.url(), 1_000))).contains("not running");
  }

  @Test
  void aSecondStartIsABug() {
    assertThatThrownBy(client::start).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void startingAndClosingLeavesNoThread() throws Exception {
    FakePeer peer = peer(seen -> Told.ok(CONFIG_JSON));
    Supplier<Long> clientThreads =
        () ->
            Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().contains("cluster-client"))
                .filter(Thread::isAlive)
                .count();
    client.close();
    await().until(() -> clientThreads.get() == 0);

    for (int i = 0; i < 20; i++) {
      client.start();
      assertThat(wait(client.config(peer.url(), PLENTY_MILLIS)).granted()).isPresent();
      client.close();
    }

    await().until(() -> clientThreads.get() == 0);
  }

  private static <T> String malformed(CompletableFuture<ClusterResponse<T>> future)
      throws Exception {
    ClusterResponse<T> answer = wait(future);
    assertThat(answer).isInstanceOf(ClusterResponse.Malformed.class);
    return answer.summary();
  }

  private static <T> String unreachable(CompletableFuture<ClusterResponse<T>> future)
      throws Exception {
    ClusterResponse<T> answer = wait(future);
    assertThat(answer).isInstanceOf(ClusterResponse.Unreachable.class);
    return answer.summary();
  }

  private static Duration ofMillis(long millis) {
    return Duration.ofMillis(millis);
  }
}
