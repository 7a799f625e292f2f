package dev.understudy.admin.local;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How much room there is on a terminal. */
record TerminalSize(int rows, int columns) {
  /** What terminals had when they were made of glass; for those that do not tell. */
  private static final TerminalSize USUAL = new TerminalSize(24, 80);

  private static final Pattern STTY_SIZE = Pattern.compile("(\\d{1,4}) (\\d{1,4})\\s*");
  private static final long STTY_TIMEOUT_MILLIS = 2_000;

  /** How many rows a line takes. */
  int rowsOf(String line) {
    return Math.max(1, (line.length() + columns - 1) / columns);
  }

  /**
   * The terminal that this process talks to; empty when it talks to none, or to one that cannot
   * move its cursor.
   *
   * @param termVariable the environment's {@code TERM}, may be null
   */
  static Optional<TerminalSize> ofThisProcess(String termVariable) {
    boolean canDraw =
        System.console() != null
            && termVariable != null
            && !termVariable.isEmpty()
            && !termVariable.equals("dumb");
    return canDraw ? Optional.of(current()) : Optional.empty();
  }

  /** The size of the terminal that this process talks to. Blocks for as long as a program takes. */
  static TerminalSize current() {
    try {
      Process stty =
          new ProcessBuilder("stty", "size")
              .redirectInput(new File("/dev/tty"))
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      String answer = new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      stty.waitFor(STTY_TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
      return parsed(answer);
    } catch (IOException e) {
      return USUAL; // no such program here
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return USUAL;
    }
  }

  static TerminalSize parsed(String sttySize) {
    Matcher matcher = STTY_SIZE.matcher(sttySize);
    if (!matcher.matches()) {
      return USUAL;
    }
    int rows = Integer.parseInt(matcher.group(1));
    int columns = Integer.parseInt(matcher.group(2));
    return rows < 5 || columns < 20 ? USUAL : new TerminalSize(rows, columns);
  }
}
