package dev.understudy.admin.local;

import dev.understudy.clusterconfig.TerminalText;
import java.util.ArrayList;
import java.util.List;

/** The table of the machines as lines of text. */
final class StatusTable {
  private static final String FORM = "%-10s %8s  %-7s %-11s %5s %8s  %s";

  private StatusTable() {}

  static List<String> lines(List<MachineStatus> machines) {
    List<String> lines = new ArrayList<>();
    lines.add(
        FORM.formatted("machine", "pid", "mode", "role", "term", "applied", "client URL")
            .stripTrailing());
    for (MachineStatus machine : machines) {
      lines.add(line(machine));
    }
    return lines;
  }

  static String line(MachineStatus machine) {
    return FORM.formatted(
            TerminalText.of(machine.name()),
            machine.pid() == 0 ? "-" : Long.toString(machine.pid()),
            machine.role().mode(),
            machine.role().word(),
            known(machine.term()),
            known(machine.applied()),
            TerminalText.of(machine.clientUrl()))
        .stripTrailing();
  }

  private static String known(long value) {
    return value < 0 ? "-" : Long.toString(value);
  }
}
