package dev.understudy.api.http;

import static dev.understudy.clusterconfig.waits.Waits.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.clusterconfig.ApiException;
import dev.understudy.clusterconfig.ErrorCode;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.component.LifeCycle;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DoorTest {
  private static final String BUG =
      "{\"errorCode\":300,\"message\":\"Raft Internal Error\","
          + "\"cause\":\"internal error, the outcome is unknown\",\"index\":0}\n";

  private static final Dialect IMPATIENT =
      new Dialect() {
        @Override
        public BodyLimits bodyLimits() {
          return new BodyLimits(100, 200);
        }
      };

  private final Server server = new Server(new QueuedThreadPool(8, 2));
  private final ServerConnector connector = new ServerConnector(server, 1, 1);
  private final CompletableFuture<String> later = new CompletableFuture<>();
  private RawHttpConnection wire;

  private void serve(Handler handler) throws Exception {
    connector.setHost("127.0.0.1");
    server.addConnector(connector);
    server.setHandler(handler);
    server.setErrorHandler(new PlainErrorHandler(8192));
    server.setStopTimeout(0);
    server.start();
    wire = new RawHttpConnection(connector.getLocalPort());
  }

  @AfterEach
  void stop() {
    wire.close();
    LifeCycle.stop(server);
  }

  private static Door door(Route... routes) {
    return new Door(IMPATIENT, RouteTable.of(routes));
  }

  private static void fail() {
    throw new AssertionError("secret");
  }

  private static Door failing(CompletableFuture<String> later) {
    return door(
        Route.at("/now").on(e -> fail(), "GET"),
        Route.at("/later").on(e -> e.await(later, value -> fail()), "GET"),
        Route.at("/done")
            .on(e -> e.await(CompletableFuture.completedFuture(1), v -> fail()), "GET"),
        Route.at("/failed")
            .on(e -> e.await(CompletableFuture.failedFuture(new Error("x")), v -> {}), "GET"),
        Route.at("/dispatched").on(e -> e.dispatch(DoorTest::fail), "GET"),
        Route.at("/body").on(e -> e.body(body -> fail()), "GET", "PUT"),
        Route.at("/headers")
            .on(
                e -> {
                  e.addHeader("X-Half", "made");
                  fail();
                },
                "GET"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/now", "/later", "/done", "/failed", "/dispatched", "/body", "/headers"})
  void whateverIsThrownIsAnsweredWithoutItsDetails(String path) throws Exception {
    serve(failing(later));
    wire.begin("GET", path);
    later.complete("now");

    RawHttpConnection.Answer answer = wire.answer("GET");

    assertThat(answer.status()).isEqualTo(500);
    assertThat(answer.header("Content-Type")).isEqualTo("application/json");
    assertThat(answer.header("X-Half")).isNull();
    assertThat(answer.body()).isEqualTo(BUG);
    assertThat(wire.ask("GET", "/nowhere").status()).as("the connection goes on").isEqualTo(404);
  }

  @Test
  void aBodyThatArrivesLaterMayFailAsWell() throws Exception {
    Route failing = Route.at("/body").on(e -> e.body(body -> fail()), "PUT");
    serve(new Door(Dialect.PLAIN, RouteTable.of(failing)));
    wire.send("PUT /body HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\na");
    wire.send("bc");

    assertThat(wire.answer("PUT").body()).isEqualTo(BUG);
  }

  @Test
  void whatFailsAfterItsAnswerHasBegunIsCutOff() throws Exception {
    AtomicInteger ended = new AtomicInteger();
    serve(
        door(
            Route.at("/download")
                .on(
                    e ->
                        e.download(
                            new Download() {
                              @Override
                              public long length() {
                                return 10;
                              }

                              @Override
                              public void writeTo(OutputStream out) throws IOException {
                                out.write(new byte[5]);
                                out.flush();
                                fail();
                              }

                              @Override
                              public void ended() {
                                ended.incrementAndGet();
                              }
                            }),
                    "GET")));
    wire.begin("GET", "/download");

    assertThat(wire.head().header("Content-Length")).isEqualTo("10");
    int bytes = 0;
    while (!wire.isEnded()) {
      bytes++;
    }
    assertThat(bytes).isLessThan(10);
    assertThat(ended).hasValue(1);
  }

  @Test
  void aStreamWhoseSourceFailsIsCutOffAndClosed() throws Exception {
    CompletableFuture<Void> closed = new CompletableFuture<>();
    serve(
        door(
            Route.at("/stream")
                .on(
                    e ->
                        e.stream(
                                new LiveStream.Source() {
                                  private boolean begun;

                                  @Override
                                  public LiveStream.Piece next() {
                                    if (begun) {
                                      fail();
                                    }
                                    begun = true;
                                    return new LiveStream.Piece(text("one"), false);
                                  }

                                  @Override
                                  public void close() {
                                    closed.complete(null);
                                  }
                                })
                            .start(),
                    "GET")));
    wire.begin("GET", "/stream");

    assertThat(wire.head().status()).isEqualTo(200);
    assertThat(wire.chunk()).isEqualTo("one");
    closed.get(10, java.util.concurrent.TimeUnit.SECONDS);
    while (!wire.isEnded()) {
      assertThat(closed).isDone();
    }
  }

  /** Its memory counts no more, and there may be many streams. */
  @Test
  void aStreamDoesNotKeepWhatItsClientHasTaken() throws Exception {
    AtomicReference<WeakReference<byte[]>> sent = new AtomicReference<>();
    serve(
        door(
            Route.at("/stream")
                .on(
                    e ->
                        e.stream(
                                new LiveStream.Source() {
                                  @Override
                                  public LiveStream.Piece next() {
                                    if (sent.get() != null) {
                                      return null;
                                    }
                                    byte[] bytes = "x".repeat(50_000).getBytes(UTF_8);
                                    sent.set(new WeakReference<>(bytes));
                                    return new LiveStream.Piece(ByteBuffer.wrap(bytes), false);
                                  }

                                  @Override
                                  public void close() {}
                                })
                            .start(),
                    "GET")));
    wire.begin("GET", "/stream");

    assertThat(wire.head().status()).isEqualTo(200);
    assertThat(wire.chunk()).hasSize(50_000);
    await().untilAsserted(() -> assertThat(afterCollection(sent.get())).isNull());
  }

  private static byte[] afterCollection(WeakReference<byte[]> reference) {
    System.gc();
    return reference.get();
  }

  private static ByteBuffer text(String text) {
    return ByteBuffer.wrap(text.getBytes(UTF_8));
  }

  @Test
  void aSecondAnswerIsABugThatTheClientDoesNotSee() throws Exception {
    serve(
        door(
            Route.at("/twice")
                .on(
                    e -> {
                      e.text(200, "first");
                      e.text(200, "second");
                    },
                    "GET")));

    assertThat(wire.ask("GET", "/twice").body()).isEqualTo("first");
    assertThat(wire.ask("GET", "/twice").body()).isEqualTo("first");
  }

  @Test
  void anErrorThatIsThrownIsAnswered() throws Exception {
    serve(
        door(
            Route.at("/now")
                .on(
                    e -> {
                      throw new ApiException(ErrorCode.NO_MORE_PEERS, "3 \"of\" 3");
                    },
                    "GET"),
            Route.at("/body")
                .on(
                    e ->
                        e.textBody(
                            body -> {
                              throw new ApiException(ErrorCode.LEADER_ELECTION, body);
                            }),
                    "PUT")));

    RawHttpConnection.Answer refused = wire.ask("GET", "/now");
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.header("Retry-After")).isNull();
    assertThat(refused.body())
        .isEqualTo(
            "{\"errorCode\":103,\"message\":\"Reached the max number of peers in the cluster\","
                + "\"cause\":\"3 \\\"of\\\" 3\",\"index\":0}\n");
    RawHttpConnection.Answer again = wire.form("PUT", "/body", "wait");
    assertThat(again.status()).isEqualTo(503);
    assertThat(again.header("Retry-After")).isEqualTo("1");
    assertThat(again.body()).contains("\"cause\":\"wait\"");
  }

  @Test
  void aDoorThatIsClosedSaysWhenToComeBack() throws Exception {
    serve(Door.closed("changing"));

    for (String method : new String[] {"GET", "PUT", "OPTIONS"}) {
      RawHttpConnection.Answer answer = wire.ask(method, "/any");
      assertThat(answer.status()).isEqualTo(503);
      assertThat(answer.header("Retry-After")).isEqualTo("1");
      assertThat(answer.body())
          .isEqualTo(
              "{\"errorCode\":301,\"message\":\"During Leader Election\","
                  + "\"cause\":\"changing\",\"index\":0}\n");
    }
  }

  @Test
  void anUnavailableHandlerIsAClosedDoorForAsLongAsThereIsAReason() throws Exception {
    AtomicInteger requests = new AtomicInteger();
    serve(
        new UnavailableHandler(
            () -> requests.getAndIncrement() == 0 ? Optional.of("early") : Optional.empty(),
            door(Route.at("/a").on(e -> e.text(200, "open"), "GET"))));

    RawHttpConnection.Answer early = wire.ask("GET", "/a");
    assertThat(early.status()).isEqualTo(503);
    assertThat(early.header("Retry-After")).isEqualTo("1");
    assertThat(early.body()).contains("\"errorCode\":301", "\"cause\":\"early\"");
    assertThat(wire.ask("GET", "/a").body()).isEqualTo("open");
  }

  @Test
  void aBodyHasLimits() throws Exception {
    serve(door(Route.at("/b").on(e -> e.textBody(body -> e.text(200, body)), "PUT")));

    assertThat(wire.form("PUT", "/b", "x".repeat(100)).body()).hasSize(100);
    RawHttpConnection.Answer large = wire.form("PUT", "/b", "x".repeat(101));
    assertThat(large.status()).isEqualTo(413);
    assertThat(large.body()).isEqualTo("the body is longer than 100 bytes\n");
    wire.send("PUT /b HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\na");
    RawHttpConnection.Answer slow = wire.answer("PUT");
    assertThat(slow.status()).isEqualTo(408);
    assertThat(slow.header("Connection")).isEqualTo("close");
    assertThat(wire.isEnded()).isTrue();
  }

  @Test
  void aBodyThatNobodyReadsDoesNotHoldItsAnswerUp() throws Exception {
    serve(door(Route.at("/a").on(e -> e.text(200, "ok"), "PUT")));
    wire.send("PUT /a HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nhalf");

    RawHttpConnection.Answer answer = wire.answer("PUT");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("Connection")).isEqualTo("close");
    assertThat(wire.isEnded()).isTrue();
  }

  /** Otherwise a client sends its next request into a connection that is about to be closed. */
  @ParameterizedTest
  @CsvSource({
    "GET, /a, 200",
    "HEAD, /a, 200",
    "DELETE, /a, 200",
    "POST, /a, 200",
    "GET, /later, 200",
    "PATCH, /a, 405",
    "PUT, /nowhere, 404"
  })
  void aBodyThatComesBehindAnAnswerDoesNotEndTheConnection(String method, String path, int status)
      throws Exception {
    serve(
        new Door(
            Dialect.PLAIN,
            RouteTable.of(
                Route.at("/a").on(e -> e.text(200, "ok"), "GET", "HEAD", "DELETE", "POST"),
                Route.at("/later").on(e -> e.await(later, value -> e.text(200, value)), "GET"))));
    later.complete("later");
    String body = "x".repeat(0x100000); // more than is read at once
    for (String transfer : List.of("Content-Length: 1048576", "Transfer-Encoding: chunked")) {
      boolean chunked = transfer.startsWith("T");
      wire.send(method + " " + path + " HTTP/1.1\r\nHost: h\r\n" + transfer + "\r\n\r\n");
      wire.send(chunked ? "100000\r\n" + body + "\r\n0\r\n\r\n" : body);

      RawHttpConnection.Answer answer = wire.answer(method);

      assertThat(answer.status()).isEqualTo(status);
      assertThat(answer.header("Connection")).isNull();
      assertThat(wire.ask("GET", "/a").body()).isEqualTo("ok");
    }
  }

  @Test
  void anAnswerThatComesInsteadOfABodyIsTheLastOfItsConnection() throws Exception {
    serve(door(Route.at("/a").on(e -> e.text(200, "ok"), "PUT")));
    wire.send("PUT /a HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n");

    RawHttpConnection.Answer answer = wire.answer("PUT");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("Connection")).isEqualTo("close");
    assertThat(wire.isEnded()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "DELETE"})
  void nothingIsDoneForARequestWhoseBodyDoesNotCome(String method) throws Exception {
    AtomicInteger done = new AtomicInteger();
    serve(
        door(
            Route.at("/a")
                .on(
                    e -> {
                      done.incrementAndGet();
                      e.text(200, "ok");
                    },
                    "GET",
                    "DELETE")));
    wire.send(method + " /a HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nhal");

    RawHttpConnection.Answer answer = wire.answer(method);

    assertThat(answer.status()).isEqualTo(408);
    assertThat(answer.header("Connection")).isEqualTo("close");
    assertThat(wire.isEnded()).isTrue();
    assertThat(done).hasValue(0);
  }

  @Test
  void anAnswerThatTakesTheLastOnesPlaceStillEndsTheConnection() throws Exception {
    serve(
        door(
            Route.at("/memory")
                .on(
                    e -> {
                      e.closeAfterwards();
                      throw new ByteBudget.ExceededException();
                    },
                    "GET"),
            Route.at("/bug")
                .on(
                    e -> {
                      e.closeAfterwards();
                      fail();
                    },
                    "GET")));

    RawHttpConnection.Answer answer = wire.ask("GET", "/memory");
    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.header("Connection")).isEqualTo("close");
    try (RawHttpConnection another = new RawHttpConnection(connector.getLocalPort())) {
      assertThat(another.ask("GET", "/bug").header("Connection")).isEqualTo("close");
    }
  }

  @Test
  void whatIsCountedOnceARequestIsAnsweredIsGivenBackAtOnce() throws Exception {
    ByteBudget budget = new ByteBudget(1000);
    Dialect counting =
        new Dialect() {
          @Override
          public ByteBudget requests() {
            return budget;
          }
        };
    CompletableFuture<Long> used = new CompletableFuture<>();
    Route.Action late =
        e -> {
          e.text(200, "ok");
          e.charge(100);
          used.complete(budget.usedBytes());
        };
    serve(new Door(counting, RouteTable.of(Route.at("/a").on(late, "GET"))));

    assertThat(wire.ask("GET", "/a").status()).isEqualTo(200);

    assertThat(used.get(10, TimeUnit.SECONDS)).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/a/../../x", "/a/%00", "/%zz"})
  void whatJettyRefusesIsTheLastOfItsConnection(String path) throws Exception {
    serve(door(Route.at("/a").on(e -> e.text(200, "ok"), "GET")));

    RawHttpConnection.Answer answer = wire.ask("GET", path);

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.header("Connection")).isEqualTo("close");
    assertThat(wire.isEnded()).isTrue();
  }
}
