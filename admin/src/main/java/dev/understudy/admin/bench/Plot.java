package dev.understudy.admin.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;

/** Lines over an axis, as SVG. */
final class Plot {
  private static final int WIDTH = 760;
  private static final int HEIGHT = 240;
  private static final int LEFT = 70;
  private static final int RIGHT = 20;
  private static final int TOP = 24;
  private static final int BOTTOM = 34;
  private static final int TICKS = 5;

  private record Series(String name, String color, double[][] points) {}

  private final String unit;
  private final boolean logarithmic;
  private final List<Series> all = new ArrayList<>();

  /**
   * @param unit of the axis from left to right
   * @param logarithmic whether the axis upwards is
   */
  Plot(String unit, boolean logarithmic) {
    this.unit = unit;
    this.logarithmic = logarithmic;
  }

  /**
   * @param color the name of one of the page's colours
   * @param points x and y of each
   */
  void series(String name, String color, double[][] points) {
    all.add(new Series(name, color, points));
  }

  String svg(String title) {
    StringBuilder svg = new StringBuilder();
    svg.append(
        String.format(
            Locale.ROOT,
            "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">",
            WIDTH,
            HEIGHT,
            HtmlReport.escaped(title)));
    double maxX = max(0, 1);
    double maxY = max(1, 1e-3);
    double minY = logarithmic ? Math.min(maxY / 10, leastPositive()) : 0;
    for (int i = 0; i <= TICKS; i++) {
      double part = (double) i / TICKS;
      double y = TOP + (1 - part) * (HEIGHT - TOP - BOTTOM);
      double value = logarithmic ? minY * Math.pow(maxY / minY, part) : part * maxY;
      svg.append(
          String.format(
              Locale.ROOT,
              "<line x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\" stroke=\"var(--line)\"/>"
                  + "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>",
              LEFT,
              WIDTH - RIGHT,
              y,
              y,
              LEFT - 8,
              y + 4,
              rounded(value)));
      svg.append(
          String.format(
              Locale.ROOT,
              "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>",
              LEFT + part * (WIDTH - LEFT - RIGHT),
              HEIGHT - 12,
              below(part * maxX)));
    }
    int column = LEFT;
    for (Series series : all) {
      line(svg, series, maxX, minY, maxY);
      svg.append(
          String.format(
              Locale.ROOT,
              "<text x=\"%d\" y=\"14\" style=\"fill:var(--%s)\">%s</text>",
              column,
              series.color(),
              HtmlReport.escaped(series.name())));
      column += 90;
    }
    return svg.append("</svg>").toString();
  }

  private void line(StringBuilder svg, Series series, double maxX, double minY, double maxY) {
    svg.append("<polyline fill=\"none\" stroke-width=\"2\" stroke=\"var(--");
    svg.append(series.color()).append(")\" points=\"");
    for (double[] point : series.points()) {
      double part = partOf(point[1], minY, maxY);
      svg.append(
          String.format(
              Locale.ROOT,
              "%.1f,%.1f ",
              LEFT + point[0] / maxX * (WIDTH - LEFT - RIGHT),
              TOP + (1 - part) * (HEIGHT - TOP - BOTTOM)));
    }
    svg.append("\"/>");
  }

  private double partOf(double value, double minY, double maxY) {
    if (!logarithmic) {
      return value / maxY;
    }
    return Math.log(Math.max(value, minY) / minY) / Math.log(maxY / minY);
  }

  private double max(int coordinate, double least) {
    return Math.max(least, values(coordinate).max().orElse(least));
  }

  private double leastPositive() {
    return values(1).filter(value -> value > 0).min().orElse(1e-3);
  }

  private DoubleStream values(int coordinate) {
    return all.stream()
        .flatMap(series -> List.of(series.points()).stream())
        .mapToDouble(point -> point[coordinate]);
  }

  private String below(double x) {
    if (!unit.equals("nines")) {
      return rounded(x) + " " + unit;
    }
    return String.format(Locale.ROOT, "%.4g %%", 100 * (1 - Math.pow(10, -x)));
  }

  private static String rounded(double value) {
    if (value >= 1_000) {
      return String.format(Locale.ROOT, "%,.0f", value);
    }
    return value >= 10
        ? String.format(Locale.ROOT, "%.0f", value)
        : String.format(Locale.ROOT, "%.2f", value);
  }
}
