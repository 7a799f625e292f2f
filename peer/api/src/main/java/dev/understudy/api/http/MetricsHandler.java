package dev.understudy.api.http;

import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;

/** {@code /metrics} in Prometheus' text format. Reads counters; never blocks. */
public final class MetricsHandler {
  private static final int USUAL_BYTES = 8 << 10;

  private final PrometheusRegistry metrics;
  private final PrometheusTextFormatWriter writer =
      PrometheusTextFormatWriter.builder().setIncludeCreatedTimestamps(false).build();

  /** Answers with what this registry holds at the time. */
  public MetricsHandler(PrometheusRegistry metrics) {
    this.metrics = metrics;
  }

  /** Answers a scrape. */
  public void metrics(HttpExchange exchange) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(USUAL_BYTES);
    try {
      writer.write(out, metrics.scrape());
    } catch (IOException e) {
      // An array does not fail to be written to.
      throw new UncheckedIOException(e);
    }
    exchange.addHeader("Content-Type", PrometheusTextFormatWriter.CONTENT_TYPE);
    exchange.send(200, ByteBuffer.wrap(out.toByteArray()));
  }
}
