package dev.understudy.admin.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * One line of a table: two that were measured in turn, several rounds. The k-th round of the one
 * stands beside the k-th of the other, which met about the same conditions.
 *
 * @param line what was measured
 * @param base who the ratios are to
 * @param other whose ratios they are
 * @param rate requests a second of the other, divided by those of the base, for each round
 * @param p50 the same of the median of latency
 * @param p99 the same of latency at 99 of 100
 */
record Comparison(
    String line, String base, String other, List<Double> rate, List<Double> p50, List<Double> p99) {
  /**
   * Pairs results by their labels, {@code LINE/WHO}. The first WHO that is met is the base. Results
   * with other labels, and lines that only one has run, are left out.
   */
  static List<Comparison> of(List<BenchResult> results) {
    Map<String, Map<String, List<BenchResult>>> lines = new LinkedHashMap<>();
    Set<String> names = new LinkedHashSet<>();
    for (BenchResult result : results) {
      int slash = result.label().lastIndexOf('/');
      if (slash > 0) {
        String who = result.label().substring(slash + 1);
        names.add(who);
        lines
            .computeIfAbsent(result.label().substring(0, slash), line -> new LinkedHashMap<>())
            .computeIfAbsent(who, any -> new ArrayList<>())
            .add(result);
      }
    }
    List<Comparison> comparisons = new ArrayList<>();
    List<String> order = List.copyOf(names);
    lines.forEach(
        (line, byName) ->
            order.stream()
                .skip(1)
                .filter(other -> byName.containsKey(order.get(0)) && byName.containsKey(other))
                .forEach(other -> comparisons.add(pair(line, order.get(0), other, byName))));
    return comparisons;
  }

  private static Comparison pair(
      String line, String base, String other, Map<String, List<BenchResult>> byName) {
    List<BenchResult> first = byName.get(base);
    List<BenchResult> second = byName.get(other);
    List<Double> rate = new ArrayList<>();
    List<Double> p50 = new ArrayList<>();
    List<Double> p99 = new ArrayList<>();
    for (int i = 0; i < Math.min(first.size(), second.size()); i++) {
      rate.add(second.get(i).requestsPerSecond() / first.get(i).requestsPerSecond());
      p50.add(second.get(i).latency().p50() / first.get(i).latency().p50());
      p99.add(second.get(i).latency().p99() / first.get(i).latency().p99());
    }
    return new Comparison(line, base, other, List.copyOf(rate), List.copyOf(p50), List.copyOf(p99));
  }

  static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }

  /** The median, and the least and the greatest. */
  static String withSpread(List<Double> values) {
    return String.format(
        Locale.ROOT,
        "%.2f (%.2f–%.2f)",
        median(values),
        values.stream().min(Double::compare).orElseThrow(),
        values.stream().max(Double::compare).orElseThrow());
  }

  static String table(List<Comparison> comparisons) {
    StringBuilder text = new StringBuilder();
    text.append(row("", "", "requests/s", "p50", "p99"));
    for (Comparison each : comparisons) {
      text.append(
          row(
              each.line(),
              each.other() + " / " + each.base(),
              withSpread(each.rate()),
              withSpread(each.p50()),
              withSpread(each.p99())));
    }
    return text.toString().stripTrailing();
  }

  private static String row(String... cells) {
    return String.format(Locale.ROOT, "%-24s %-20s %-20s %-20s %s", (Object[]) cells)
            .stripTrailing()
        + "\n";
  }
}
