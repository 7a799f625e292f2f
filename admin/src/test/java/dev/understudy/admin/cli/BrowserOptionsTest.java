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

  private static List<String> clientHosts(String args) throws UsageException {
    MachineOptions options = machine(args);
    return options
        .security()
        .browsers()
        .hostsOf(
            options.clientBindAddress(), List.of(options.clientAddress(), options.peerAddress()))
        .stream()
        .sorted()
        .toList();
  }

  @Test
  void aPortThatOnlyItsOwnHostReachesIsKnownByItsNamesAlone() throws UsageException {
    assertThat(clientHosts("--name a")).containsExactly("127.0.0.1", "::1", "localhost");
    assertThat(clientHosts("--addr kv.test:1 --bind-addr 127.0.0.2 --peer-addr db.test:2"))
        .containsExactly("127.0.0.1", "127.0.0.2", "::1", "db.test", "kv.test", "localhost");
  }

  @Test
  void aPortThatOthersReachIsKnownByAnyNameUntilItIsSaid() throws UsageException {
    assertThat(clientHosts("--addr 10.0.0.1:1")).containsExactly("*");
    assertThat(clientHosts("--addr kv.test:1 --bind-addr 0.0.0.0")).containsExactly("*");
    assertThat(clientHosts("--addr 10.0.0.1:1 --host-whitelist kv.test,[fe80::1]"))
        .containsExactly("10.0.0.1", "127.0.0.1", "::1", "fe80::1", "kv.test", "localhost");
    assertThat(clientHosts("--name a --host-whitelist *")).containsExactly("*");
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
