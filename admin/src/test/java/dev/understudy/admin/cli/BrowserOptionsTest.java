package dev.understudy.admin.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BrowserOptionsTest {
  private static MachineOptions machine(String args) throws UsageException {
    return ((CliCommand.RunMachine)
            new CommandLine(Map.of(), () -> "h", "1").parse(List.of(args.strip().split(" +"))))
        .options();
  }

  @Test
  void originsAreTakenAsBrowsersWriteThem() throws UsageException {
    assertThat(machine("--name a").security().browsers().origins()).isEmpty();
    assertThat(machine("--cors https://UI.test,http://b:1/").security().browsers().origins())
        .containsExactlyInAnyOrder("https://ui.test", "http://b:1");
    assertThat(machine("-cors *").security().browsers().origins()).containsExactly("*");
  }

  @ParameterizedTest
  @CsvSource({
    "--cors ui.test, origins like",
    "--cors https://ui.test/page, origins like",
    "--host-whitelist kv:2379, hosts without ports",
    "--host-whitelist a_b, hosts without ports"
  })
  void whatIsNoneIsRefused(String args, String why) {
    assertThatThrownBy(() -> machine(args))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining(why);
  }
}
