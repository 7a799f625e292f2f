package dev.understudy.admin.bench;

import java.io.PrintStream;
import java.util.List;
import java.util.Locale;

/** One line of a terminal, written over once a second; nothing elsewhere. */
final class Progress {
  private final PrintStream err;
  private final boolean terminal;
  private int columns;

  Progress(PrintStream err, boolean terminal) {
    this.err = err;
    this.terminal = terminal;
  }

  void filling(long done, long all) {
    show(String.format(Locale.ROOT, "writes the keys: %,d of %,d", done, all));
  }

  void running(Recording recording, long nowNanos) {
    List<Recording.Second> seconds = recording.seconds();
    show(seconds.isEmpty() ? "warms up" : line(seconds, recording.failed()));
  }

  static String line(List<Recording.Second> seconds, long failed) {
    Recording.Second last = seconds.get(seconds.size() - 1);
    return String.format(
        Locale.ROOT,
        "%d s: %,d/s, p50 %.2f ms, p99 %.2f ms, longest %.1f ms%s",
        seconds.size(),
        last.requests(),
        last.medianNanos() / 1e6,
        last.p99Nanos() / 1e6,
        last.maxNanos() / 1e6,
        failed == 0 ? "" : String.format(Locale.ROOT, ", %,d failed", failed));
  }

  private void show(String text) {
    if (terminal) {
      err.print("\r" + text + " ".repeat(Math.max(0, columns - text.length())));
      err.flush();
      columns = text.length();
    }
  }

  void end() {
    if (columns > 0) {
      err.print("\r" + " ".repeat(columns) + "\r");
      err.flush();
      columns = 0;
    }
  }
}
