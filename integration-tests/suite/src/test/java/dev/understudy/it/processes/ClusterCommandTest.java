package dev.understudy.it.processes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The first command of the README: a cluster to play with, its machines as child processes. */
class ClusterCommandTest {
  private static final int MACHINES = 4;

  @RegisterExtension final Machines machines = Machines.ofEachTest();

  @Test
  void itTellsWhatHappensToItsMachinesAndStopsThemAll() throws IOException {
    int basePort = Ports.firstOfFree(2 * MACHINES);
    MachineUnderTest command =
        machines.machine(
            "cluster",
            List.of(
                "cluster",
                "--machines",
                Integer.toString(MACHINES),
                "--active-size",
                "3",
                "--remove-delay",
                "2",
                "--sync-interval",
                "1",
                "--base-port",
                Integer.toString(basePort),
                "--data-dir",
                machines.directory().resolve("data").toString()));
    command.start();
    ProcessHandle self = handleOf(command);
    try {
      Deadlines.await("a standby behind three peers is told")
          .untilAsserted(
              () ->
                  assertThat(String.join("\n", command.printed()))
                      .contains(
                          "m1 was elected", "m2 has a seat", "m3 has a seat", "m4 is a standby"));
      assertThat(children(self)).hasSize(MACHINES);
      String client = "http://127.0.0.1:" + basePort;
      Deadlines.await("it can be written to")
          .ignoreExceptions()
          .until(() -> Http.putValue(client + "/v2/keys/a", "1").succeeded());

      // The founder leads, and is the machine at the base port.
      ProcessHandle leader =
          children(self).stream()
              .filter(child -> arguments(child).contains("m1"))
              .findFirst()
              .orElseThrow();
      int before = command.printed().size();
      leader.destroyForcibly();
      Deadlines.await("the standby takes the seat")
          .untilAsserted(
              () ->
                  assertThat(tail(command, before))
                      .anyMatch(
                          line ->
                              line.contains("m4 took a seat") || line.contains("m4 has a seat")));
    } finally {
      List<ProcessHandle> children = children(self);
      command.terminate();
      Deadlines.await("every machine has ended")
          .until(() -> children.stream().noneMatch(ProcessHandle::isAlive));
    }
  }

  private static ProcessHandle handleOf(MachineUnderTest command) {
    return ProcessHandle.of(command.pid()).orElseThrow();
  }

  private static List<String> arguments(ProcessHandle process) {
    return process.info().arguments().map(List::of).orElse(List.of());
  }

  private static List<ProcessHandle> children(ProcessHandle process) {
    return process.children().filter(child -> arguments(child).contains("--name")).toList();
  }

  private static List<String> tail(MachineUnderTest command, int from) {
    List<String> printed = command.printed();
    return printed.subList(Math.min(from, printed.size()), printed.size());
  }
}
