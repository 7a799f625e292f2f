package dev.understudy.admin.bench;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Results with plots in one HTML file, which asks nobody for anything. */
final class HtmlReport {
  private static final String STYLE =
      """
      :root { color-scheme: light dark; --fg: #1d2330; --bg: #ffffff; --dim: #68707f;
        --line: #d9dde5; --a: #2563c9; --b: #c2410c; --c: #15803d; --d: #7c3aed; }
      @media (prefers-color-scheme: dark) { :root { --fg: #e6e9ef; --bg: #14171d; --dim: #97a0b0;
        --line: #333945; --a: #7aa7f7; --b: #f59e6c; --c: #6fcf97; --d: #b794f6; } }
      body { font: 15px/1.5 system-ui, sans-serif; color: var(--fg); background: var(--bg);
        max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
      h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2.2rem; }
      table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
      .wide { overflow-x: auto; }
      th, td { text-align: right; padding: .25rem .7rem; border-bottom: 1px solid var(--line); }
      th:first-child, td:first-child { text-align: left; }
      p.note { color: var(--dim); } figure { margin: 1rem 0; } figcaption { color: var(--dim); }
      svg { width: 100%; height: auto; } svg text { fill: var(--dim); font-size: 12px; }
      """;

  private HtmlReport() {}

  /**
   * @param comparisons ratios to begin with; none for a single result
   */
  static String of(List<BenchResult> results, List<Comparison> comparisons) {
    StringBuilder html = new StringBuilder();
    html.append("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n");
    html.append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    html.append("<title>understudy bench</title>\n<style>\n").append(STYLE).append("</style>");
    html.append("</head><body>\n<h1>understudy bench</h1>\n");
    if (!comparisons.isEmpty()) {
      compare(html, comparisons);
    }
    summary(html, results);
    results.forEach(result -> section(html, result));
    return html.append("</body></html>\n").toString();
  }

  private static void compare(StringBuilder html, List<Comparison> comparisons) {
    html.append("<h2>Side by side</h2><div class=\"wide\"><table><tr><th></th><th></th>");
    html.append("<th>requests/s</th><th>p50</th><th>p99</th><th>rounds</th></tr>\n");
    for (Comparison each : comparisons) {
      row(
          html,
          each.line(),
          each.other() + " / " + each.base(),
          Comparison.withSpread(each.rate()),
          Comparison.withSpread(each.p50()),
          Comparison.withSpread(each.p99()),
          Integer.toString(each.rate().size()));
    }
    html.append("</table></div><p class=\"note\">Ratios: the median of the rounds, and the least");
    html.append(" and the greatest of them.</p>\n");
  }

  private static void summary(StringBuilder html, List<BenchResult> results) {
    html.append("<h2>All runs</h2><div class=\"wide\"><table><tr><th></th><th>requests/s</th>");
    html.append("<th>p50 ms</th><th>p99 ms</th><th>p99.9 ms</th><th>longest ms</th>");
    html.append("<th>failed</th></tr>\n");
    for (BenchResult result : results) {
      row(
          html,
          result.label(),
          number(result.requestsPerSecond(), 0),
          number(result.latency().p50(), 2),
          number(result.latency().p99(), 2),
          number(result.latency().p999(), 2),
          number(result.latency().max(), 1),
          Long.toString(result.failed()));
    }
    html.append("</table></div>\n");
  }

  private static void section(StringBuilder html, BenchResult result) {
    html.append("<h2>").append(escaped(result.label())).append("</h2><p>");
    html.append(
        escaped(
            String.format(
                Locale.ROOT,
                "%s, %,d connections, values of %,d bytes, %,d keys, %s, at %s: %,d answered in"
                    + " %.1f s.",
                result.workload(),
                result.connections(),
                result.valueBytes(),
                result.keys(),
                result.openLoop() ? "open loop of " + result.ratePerSecond() + "/s" : "closed loop",
                String.join(", ", result.endpoints()),
                result.requests(),
                result.seconds())));
    html.append("</p>\n");
    for (Map.Entry<String, Long> failure : result.failures().entrySet()) {
      html.append("<p>").append(failure.getValue()).append(" failed: ");
      html.append(escaped(failure.getKey())).append("</p>\n");
    }
    figure(html, "Requests a second", rate(result));
    figure(html, "Latency in milliseconds, second by second: median and p99", latency(result));
    figure(html, "Latency in milliseconds by percentile", distribution(result));
  }

  private static Plot rate(BenchResult result) {
    Plot plot = new Plot("s", false);
    plot.series("requests/s", "a", seconds(result, second -> second.requests()));
    return plot;
  }

  private static Plot latency(BenchResult result) {
    Plot plot = new Plot("s", true);
    plot.series("p50", "a", seconds(result, BenchResult.Second::p50));
    plot.series("p99", "b", seconds(result, BenchResult.Second::p99));
    return plot;
  }

  private interface Value {
    double of(BenchResult.Second second);
  }

  private static double[][] seconds(BenchResult result, Value value) {
    double[][] points = new double[result.perSecond().size()][];
    for (int i = 0; i < points.length; i++) {
      points[i] = new double[] {i + 1, value.of(result.perSecond().get(i))};
    }
    return points;
  }

  /** The axis counts nines, as the tail is what is of interest: 90, 99, 99.9. */
  private static Plot distribution(BenchResult result) {
    Plot plot = new Plot("nines", true);
    double[][] points =
        result.distribution().stream()
            .filter(point -> point.percentile() < 100)
            .map(point -> new double[] {-Math.log10(1 - point.percentile() / 100), point.millis()})
            .toArray(double[][]::new);
    plot.series("latency", "c", points);
    return plot;
  }

  private static void figure(StringBuilder html, String caption, Plot plot) {
    html.append("<figure>").append(plot.svg(caption));
    html.append("<figcaption>").append(escaped(caption)).append("</figcaption></figure>\n");
  }

  private static void row(StringBuilder html, String... cells) {
    html.append("<tr>");
    for (String cell : cells) {
      html.append("<td>").append(escaped(cell)).append("</td>");
    }
    html.append("</tr>\n");
  }

  static String number(double value, int digits) {
    return String.format(Locale.ROOT, "%,." + digits + "f", value);
  }

  static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
