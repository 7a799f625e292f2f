package dev.understudy.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServiceNoticesTest {
  private static final long PID = 42;

  @TempDir Path directory;

  private Path program;
  private Path told;

  @BeforeEach
  void makeProgram() throws IOException {
    told = directory.resolve("told");
    program =
        Files.createFile(
            directory.resolve("notify"),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
    Files.writeString(program, "#!/bin/sh\necho \"$*\" >>" + told + "\n");
  }

  private ServiceNotices notices(Map<String, String> environment) {
    return new ServiceNotices(environment, program.toString(), PID);
  }

  @Test
  void systemdIsToldThatItIsReadyAndThatItRuns() throws Exception {
    ServiceNotices notices =
        notices(
            Map.of("NOTIFY_SOCKET", "/run/x", "WATCHDOG_USEC", "60000000", "WATCHDOG_PID", "42"));

    notices.ready();
    notices.alive();

    assertThat(Files.readAllLines(told)).containsExactly("--ready", "WATCHDOG=1");
    assertThat(notices.intervalMillis()).isEqualTo(30_000);
  }

  @Test
  void withoutSystemdNobodyIsTold() throws Exception {
    for (Map<String, String> environment :
        List.of(Map.<String, String>of(), Map.of("WATCHDOG_USEC", "60000000"))) {
      notices(environment).ready();

      assertThat(told).doesNotExist();
      assertThat(notices(environment).intervalMillis()).isEqualTo(Long.MAX_VALUE);
    }
  }

  @Test
  void aWatchdogThatIsNotAskedForIsNotFed() {
    for (String micros : List.of("0", "", "often")) {
      Map<String, String> unit = Map.of("NOTIFY_SOCKET", "/run/x", "WATCHDOG_USEC", micros);
      assertThat(notices(unit).intervalMillis()).isEqualTo(Long.MAX_VALUE);
    }
    Map<String, String> anothers =
        Map.of("NOTIFY_SOCKET", "/run/x", "WATCHDOG_USEC", "60000000", "WATCHDOG_PID", "7");
    assertThat(notices(anothers).intervalMillis()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void aMachineRunsOnWhereTheProgramIsMissingOrFails() throws Exception {
    Map<String, String> unit = Map.of("NOTIFY_SOCKET", "/run/x");
    new ServiceNotices(unit, directory.resolve("none").toString(), PID).ready();
    Files.writeString(program, "#!/bin/sh\nexit 1\n");
    notices(unit).ready();
  }
}
