package dev.understudy.admin.bench;

import java.util.Locale;
import java.util.Map;

/** A result as a table for a terminal. */
final class TextReport {
  private TextReport() {}

  static String of(BenchResult result) {
    StringBuilder text = new StringBuilder();
    line(text, "%s: %s at %s", result.label(), result.workload(), endpoints(result));
    line(
        text,
        "%,d connections, values of %,d bytes, %,d keys, %s",
        result.connections(),
        result.valueBytes(),
        result.keys(),
        result.openLoop()
            ? String.format(Locale.ROOT, "open loop of %,d/s", result.ratePerSecond())
            : "closed loop");
    line(
        text,
        "%,d answered in %.1f s: %,.1f/s",
        result.requests(),
        result.seconds(),
        result.requestsPerSecond());
    for (Map.Entry<String, Long> failure : result.failures().entrySet()) {
      line(text, "%,d failed: %s", failure.getValue(), failure.getKey());
    }
    line(text, "");
    line(
        text,
        "%-34s%9s%9s%9s%9s%10s%9s",
        "milliseconds",
        "p50",
        "p90",
        "p99",
        "p99.9",
        "longest",
        "mean");
    if (result.openLoop()) {
      times(text, "from when it was due", result.latency());
      times(text, "from when it was sent", result.service());
    } else {
      times(text, "as the clients had it", result.latency());
      times(text, "corrected for omitted requests", result.corrected());
    }
    return text.toString().stripTrailing();
  }

  private static String endpoints(BenchResult result) {
    return String.join(", ", result.endpoints());
  }

  private static void times(StringBuilder text, String what, BenchResult.Times times) {
    line(
        text,
        "%-34s%9.3f%9.3f%9.3f%9.3f%10.3f%9.3f",
        what,
        times.p50(),
        times.p90(),
        times.p99(),
        times.p999(),
        times.max(),
        times.mean());
  }

  private static void line(StringBuilder text, String format, Object... values) {
    text.append(String.format(Locale.ROOT, format, values)).append('\n');
  }
}
