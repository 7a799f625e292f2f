package dev.understudy.admin.local;

import dev.understudy.clusterconfig.TerminalText;
import java.io.PrintStream;
import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Shows the table and the history. On a terminal the picture is drawn anew, below the line that
 * commands are typed on; elsewhere every event is one line, and nothing is repeated. For use by
 * many threads.
 */
final class Screen {
  private static final int MAX_HISTORY = 200;

  /** The prompt, and the hint below it. */
  private static final int PROMPT_ROWS = 2;

  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss.SSS");

  // ECMA-48, as every terminal of today knows it.
  private static final String CLEAR_ALL = "\033[2J";
  private static final String TO_PROMPT = "\033[1;1H\033[K> ";
  private static final String TO_PICTURE = "\033[2;1H";
  private static final String CLEAR_LINE = "\033[K";
  private static final String CLEAR_BELOW = "\033[J";
  private static final String KEEP_CURSOR = "\0337";
  private static final String CURSOR_BACK = "\0338";

  private final Supplier<LocalTime> clock;
  private final PrintStream out;
  private Optional<TerminalSize> terminal;
  private final Deque<String> history = new ArrayDeque<>();
  private List<MachineStatus> lastShown = List.of();
  private boolean dirty;
  private boolean over;

  /**
   * @param terminal the terminal's size; empty when there is none
   */
  Screen(PrintStream out, Optional<TerminalSize> terminal, Supplier<LocalTime> clock) {
    this.clock = clock;
    this.out = out;
    this.terminal = terminal;
    if (terminal.isPresent()) {
      out.print(CLEAR_ALL + TO_PROMPT);
      out.flush();
    }
  }

  synchronized boolean isTerminal() {
    return terminal.isPresent();
  }

  /** Something to know, not bound to a time. */
  synchronized void note(String line) {
    tell(line);
  }

  /** Something happened. */
  synchronized void event(String line) {
    tell(clock.get().format(TIME) + "  " + line);
  }

  private void tell(String text) {
    String line = TerminalText.of(text);
    if (!isTerminal()) {
      out.println(line);
      out.flush();
      return;
    }
    history.addFirst(line);
    if (history.size() > MAX_HISTORY) {
      history.removeLast();
    }
    dirty = true;
  }

  /** The terminal has another size now: everything is drawn anew. */
  synchronized void resized(TerminalSize size) {
    if (!over && terminal.isPresent() && !terminal.get().equals(size)) {
      terminal = Optional.of(size);
      out.print(CLEAR_ALL + TO_PROMPT);
      dirty = true;
    }
  }

  /** The last words, below all the rest; nothing is shown any more. */
  synchronized void finish(String lastLine) {
    if (over) {
      return;
    }
    over = true;
    terminal.ifPresent(size -> out.print(row(lastRow(size)) + "\r\n"));
    out.println(lastLine);
    out.flush();
  }

  private static String row(int number) {
    return "\033[" + number + ";1H";
  }

  /** The row of the last line that is shown. */
  private int lastRow(TerminalSize size) {
    return PROMPT_ROWS
        + picture(lastShown, history, below(size)).stream().mapToInt(size::rowsOf).sum();
  }

  /** The machines as they stand now. */
  synchronized void show(List<MachineStatus> machines) {
    boolean changed = !over && (dirty || !machines.equals(lastShown));
    lastShown = List.copyOf(machines);
    dirty = false;
    if (changed && terminal.isPresent()) {
      draw(terminal.get());
    }
  }

  /** The table once more, also where nothing is drawn. */
  synchronized void printTable() {
    if (isTerminal()) {
      dirty = true;
    } else {
      StatusTable.lines(lastShown).forEach(out::println);
      out.flush();
    }
  }

  /** A command was typed: the line for the next one is cleared. */
  synchronized void prompt() {
    if (isTerminal() && !over) {
      out.print(TO_PROMPT);
      out.flush();
      dirty = true;
    }
  }

  private void draw(TerminalSize size) {
    StringBuilder picture = new StringBuilder(KEEP_CURSOR).append(TO_PICTURE);
    picture.append(CLEAR_LINE).append(cut("  " + ClusterCommand.HINT, size)).append("\r\n");
    for (String line : picture(lastShown, history, below(size))) {
      // Cleared first: behind a line that fills its row the cursor still is on its last column.
      rows(line, size).forEach(row -> picture.append(CLEAR_LINE).append(row).append("\r\n"));
    }
    out.print(picture.append(CLEAR_BELOW).append(CURSOR_BACK));
    out.flush();
  }

  /** Not left to the terminal, which would not clear what stood in the rows behind the first. */
  private static Stream<String> rows(String line, TerminalSize size) {
    int columns = size.columns();
    return IntStream.range(0, size.rowsOf(line))
        .mapToObj(
            row -> line.substring(row * columns, Math.min((row + 1) * columns, line.length())));
  }

  private static TerminalSize below(TerminalSize size) {
    return new TerminalSize(size.rows() - PROMPT_ROWS + 1, size.columns());
  }

  private static String cut(String line, TerminalSize size) {
    return line.length() <= size.columns() ? line : line.substring(0, size.columns());
  }

  /**
   * What fits below the prompt: the table, then of the history as much as there is room for, the
   * newest first. A line of the table that is too long is cut; one of the history is broken and
   * takes more rows.
   */
  static List<String> picture(
      List<MachineStatus> machines, Iterable<String> newestFirst, TerminalSize size) {
    List<String> lines = new ArrayList<>();
    StatusTable.lines(machines).stream()
        .limit(size.rows() - 2L)
        .forEach(line -> lines.add(cut(line, size)));
    lines.add("");
    // One row for the prompt, one for the cursor behind the last line.
    int left = size.rows() - 2 - lines.stream().mapToInt(size::rowsOf).sum();
    for (String line : newestFirst) {
      left -= size.rowsOf(line);
      if (left < 0) {
        break;
      }
      lines.add(line);
    }
    return lines;
  }
}
