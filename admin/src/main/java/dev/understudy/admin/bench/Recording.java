package dev.understudy.admin.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/**
 * What came of requests: how long each took, whole and second by second.
 *
 * <p>A request that was due at some time counts from that time, sent or not: a server that stalls
 * holds up all that are due meanwhile, and a client that waits with asking until it has recovered
 * would leave them out (Gil Tene's <i>coordinated omission</i>). Without times at which requests
 * are due that cannot be known; then {@link #corrected} fills in what the clients would have asked
 * had they gone on as on the average.
 *
 * <p>One thread.
 */
final class Recording {
  private static final long LONGEST_NANOS = 600_000_000_000L;
  private static final int DIGITS = 3;
  private static final long SECOND_NANOS = 1_000_000_000;

  /** One second of a run; times in nanoseconds. */
  record Second(long requests, long medianNanos, long p99Nanos, long maxNanos) {}

  private final Histogram latency = new Histogram(LONGEST_NANOS, DIGITS);
  private final Histogram service = new Histogram(LONGEST_NANOS, DIGITS);
  private final Histogram second = new Histogram(LONGEST_NANOS, DIGITS);
  private final List<Second> seconds = new ArrayList<>();
  private final Map<String, Long> failures = new TreeMap<>();
  private final long startNanos;
  private long endNanos;
  private long secondEndsNanos;

  Recording(long startNanos) {
    this.startNanos = startNanos;
    this.endNanos = startNanos;
    this.secondEndsNanos = startNanos + SECOND_NANOS;
  }

  /** A request was answered as it should be. Not recorded if it was due before the start. */
  void answered(long dueNanos, long sentNanos, long nowNanos) {
    if (dueNanos < startNanos) {
      return;
    }
    closeSeconds(nowNanos);
    long took = Math.min(LONGEST_NANOS, Math.max(0, nowNanos - dueNanos));
    latency.recordValue(took);
    second.recordValue(took);
    service.recordValue(Math.min(LONGEST_NANOS, Math.max(0, nowNanos - sentNanos)));
    endNanos = nowNanos;
  }

  /** One was not: refused, broken off, or never answered. */
  void failed(String how, long nowNanos) {
    if (nowNanos >= startNanos) {
      failures.merge(how, 1L, Long::sum);
    }
  }

  /** Nothing more comes. */
  void end(long nowNanos) {
    closeSeconds(nowNanos);
    endNanos = Math.max(endNanos, nowNanos);
  }

  private void closeSeconds(long nowNanos) {
    while (nowNanos >= secondEndsNanos) {
      seconds.add(
          new Second(
              second.getTotalCount(),
              second.getValueAtPercentile(50),
              second.getValueAtPercentile(99),
              second.getMaxValue()));
      second.reset();
      secondEndsNanos += SECOND_NANOS;
    }
  }

  long requests() {
    return latency.getTotalCount();
  }

  long failed() {
    return failures.values().stream().mapToLong(Long::longValue).sum();
  }

  Map<String, Long> failures() {
    return Map.copyOf(failures);
  }

  /** The whole seconds so far. */
  List<Second> seconds() {
    return List.copyOf(seconds);
  }

  double elapsedSeconds() {
    return (endNanos - startNanos) / 1e9;
  }

  double ratePerSecond() {
    return elapsedSeconds() <= 0 ? 0 : requests() / elapsedSeconds();
  }

  /** From when each was due. */
  Histogram latency() {
    return latency;
  }

  /** From when each was sent. */
  Histogram service() {
    return service;
  }

  /** Service times, and beside each that is longer than the average what was left out by it. */
  Histogram corrected() {
    long usual = Math.max(1, Math.round(service.getMean()));
    return service.copyCorrectedForCoordinatedOmission(usual);
  }
}
