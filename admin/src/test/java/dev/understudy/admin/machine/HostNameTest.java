package dev.understudy.admin.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class HostNameTest {
  private static String first(String... names) {
    return HostName.first(List.of(names).stream().map(n -> (Supplier<String>) () -> n).toList());
  }

  @Test
  void theFirstThatIsANameCounts() {
    assertThat(first("alpha-1\n", "beta")).isEqualTo("alpha-1");
    assertThat(first("", "  ", "beta")).isEqualTo("beta");
    assertThat(first("(none)", "beta")).isEqualTo("beta");
  }

  @Test
  void whatEveryHostMayBeCalledIsNoName() {
    assertThat(first("localhost", "localhost.localdomain", "beta")).isEqualTo("beta");
    assertThat(first("localhost", "")).isEmpty();
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void theKernelKnowsItWithoutALookup() throws Exception {
    String kernel = Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
    assertThat(HostName.find(Map.of())).isEqualTo(first(kernel, HostName.find(Map.of())));
  }
}
