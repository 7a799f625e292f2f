package dev.understudy.api.http;

import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.Collector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricMetadata;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.Unit;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.eclipse.jetty.server.Server;

/**
 * How many requests a port has answered, and how fast, by method and status: by our names, and by
 * those of etcd's v2 API, whose dashboards then go on. A server has it as an attribute, since a
 * port outlives what answers on it. Any thread.
 */
public final class HttpCounts {
  private static final String ATTRIBUTE = HttpCounts.class.getName();
  private static final String[] LABELS = {"method", "code"};
  private static final double NANOS_PER_SECOND = 1e9;
  private static final int STATUSES = 600;
  private static final int FIRST_ERROR = 400;

  /** Half a millisecond to two seconds, as etcd has them. */
  private static final double FIRST_BOUND_SECONDS = 0.0005;

  private static final int BOUNDS = 13;

  /** A method is what its client says; others than these are counted together. */
  private enum Method {
    GET,
    PUT,
    POST,
    DELETE,
    HEAD,
    OPTIONS,
    OTHER;

    static Method of(String name) {
      return switch (name) {
        case "GET" -> GET;
        case "PUT" -> PUT;
        case "POST" -> POST;
        case "DELETE" -> DELETE;
        case "HEAD" -> HEAD;
        case "OPTIONS" -> OPTIONS;
        default -> OTHER;
      };
    }
  }

  private final Histogram durations =
      Histogram.builder()
          .name("understudy_http_request_duration")
          .unit(Unit.SECONDS)
          .help("From a request's arrival to the beginning of its answer; not of who waits.")
          .labelNames(LABELS)
          .classicOnly()
          .classicExponentialUpperBounds(FIRST_BOUND_SECONDS, 2, BOUNDS)
          .build();
  private final Counter waited =
      Counter.builder()
          .name("understudy_http_waits")
          .help("Answers to requests that wait by their nature, as watches do.")
          .labelNames(LABELS)
          .build();

  /** By method and status, so that none has to be looked up by its names for a request. */
  private final AtomicReferenceArray<DistributionDataPoint> points =
      new AtomicReferenceArray<>(Method.values().length * STATUSES);

  /** Has a port do it. Before it is opened. */
  public void install(Server port) {
    port.setAttribute(ATTRIBUTE, this);
  }

  /** An answer begins. */
  static void answering(HttpExchange exchange, int status) {
    Server server = exchange.request().getConnectionMetaData().getConnector().getServer();
    if (server.getAttribute(ATTRIBUTE) instanceof HttpCounts counts) {
      counts.count(exchange, status);
    }
  }

  private void count(HttpExchange exchange, int status) {
    if (status < 0 || status >= STATUSES) {
      return;
    }
    Method method = Method.of(exchange.method());
    if (exchange.waits()) {
      waited.labelValues(method.name(), Integer.toString(status)).inc();
    } else {
      point(method, status).observe(RequestTracing.nanosSinceArrival(exchange) / NANOS_PER_SECOND);
    }
  }

  private DistributionDataPoint point(Method method, int status) {
    int at = method.ordinal() * STATUSES + status;
    DistributionDataPoint known = points.get(at);
    if (known == null) {
      known = durations.labelValues(method.name(), Integer.toString(status));
      points.set(at, known);
    }
    return known;
  }

  /** Adds them to what {@code /metrics} tells. */
  public void registerWith(PrometheusRegistry registry) {
    registry.register(durations);
    registry.register(waited);
    register(registry, "etcd_http_received_total", this::received);
    register(registry, "etcd_http_failed_total", this::failed);
    register(registry, "etcd_http_successful_duration_seconds", this::successful);
  }

  private static void register(PrometheusRegistry registry, String name, Collector collector) {
    registry.register(
        new Collector() {
          @Override
          public MetricSnapshot collect() {
            return collector.collect();
          }

          @Override
          public String getPrometheusName() {
            return name.replaceFirst("_total$", "");
          }
        });
  }

  private MetricSnapshot received() {
    Map<String, Double> byMethod = new TreeMap<>();
    durations
        .collect()
        .getDataPoints()
        .forEach(point -> byMethod.merge(method(point.getLabels()), count(point), Double::sum));
    waited
        .collect()
        .getDataPoints()
        .forEach(point -> byMethod.merge(method(point.getLabels()), point.getValue(), Double::sum));
    CounterSnapshot.Builder all =
        CounterSnapshot.builder()
            .name("etcd_http_received")
            .help("Requests that were answered, watches too, by method.");
    byMethod.forEach(
        (method, count) ->
            all.dataPoint(
                CounterSnapshot.CounterDataPointSnapshot.builder()
                    .labels(Labels.of("method", method))
                    .value(count)
                    .build()));
    return all.build();
  }

  private MetricSnapshot failed() {
    CounterSnapshot.Builder all =
        CounterSnapshot.builder()
            .name("etcd_http_failed")
            .help("Requests, no watches, that were answered with an error, by method and code.");
    for (HistogramDataPointSnapshot point : durations.collect().getDataPoints()) {
      if (isError(point.getLabels())) {
        all.dataPoint(
            CounterSnapshot.CounterDataPointSnapshot.builder()
                .labels(point.getLabels())
                .value(count(point))
                .build());
      }
    }
    return all.build();
  }

  private MetricSnapshot successful() {
    Map<String, HistogramDataPointSnapshot> byMethod = new TreeMap<>();
    durations.collect().getDataPoints().stream()
        .filter(point -> !isError(point.getLabels()))
        .forEach(
            point -> byMethod.merge(method(point.getLabels()), ofMethod(point), HttpCounts::sum));
    return new HistogramSnapshot(
        new MetricMetadata(
            "etcd_http_successful_duration_seconds",
            "How long requests took, no watches, that were answered without an error, by method."),
        byMethod.values());
  }

  private static HistogramDataPointSnapshot ofMethod(HistogramDataPointSnapshot point) {
    return HistogramDataPointSnapshot.builder()
        .labels(Labels.of("method", method(point.getLabels())))
        .classicHistogramBuckets(point.getClassicBuckets())
        .sum(point.getSum())
        .build();
  }

  /** Of two with the same bounds. */
  private static HistogramDataPointSnapshot sum(
      HistogramDataPointSnapshot one, HistogramDataPointSnapshot two) {
    ClassicHistogramBuckets.Builder buckets = ClassicHistogramBuckets.builder();
    for (int i = 0; i < one.getClassicBuckets().size(); i++) {
      buckets.bucket(
          one.getClassicBuckets().getUpperBound(i),
          one.getClassicBuckets().getCount(i) + two.getClassicBuckets().getCount(i));
    }
    return HistogramDataPointSnapshot.builder()
        .labels(one.getLabels())
        .classicHistogramBuckets(buckets.build())
        .sum(one.getSum() + two.getSum())
        .build();
  }

  private static double count(HistogramDataPointSnapshot point) {
    return point.getCount();
  }

  private static String method(Labels labels) {
    return labels.get(LABELS[0]);
  }

  private static boolean isError(Labels labels) {
    return Integer.parseInt(labels.get(LABELS[1])) >= FIRST_ERROR;
  }
}
