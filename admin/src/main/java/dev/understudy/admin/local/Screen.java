package dev.understudy.admin.local;

import java.io.PrintStream;
import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Shows the table and the history. On a terminal the picture is drawn anew; elsewhere every event
 * is one line, and nothing is repeated. For use by many threads.
 */
final class Screen {
  private static final int HISTORY_LINES = 15;
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss.SSS");
  private static final String HOME = "\033[H";
  private static final String CLEAR_LINE = "\033[K";
  private static final String CLEAR_BELOW = "\033[J";

  private final PrintStream out;
  private final boolean isTerminal;
  private final List<String> fixed = new ArrayList<>();
  private final Deque<String> history = new ArrayDeque<>();
  private List<Standing> lastDrawn = List.of();
  private boolean dirty = true;

  Screen(PrintStream out, boolean isTerminal) {
    this.out = out;
    this.isTerminal = isTerminal;
  }

  /** A line that stays: on a terminal below the table, elsewhere printed once. */
  synchronized void note(String line) {
    if (isTerminal) {
      fixed.add(line);
      dirty = true;
    } else {
      print(line);
    }
  }

  /** Something happened. */
  synchronized void event(String line) {
    String stamped = LocalTime.now().format(TIME) + "  " + line;
    if (!isTerminal) {
      print(stamped);
      return;
    }
    history.addLast(stamped);
    if (history.size() > HISTORY_LINES) {
      history.removeFirst();
    }
    dirty = true;
  }

  /** The machines as they stand now. */
  synchronized void show(List<Standing> machines) {
    if (isTerminal && (dirty || !machines.equals(lastDrawn))) {
      draw(machines);
    }
    lastDrawn = List.copyOf(machines);
    dirty = false;
  }

  /** The table once, as lines. */
  synchronized void printTable() {
    if (isTerminal) {
      dirty = true;
    } else {
      Table.lines(lastDrawn).forEach(out::println);
      out.flush();
    }
  }

  private void draw(List<Standing> machines) {
    List<String> lines = new ArrayList<>(Table.lines(machines));
    lines.add("");
    lines.addAll(fixed);
    lines.add("");
    lines.addAll(history);
    StringBuilder picture = new StringBuilder(HOME);
    lines.forEach(line -> picture.append(line).append(CLEAR_LINE).append('\n'));
    // What is being typed stays on the line below the picture.
    picture.append("> ").append(CLEAR_BELOW);
    out.print(picture);
    out.flush();
  }

  private void print(String line) {
    out.println(line);
    out.flush();
  }

  /** Whether a picture can be drawn: somebody sees it, on something that knows where "home" is. */
  static boolean isTerminal(String termVariable) {
    return System.console() != null
        && termVariable != null
        && !termVariable.isEmpty()
        && !termVariable.equals("dumb");
  }
}
