package dev.understudy.api;

import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** {@code /metrics} in Prometheus' text format. Reads counters; never blocks. */
final class MetricsHandler {
  private static final int USUAL_BYTES = 8 << 10;

  private final PrometheusRegistry metrics;
  private final PrometheusTextFormatWriter writer =
      PrometheusTextFormatWriter.builder().setIncludeCreatedTimestamps(false).build();

  MetricsHandler(PrometheusRegistry metrics) {
    this.metrics = metrics;
  }

  void metrics(Request request, Response response, Callback callback) {
    String method = request.getMethod();
    if (!HttpMethod.GET.is(method) && !HttpMethod.HEAD.is(method)) {
      Answers.methodNotAllowed(response, "GET,HEAD", callback);
      return;
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream(USUAL_BYTES);
    try {
      writer.write(out, metrics.scrape());
    } catch (IOException e) {
      // An array does not fail to be written to.
      throw new UncheckedIOException(e);
    }
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, PrometheusTextFormatWriter.CONTENT_TYPE);
    Answers.send(response, 200, ByteBuffer.wrap(out.toByteArray()), callback);
  }
}
