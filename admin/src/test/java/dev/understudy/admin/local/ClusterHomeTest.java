package dev.understudy.admin.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.admin.cli.LocalClusterOptions;
import dev.understudy.admin.cli.LogFormat;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClusterHomeTest {
  @TempDir Path directory;

  private static LocalClusterOptions options(int basePort, Optional<Path> kept) {
    return new LocalClusterOptions(
        1, LocalClusterOptions.DEFAULT_CONFIG, basePort, kept, 0, LogFormat.TEXT, false);
  }

  /** A machine takes this one and the next. */
  private static int freePort() throws IOException {
    while (true) {
      try (ServerSocket first = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
        int port = first.getLocalPort();
        try (ServerSocket second =
            new ServerSocket(port % 65_535 + 1, 1, InetAddress.getLoopbackAddress())) {
          if (second.getLocalPort() == port + 1) {
            return port;
          }
        } catch (BindException e) {
          assertThat(e).isNotNull(); // the next one is another's: look further
        }
      }
    }
  }

  @Test
  void aPortThatIsTakenIsSaidInOneLineBeforeAnythingIsStarted() throws IOException {
    int first = freePort();
    int port = first + 1;
    try (ServerSocket taken = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      assertThat(taken.isBound()).isTrue();
      assertThatThrownBy(() -> ClusterHome.open(options(first, Optional.of(directory))))
          .isInstanceOf(IOException.class)
          .hasMessageContaining(Integer.toString(port))
          .hasMessageContaining("--base-port");
    }
  }

  @Test
  void aSecondClusterInTheSameDirectoryIsToldWhoRunsTheFirst() throws IOException {
    try (ClusterHome first = ClusterHome.open(options(freePort(), Optional.of(directory)))) {
      assertThat(first.usedBefore()).isFalse();
      assertThatThrownBy(() -> ClusterHome.open(options(freePort(), Optional.of(directory))))
          .hasMessageEndingWith("is run by pid " + ProcessHandle.current().pid() + " already");
    }
    Files.createDirectory(directory.resolve("m1"));
    try (ClusterHome next = ClusterHome.open(options(freePort(), Optional.of(directory)))) {
      assertThat(next.usedBefore()).isTrue();
      assertThat(next.fate()).isEqualTo("data in " + directory);
    }
    assertThat(directory).exists();
  }

  @Test
  void withoutADirectoryToKeepEachClusterIsAFreshOne() throws IOException {
    ClusterHome home = ClusterHome.open(options(freePort(), Optional.empty()));
    Files.createDirectory(home.directory().resolve("m1"));
    home.close();
    assertThat(home.directory()).doesNotExist();
    assertThat(home.fate()).contains("--keep");
  }
}
