package dev.understudy.raft;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Counts what has been run. */
final class ScriptCount {
  private record Line(int files, int cases, int withLog) {}

  private final Map<String, Line> families = new TreeMap<>();
  private final Map<String, Integer> directives = new TreeMap<>();

  void add(String family, List<ScriptCase> cases) {
    int withLog = (int) cases.stream().filter(each -> hasLog(each.expected())).count();
    families.merge(
        family,
        new Line(1, cases.size(), withLog),
        (a, b) -> new Line(a.files + b.files, a.cases + b.cases, a.withLog + b.withLog));
    cases.forEach(each -> directives.merge(each.command(), 1, Integer::sum));
  }

  int total() {
    return families.values().stream().mapToInt(Line::cases).sum();
  }

  private static boolean hasLog(String expected) {
    return expected.lines().anyMatch(line -> line.matches("^ *(DEBUG|INFO|WARN|ERROR|FATAL) .*"));
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    families.forEach(
        (family, line) ->
            text.append(
                String.format(
                    "  %-12s %3d files %4d directives, %d of them with log lines%n",
                    family, line.files, line.cases, line.withLog)));
    text.append(String.format("  %-12s %14d directives%n", "together", total()));
    directives.forEach((name, uses) -> text.append(String.format("    %-32s %5d%n", name, uses)));
    return text.toString();
  }
}
