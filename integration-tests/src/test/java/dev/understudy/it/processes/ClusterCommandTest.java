package dev.understudy.it.processes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The first command of the README: a cluster to play with, its machines as child processes. */
class ClusterCommandTest {
  private static final int MACHINES = 4;

  @RegisterExtension final Machines machines = Machines.ofEachTest();

  @Test
  void itTellsWhatHappensToItsMachinesAndStopsThemAll() throws IOException {
    int basePort = Ports.free();
    MachineProcess command =
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
      Promise.await("a standby behind three peers is told")
          .untilAsserted(
              () ->
                  assertThat(String.join("\n", command.printed()))
                      .contains("m1", "m2", "m3", "m4", "leader", "follower", "standby"));
      assertThat(children(self)).hasSize(MACHINES);
      String client = "http://127.0.0.1:" + basePort;
      Promise.await("it can be written to")
          .ignoreExceptions()
          .until(() -> Http.putValue(client + "/v2/keys/a", "1").succeeded());

      // The founder leads, and is the machine at the base port.
      ProcessHandle leader =
          children(self).stream().filter(child -> isNamed(child, "m1")).findFirst().orElseThrow();
      int before = command.printed().size();
      leader.destroyForcibly();
      Promise.await("the standby takes the seat")
          .untilAsserted(
              () ->
                  assertThat(tail(command, before))
                      .anyMatch(line -> line.contains("m4") && line.contains("seat")));
    } finally {
      List<ProcessHandle> children = children(self);
      assertThat(command.terminate()).isZero();
      Promise.await("every machine has ended")
          .until(() -> children.stream().noneMatch(ProcessHandle::isAlive));
    }
  }

  private static ProcessHandle handleOf(MachineProcess command) {
    return ProcessHandle.current()
        .children()
        .filter(child -> isGiven(child, command.option("--base-port")))
        .findFirst()
        .orElseThrow();
  }

  private static boolean isGiven(ProcessHandle process, Optional<String> argument) {
    return argument.isPresent() && arguments(process).contains(argument.get());
  }

  private static boolean isNamed(ProcessHandle process, String name) {
    List<String> arguments = arguments(process);
    int at = arguments.indexOf("--name");
    return at >= 0 && arguments.get(at + 1).equals(name);
  }

  private static List<String> arguments(ProcessHandle process) {
    return process.info().arguments().map(List::of).orElse(List.of());
  }

  private static List<ProcessHandle> children(ProcessHandle process) {
    return process.children().filter(child -> isNamedAtAll(child)).toList();
  }

  private static boolean isNamedAtAll(ProcessHandle process) {
    return arguments(process).contains("--name");
  }

  private static List<String> tail(MachineProcess command, int from) {
    List<String> printed = command.printed();
    return printed.subList(Math.min(from, printed.size()), printed.size());
  }
}
