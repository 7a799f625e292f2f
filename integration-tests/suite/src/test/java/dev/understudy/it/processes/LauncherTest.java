package dev.understudy.it.processes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The directory that the build makes beside the jar. */
class LauncherTest {
  private static final Map<String, String> THIS_JAVA =
      Map.of("JAVA_HOME", System.getProperty("java.home"));

  @TempDir Path directory;
  private Tool launcher;

  /** As it is installed: called by a link of another name, from anywhere. */
  @BeforeEach
  void link() throws IOException {
    Path script =
        Path.of(MachineUnderTest.THIS_BUILD)
            .toAbsolutePath()
            .resolveSibling("understudy/bin/understudy");
    launcher = Tool.at(Files.createSymbolicLink(directory.resolve("us"), script));
  }

  @Test
  void itStartsTheProgramAndSaysNothingItself() {
    Tool.Result result = launcher.run(directory, THIS_JAVA, 60, "--version");
    assertThat(result.exit()).isZero();
    assertThat(result.printed()).matches("understudy \\S+\\s*");
  }

  @Test
  void theClassesComeOutOfTheArchiveOfThisBuild() {
    assertThat(printedWith("-Xlog:class+load=info:stderr"))
        .containsPattern("dev\\.understudy\\.admin\\.Main source: shared objects file");
  }

  @Test
  void memoryIsGivenBackInQuietMinutesUnlessItsUserSaysOtherwise() {
    assertThat(printedWith("-XX:+PrintFlagsFinal"))
        .containsPattern("G1PeriodicGCInterval += 60000 ")
        .containsPattern("MaxHeapFreeRatio += 40 ");
    assertThat(printedWith("-XX:+PrintFlagsFinal -XX:G1PeriodicGCInterval=0"))
        .containsPattern("G1PeriodicGCInterval += 0 ");
  }

  private String printedWith(String options) {
    Map<String, String> environment =
        Map.of("JAVA_HOME", THIS_JAVA.get("JAVA_HOME"), "JAVA_OPTS", options);
    return launcher.run(directory, environment, 60, "--version").printed();
  }
}
