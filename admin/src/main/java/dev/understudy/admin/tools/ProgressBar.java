package dev.understudy.admin.tools;

import java.io.PrintStream;
import java.util.Locale;

/** How far a transfer has come, on one line that is written over and over; nothing elsewhere. */
final class ProgressBar {
  private static final int CELLS = 30;
  private static final long INTERVAL_NANOS = 100_000_000;

  private final PrintStream err;
  private final boolean terminal;
  private long shownNanos;
  private boolean shown;

  /**
   * @param terminal whether it is one; where it is not, nothing is shown
   */
  ProgressBar(PrintStream err, boolean terminal) {
    this.err = err;
    this.terminal = terminal;
  }

  /**
   * Shows it, ten times a second at most.
   *
   * @param totalBytes negative when unknown
   */
  void show(long bytes, long totalBytes) {
    long now = System.nanoTime();
    if (terminal && (!shown || now - shownNanos >= INTERVAL_NANOS)) {
      shownNanos = now;
      shown = true;
      err.print("\r" + line(bytes, totalBytes));
      err.flush();
    }
  }

  /** Ends the line, at whatever it has come to. */
  void end(long bytes, long totalBytes) {
    if (shown) {
      err.println("\r" + line(bytes, totalBytes));
      shown = false;
    }
  }

  static String line(long bytes, long totalBytes) {
    double megabytes = bytes / 1e6;
    if (totalBytes <= 0) {
      return String.format(Locale.ROOT, "%.1f MB", megabytes);
    }
    double part = Math.min(1.0, (double) bytes / totalBytes);
    int full = (int) (part * CELLS);
    return String.format(
        Locale.ROOT,
        "[%s%s] %3.0f %%  %.1f of %.1f MB",
        "#".repeat(full),
        " ".repeat(CELLS - full),
        100 * part,
        megabytes,
        totalBytes / 1e6);
  }
}
