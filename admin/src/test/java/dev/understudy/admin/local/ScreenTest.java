package dev.understudy.admin.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.admin.local.MachineStatus.Role;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.LocalTime;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ScreenTest {
  private static final MachineStatus M1 =
      new MachineStatus("m1", 1, Role.LEADER, 2, 10, "http://m1");
  private static final TerminalSize SMALL = new TerminalSize(8, 80);

  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

  private Screen screen(Optional<TerminalSize> terminal) {
    return new Screen(
        new PrintStream(printed, true, StandardCharsets.UTF_8), terminal, LocalTime::now);
  }

  private String takePrinted() {
    String text = printed.toString(StandardCharsets.UTF_8);
    printed.reset();
    return text;
  }

  @Test
  void withoutATerminalEventsAreLinesAndTheTableIsPrintedOnlyWhenAskedFor() {
    Screen screen = screen(Optional.empty());
    screen.show(List.of(M1));
    assertThat(takePrinted()).isEmpty();

    screen.event("m1 died");
    assertThat(takePrinted()).endsWith("  m1 died" + System.lineSeparator());
    screen.printTable();
    assertThat(takePrinted().lines()).hasSize(2);
  }

  @Test
  void aTerminalIsDrawnAnewOnlyWhenSomethingChanged() {
    Screen screen = screen(Optional.of(SMALL));
    screen.show(List.of(M1));
    assertThat(takePrinted()).contains("leader").contains("\033[J");

    screen.show(List.of(M1));
    assertThat(takePrinted()).isEmpty();
    screen.event("m1 died");
    screen.show(List.of(M1));
    assertThat(takePrinted()).contains("m1 died");
  }

  @Test
  void whatIsBeingTypedKeepsItsPlace() {
    Screen screen = screen(Optional.of(SMALL));
    takePrinted();

    screen.show(List.of(M1));

    assertThat(takePrinted()).startsWith("\0337").endsWith("\0338");
  }

  @Test
  void thePictureNeverOutgrowsTheTerminal() {
    String long200 = "x".repeat(200);

    assertThat(Screen.picture(List.of(M1), List.of("a", "b", "c", "d", "e"), SMALL))
        .hasSize(6)
        .endsWith("a", "b", "c");
    assertThat(Screen.picture(List.of(M1), List.of(long200, "b"), SMALL))
        .hasSize(4)
        .endsWith(long200);
  }

  /** What was there shines through otherwise. */
  @Test
  void everyRowOfALineThatTakesSeveralIsClearedFirst() {
    Screen screen = screen(Optional.of(new TerminalSize(20, 80)));
    screen.note("x".repeat(80) + "y".repeat(80) + "z");
    screen.show(List.of(M1));
    assertThat(takePrinted())
        .contains(
            "\033[K" + "x".repeat(80) + "\r\n\033[K" + "y".repeat(80) + "\r\n\033[Kz\r\n\033[J");
  }

  @Test
  void aTerminalThatHasAnotherSizeIsDrawnAnew() {
    Screen screen = screen(Optional.of(SMALL));
    screen.show(List.of(M1));
    takePrinted();

    screen.resized(SMALL);
    screen.show(List.of(M1));
    assertThat(takePrinted()).isEmpty();
    screen.resized(new TerminalSize(20, 40));
    screen.show(List.of(M1));
    assertThat(takePrinted()).contains("\033[2J").contains("leader").doesNotContain("http://m1");
  }

  @Test
  void theLastLineIsBelowThePictureAndIsTheLast() {
    Screen screen = screen(Optional.of(SMALL));
    screen.event("m1 died");
    screen.show(List.of(M1));
    takePrinted();

    screen.finish("stopped 1 machines");
    assertThat(takePrinted())
        .as("prompt, hint, two rows of table, an empty one, one event")
        .isEqualTo("\033[6;1H\r\nstopped 1 machines" + System.lineSeparator());
    screen.event("m1 died again");
    screen.show(List.of());
    screen.prompt();
    assertThat(takePrinted()).isEmpty();
  }

  @Test
  void theCommandsAreInALineOfTheirOwnWhateverHappens() {
    Screen screen = screen(Optional.of(SMALL));
    for (int i = 0; i < 30; i++) {
      screen.event("event " + i);
    }
    screen.show(List.of(M1));
    assertThat(takePrinted()).contains(ClusterCommand.HINT);
  }

  @Test
  void aTableThatIsTooTallOrTooWideIsCut() {
    assertThat(Screen.picture(Collections.nCopies(50, M1), List.of("a"), SMALL))
        .hasSize(7)
        .last()
        .isEqualTo("");
    assertThat(Screen.picture(List.of(M1), List.of(), new TerminalSize(8, 30)))
        .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(30));
  }

  @Test
  void aSizeThatIsNoneIsTheUsualOne() {
    assertThat(TerminalSize.parsed("50 132\n")).isEqualTo(new TerminalSize(50, 132));
    assertThat(TerminalSize.parsed("0 0\n")).isEqualTo(new TerminalSize(24, 80));
    assertThat(TerminalSize.parsed("")).isEqualTo(new TerminalSize(24, 80));
  }
}
