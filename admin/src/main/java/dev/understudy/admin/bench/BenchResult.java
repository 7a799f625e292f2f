package dev.understudy.admin.bench;

import dev.understudy.admin.cli.BenchOptions;
import dev.understudy.admin.cli.HostPort;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramIterationValue;

/**
 * What a run has shown, as it is written as JSON. Times are milliseconds.
 *
 * @param openLoop whether requests were due at times of their own, from which latency counts
 * @param latency from when a request was due; in a closed loop from when it was sent
 * @param service from when it was sent
 * @param corrected in a closed loop, service with what long ones have kept from being asked
 * @param failures how often what went wrong, by what
 * @param distribution latency at growing percentiles, for plots
 */
record BenchResult(
    String label,
    String workload,
    List<String> endpoints,
    int connections,
    int valueBytes,
    int keys,
    int ratePerSecond,
    boolean openLoop,
    long requests,
    double seconds,
    double requestsPerSecond,
    Times latency,
    Times service,
    Times corrected,
    Map<String, Long> failures,
    List<Second> perSecond,
    List<Point> distribution) {
  private static final double MILLI = 1e6;

  /** Percentiles of a kind of time. */
  record Times(double p50, double p90, double p99, double p999, double max, double mean) {
    static Times of(Histogram histogram) {
      return new Times(
          millis(histogram.getValueAtPercentile(50)),
          millis(histogram.getValueAtPercentile(90)),
          millis(histogram.getValueAtPercentile(99)),
          millis(histogram.getValueAtPercentile(99.9)),
          millis(histogram.getMaxValue()),
          millis(histogram.getMean()));
    }
  }

  /** One second of the run. */
  record Second(long requests, double p50, double p99, double max) {}

  /** How long so many of a hundred requests took at most. */
  record Point(double percentile, double millis) {}

  static BenchResult of(BenchOptions options, Recording recording) {
    return new BenchResult(
        options.label(),
        options.workload().word(),
        options.endpoints().stream().map(HostPort::toString).toList(),
        options.connections(),
        options.valueBytes(),
        options.keys(),
        options.rate(),
        options.rate() > 0,
        recording.requests(),
        recording.elapsedSeconds(),
        recording.ratePerSecond(),
        Times.of(recording.latency()),
        Times.of(recording.service()),
        Times.of(options.rate() > 0 ? recording.latency() : recording.corrected()),
        new TreeMap<>(recording.failures()),
        recording.seconds().stream().map(BenchResult::second).toList(),
        distribution(recording.latency()));
  }

  private static Second second(Recording.Second second) {
    return new Second(
        second.requests(),
        millis(second.medianNanos()),
        millis(second.p99Nanos()),
        millis(second.maxNanos()));
  }

  private static List<Point> distribution(Histogram histogram) {
    List<Point> points = new ArrayList<>();
    for (HistogramIterationValue value : histogram.percentiles(5)) {
      points.add(
          new Point(value.getPercentileLevelIteratedTo(), millis(value.getValueIteratedTo())));
    }
    return points;
  }

  private static double millis(double nanos) {
    return Math.round(nanos / MILLI * 1_000) / 1_000.0;
  }

  /** How many requests came to nothing. */
  long failed() {
    return failures.values().stream().mapToLong(Long::longValue).sum();
  }
}
