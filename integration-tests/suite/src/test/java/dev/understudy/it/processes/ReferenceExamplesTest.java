package dev.understudy.it.processes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The examples of the reference of requests, run in their order on a machine that is alone. */
class ReferenceExamplesTest {
  private static final Path REFERENCE = Path.of("..", "..", "admin", "docs", "api.md");
  private static final Pattern EXAMPLE = Pattern.compile("(?m)^ {4}curl (.*\\S) +# (\\d{3})$");
  private static final int SECONDS = 30;

  @RegisterExtension static final Machines machines = Machines.ofAllTests();

  @TempDir Path directory;

  @Test
  void everyExampleGetsTheStatusThatStandsBesideIt() throws IOException {
    Tool.require("curl", "Debian: curl");
    Tool shell = Tool.require("bash", "Debian: bash");
    MachineUnderTest machine = machines.machineAt("m1").start().awaitReady();
    Map<String, String> ports = Map.of("C", machine.clientUrl(), "P", machine.peerUrl());
    List<String> different = new ArrayList<>();
    List<MatchResult> examples = EXAMPLE.matcher(Files.readString(REFERENCE)).results().toList();

    for (MatchResult example : examples) {
      String command =
          "curl --silent --max-time 20 --output /dev/null --write-out %{http_code} "
              + example.group(1);
      String status = shell.run(directory, ports, SECONDS, "-c", command).printed();
      if (!status.equals(example.group(2))) {
        different.add(status + ": " + example.group());
      }
    }
    machine.kill();

    assertThat(examples).hasSizeGreaterThan(70);
    assertThat(different).isEmpty();
  }
}
