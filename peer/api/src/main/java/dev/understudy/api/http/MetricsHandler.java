package dev.understudy.api.http;

import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.instrumentation.jvm.JvmBufferPoolMetrics;
import io.prometheus.metrics.instrumentation.jvm.JvmGarbageCollectorMetrics;
import io.prometheus.metrics.instrumentation.jvm.JvmMemoryMetrics;
import io.prometheus.metrics.instrumentation.jvm.JvmRuntimeInfoMetric;
import io.prometheus.metrics.instrumentation.jvm.JvmThreadsMetrics;
import io.prometheus.metrics.instrumentation.jvm.ProcessMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;

/**
 * {@code /metrics} in Prometheus' text format: what one server tells, and the process that it runs
 * in, by the names that all programs use. Reads counters and a few files of {@code /proc}.
 */
public final class MetricsHandler {
  private static final int USUAL_BYTES = 32 << 10;

  private final PrometheusRegistry metrics;

  /** Of the process; null before the first scrape, since a start has no time for it. */
  private PrometheusRegistry process;

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
      writer.write(out, process().scrape());
    } catch (IOException e) {
      // An array does not fail to be written to.
      throw new UncheckedIOException(e);
    }
    exchange.addHeader("Content-Type", PrometheusTextFormatWriter.CONTENT_TYPE);
    exchange.send(200, ByteBuffer.wrap(out.toByteArray()));
  }

  /** Without what would have to be taken back when this server ends. */
  private synchronized PrometheusRegistry process() {
    if (process == null) {
      process = new PrometheusRegistry();
      ProcessMetrics.builder().register(process);
      JvmMemoryMetrics.builder().register(process);
      JvmBufferPoolMetrics.builder().register(process);
      JvmGarbageCollectorMetrics.builder().register(process);
      JvmThreadsMetrics.builder().register(process);
      JvmRuntimeInfoMetric.builder().register(process);
    }
    return process;
  }
}
