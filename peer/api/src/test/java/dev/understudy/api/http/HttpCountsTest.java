package dev.understudy.api.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.component.LifeCycle;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HttpCountsTest {
  private final Server server = new Server(new QueuedThreadPool(8, 2));
  private final ServerConnector connector = new ServerConnector(server, 1, 1);
  private final HttpCounts counts = new HttpCounts();
  private RawHttpConnection wire;

  @BeforeEach
  void serve() throws Exception {
    connector.setHost("127.0.0.1");
    server.addConnector(connector);
    counts.install(server);
    server.setHandler(
        new Door(
            Dialect.PLAIN,
            RouteTable.of(
                Route.at("/keys/**").onAny(exchange -> exchange.text(200, "ok")),
                Route.at("/made").onAny(exchange -> exchange.text(201, "ok")),
                Route.at("/watch").on(exchange -> exchange.stream(new OnePiece()).start(), "GET"),
                Route.at("/poll")
                    .on(
                        e -> new LongPoll(e, () -> e.text(200, "late"), () -> {}).start(1),
                        "GET"))));
    server.setStopTimeout(0);
    server.start();
    wire = new RawHttpConnection(connector.getLocalPort());
  }

  @AfterEach
  void stop() {
    wire.close();
    LifeCycle.stop(server);
  }

  private void ask(String method, String path) throws Exception {
    wire.send(method + " " + path + " HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n");
    wire.answer(method);
  }

  private String told() throws Exception {
    PrometheusRegistry registry = new PrometheusRegistry();
    counts.registerWith(registry);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrometheusTextFormatWriter.builder()
        .setIncludeCreatedTimestamps(false)
        .build()
        .write(out, registry.scrape());
    return out.toString(StandardCharsets.UTF_8);
  }

  @Test
  void requestsAreCountedByMethodAndCodeAndByTheNamesOfEtcd() throws Exception {
    ask("GET", "/keys/a");
    ask("GET", "/keys/b");
    ask("GET", "/made");
    ask("GET", "/nowhere");
    ask("PUT", "/keys/a");
    ask("BREW", "/keys/a");

    assertThat(told())
        .contains(
            "\nunderstudy_http_request_duration_seconds_count{code=\"200\",method=\"GET\"} 2\n",
            "\nunderstudy_http_request_duration_seconds_count{code=\"404\",method=\"GET\"} 1\n",
            "\netcd_http_received_total{method=\"GET\"} 4.0\n",
            "\netcd_http_received_total{method=\"PUT\"} 1.0\n",
            "\netcd_http_received_total{method=\"OTHER\"} 1.0\n",
            "\netcd_http_failed_total{code=\"404\",method=\"GET\"} 1.0\n",
            "\netcd_http_successful_duration_seconds_count{method=\"GET\"} 3\n",
            "\netcd_http_successful_duration_seconds_bucket{method=\"PUT\",le=\"+Inf\"} 1\n")
        .doesNotContain("BREW");
  }

  /** An alert for slow answers would fire for each watch. */
  @Test
  void whoWaitsIsCountedAndHasNoDuration() throws Exception {
    ask("GET", "/poll");
    ask("GET", "/watch");

    assertThat(told())
        .contains(
            "\nunderstudy_http_waits_total{code=\"200\",method=\"GET\"} 2.0\n",
            "\netcd_http_received_total{method=\"GET\"} 2.0\n")
        .doesNotContain("duration_seconds_count{");
  }

  private static final class OnePiece implements LiveStream.Source {
    @Override
    public LiveStream.Piece next() {
      return new LiveStream.Piece(BufferUtil.toBuffer("{}"), true);
    }

    @Override
    public void close() {}
  }
}
