package dev.understudy.api.http;

import static dev.understudy.clusterconfig.waits.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.component.LifeCycle;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

class RequestTracingTest {
  /** So that a request that does nothing is slow. */
  private static final RequestTracing ALL_ARE_SLOW = new RequestTracing(0, false);

  private static final RequestTracing NONE_IS_SLOW = new RequestTracing(Long.MAX_VALUE, false);

  private final Logger logger = (Logger) LoggerFactory.getLogger(RequestTracing.class);
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private final Server server = new Server(new QueuedThreadPool(8, 2));
  private final ServerConnector connector = new ServerConnector(server, 1, 1);
  private RawHttpConnection wire;

  @BeforeEach
  void listen() {
    log.start();
    logger.addAppender(log);
    logger.setAdditive(false);
  }

  private void serve(RequestTracing tracing) throws Exception {
    connector.setHost("127.0.0.1");
    server.addConnector(connector);
    tracing.install(server);
    server.setHandler(
        new Door(
            Dialect.PLAIN,
            RouteTable.of(
                Route.at("/keys/**").on(e -> e.text(200, "ok"), "GET"),
                Route.at("/poll")
                    .on(e -> new LongPoll(e, () -> e.text(200, "late"), () -> {}).start(20), "GET"),
                Route.at("/bug").on(RequestTracingTest::fail, "GET"))));
    server.setStopTimeout(0);
    server.start();
    wire = new RawHttpConnection(connector.getLocalPort());
  }

  private static void fail(HttpExchange exchange) {
    throw new IllegalStateException(exchange.path());
  }

  @AfterEach
  void stop() {
    wire.close();
    LifeCycle.stop(server);
    logger.detachAppender(log);
    logger.setAdditive(true);
  }

  private RawHttpConnection.Answer ask(String path, String header) throws Exception {
    wire.send("GET " + path + " HTTP/1.1\r\nHost: h\r\n" + header + "\r\n");
    return wire.answer("GET");
  }

  private static Map<String, Object> named(ILoggingEvent event) {
    return event.getKeyValuePairs().stream()
        .collect(Collectors.toMap(pair -> pair.key, pair -> pair.value));
  }

  @Test
  void anErrorHasAnIdAndAnOrdinaryAnswerIsNotMadeLongerByOne() throws Exception {
    serve(NONE_IS_SLOW);

    assertThat(ask("/nowhere", "").header("X-Request-Id")).matches("[0-9a-f]{1,16}");
    assertThat(ask("/keys/a", "").header("X-Request-Id")).isNull();
    assertThat(log.list).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/keys/a", "/poll", "/nowhere", "/bug"})
  void theIdThatAClientHasChosenIsInItsAnswer(String path) throws Exception {
    serve(NONE_IS_SLOW);

    assertThat(ask(path, "x-request-id: Root=1-67/a.b_c:d@e\r\n").header("X-Request-Id"))
        .isEqualTo("Root=1-67/a.b_c:d@e");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a b", "a\"b", "\u00e9", "", "0123456789012345678901234567890123456789"})
  void anIdThatWouldForgeALineOfALogIsNone(String id) throws Exception {
    serve(NONE_IS_SLOW);
    String sent = id.length() < 40 ? id : id.repeat(4);

    assertThat(ask("/nowhere", "X-Request-Id: " + sent + "\r\n").header("X-Request-Id"))
        .matches("[0-9a-f]{1,16}");
    assertThat(ask("/keys/a", "X-Request-Id: " + sent + "\r\n").header("X-Request-Id")).isNull();
  }

  @Test
  void aSlowRequestIsLoggedByItsIdWithoutWhatItsQueryHolds() throws Exception {
    serve(ALL_ARE_SLOW);

    String id = ask("/keys/" + "k".repeat(300) + "?value=secret", "").header("X-Request-Id");

    ILoggingEvent event = log.list.get(0);
    assertThat(id).matches("[0-9a-f]{1,16}");
    assertThat(event.getLevel().toString()).isEqualTo("WARN");
    assertThat(event.getFormattedMessage())
        .startsWith("slow request " + id + ": GET /keys/kkk")
        .contains("… from 127.0.0.1, 200 after ")
        .doesNotContain("secret")
        .hasSizeLessThan(300);
    assertThat(named(event))
        .containsEntry("requestId", id)
        .containsEntry("method", "GET")
        .containsEntry("status", 200)
        .containsEntry("from", "127.0.0.1")
        .containsKeys("path", "durationMillis")
        .hasSize(6);
  }

  @Test
  void whatWaitsByItsNatureIsNeverSlow() throws Exception {
    serve(ALL_ARE_SLOW);

    assertThat(ask("/poll", "").body()).isEqualTo("late");
    ask("/keys/a", "");

    assertThat(log.list).singleElement().extracting(e -> named(e).get("path")).isEqualTo("/keys/a");
  }

  @Test
  void aPortThatLogsEachRequestGivesEachAnswerItsId() throws Exception {
    serve(new RequestTracing(Long.MAX_VALUE, true));

    assertThat(ask("/keys/a", "").header("X-Request-Id")).matches("[0-9a-f]{1,16}");
    assertThat(log.list).isEmpty();
  }

  @Test
  void theLineOfABugIsFoundByTheIdThatItsClientGot() throws Exception {
    serve(NONE_IS_SLOW);

    String id = ask("/bug", "").header("X-Request-Id");

    await().until(() -> !log.list.isEmpty());
    List<ILoggingEvent> lines = List.copyOf(log.list);
    assertThat(lines)
        .singleElement()
        .extracting(ILoggingEvent::getFormattedMessage)
        .isEqualTo("GET /bug failed, this is a bug (request " + id + ")");
    assertThat(named(lines.get(0))).containsEntry("requestId", id);
  }
}
