package dev.understudy.admin.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LoginTest {
  private static final Map<String, String> NOTHING = Map.of();

  private static Optional<Login> read(
      List<String> args, Map<String, String> environment, String typed) throws UsageException {
    GivenOptions given =
        GivenOptions.parse(args, Map.of(Login.OPTION, true), Optional.empty(), remark -> {});
    return Login.read(given, environment, user -> Optional.ofNullable(typed));
  }

  @Test
  void aPasswordComesWithTheNameOrFromTheEnvironmentOrIsAskedFor() throws UsageException {
    assertThat(read(List.of("--user", "joe:a:b"), Map.of("UNDERSTUDY_PASSWORD", "x"), null))
        .contains(new Login("joe", "a:b"));
    assertThat(read(List.of("--user", "joe"), Map.of("UNDERSTUDY_PASSWORD", "x"), "y"))
        .contains(new Login("joe", "x"));
    assertThat(read(List.of("--user", "joe"), NOTHING, "y")).contains(new Login("joe", "y"));
    assertThat(read(List.of(), Map.of("UNDERSTUDY_USER", "joe"), "y"))
        .contains(new Login("joe", "y"));
    assertThat(read(List.of(), Map.of("UNDERSTUDY_PASSWORD", "x"), "y")).isEmpty();
  }

  @Test
  void withoutATerminalItSaysWhatToDo() {
    assertThatThrownBy(() -> read(List.of("--user", "joe"), NOTHING, null))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("UNDERSTUDY_PASSWORD");
  }

  @Test
  void itIsShownWithoutThePassword() {
    Login login = new Login("joe", "secret");
    assertThat(login.toString()).isEqualTo("joe");
    assertThat(login.authorization()).isEqualTo("Basic am9lOnNlY3JldA==");
  }
}
