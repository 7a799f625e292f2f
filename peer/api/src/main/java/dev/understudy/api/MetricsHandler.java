package dev.understudy.api;

import dev.understudy.api.http.HttpExchange;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;

/** {@code /metrics} in Prometheus' text format. Reads counters; never blocks. */
final class MetricsHandler {
  private static final int USUAL_BYTES = 8 << 10;

  private final PrometheusRegistry metrics;
  private final PrometheusTextFormatWriter writer =
      PrometheusTextFormatWriter.builder().setIncludeCreatedTimestamps(false).build();

  MetricsHandler(PrometheusRegistry metrics) {
    this.metrics = metrics;
  }

  void metrics(HttpExchange exchange) {
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
