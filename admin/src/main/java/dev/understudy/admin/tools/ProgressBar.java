package dev.understudy.admin.tools;

import java.io.PrintStream;
import java.util.Locale;
import java.util.function.LongSupplier;

/**
 * How far a transfer has come, on one line of a terminal that is written over and over; nothing
 * elsewhere.
 */
final class ProgressBar {
  private static final int CELLS = 30;
  private static final long INTERVAL_NANOS = 100_000_000;

  private final PrintStream err;
  private final boolean terminal;
  private final LongSupplier nanoClock;
  private long shownNanos;
  private boolean shown;

  /** How many characters of the present line have to be written over. */
  private int columns;

  /**
   * @param terminal whether it is one; where it is not, nothing is shown
   * @param nanoClock as {@link System#nanoTime}
   */
  ProgressBar(PrintStream err, boolean terminal, LongSupplier nanoClock) {
    this.err = err;
    this.terminal = terminal;
    this.nanoClock = nanoClock;
  }

  /**
   * Shows it, ten times a second at most.
   *
   * @param totalBytes negative when unknown
   */
  void show(long bytes, long totalBytes) {
    long now = nanoClock.getAsLong();
    if (terminal && (!shown || now - shownNanos >= INTERVAL_NANOS)) {
      shownNanos = now;
      shown = true;
      draw(line(bytes, totalBytes));
    }
  }

  /**
   * Says what is going on while there is nothing to count, until the next word or {@link #clear}.
   */
  void say(String what) {
    if (terminal) {
      draw(what);
    }
  }

  /** Takes away what was said last. */
  void clear() {
    if (columns > 0) {
      draw("");
      err.print("\r");
      err.flush();
    }
  }

  private void draw(String text) {
    err.print("\r" + text + " ".repeat(Math.max(0, columns - text.length())));
    err.flush();
    columns = text.length();
  }

  /** Ends the line, at whatever it has come to. */
  void end(long bytes, long totalBytes) {
    if (shown) {
      draw(line(bytes, totalBytes));
      err.println();
      columns = 0;
      shown = false;
    }
  }

  static String line(long bytes, long totalBytes) {
    double megabytes = bytes / 1e6;
    if (totalBytes <= 0) {
      return String.format(Locale.ROOT, "%.1f MB", megabytes);
    }
    double part = Math.min(1.0, (double) bytes / totalBytes);
    // Rounded down: what is full must have come to its end.
    int full = (int) (part * CELLS);
    return String.format(
        Locale.ROOT,
        "[%s%s] %3d %%  %.1f of %.1f MB",
        "#".repeat(full),
        " ".repeat(CELLS - full),
        (int) (100 * part),
        megabytes,
        totalBytes / 1e6);
  }
}
