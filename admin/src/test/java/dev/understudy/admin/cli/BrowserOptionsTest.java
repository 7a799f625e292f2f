package dev.understudy.admin.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.api.http.KnownHosts;
import dev.understudy.api.http.KnownHosts.Others;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BrowserOptionsTest {
  private static MachineOptions machine(String args) throws UsageException {
    return ((CliCommand.RunMachine)
            new CommandLine(Map.of(), () -> "h", "1").parse(List.of(args.strip().split(" +"))))
        .options();
  }

  private static KnownHosts hosts(String args, boolean provesItself, boolean forMachines)
      throws UsageException {
    MachineOptions options = machine(args);
    Set<String> own =
        new HashSet<>(List.of(options.clientAddress().host(), options.peerAddress().host()));
    return options
        .security()
        .browsers()
        .hostsOf(options.clientBindAddress(), own, provesItself, forMachines);
  }

  private static List<String> clientHosts(String args) throws UsageException {
    KnownHosts hosts = hosts(args, false, false);
    assertThat(hosts.others()).isEqualTo(Others.REFUSED);
    return hosts.names().stream().sorted().toList();
  }

  @Test
  void aPortThatOnlyItsOwnHostReachesIsKnownByItsNamesAlone() throws UsageException {
    assertThat(clientHosts("--name a")).containsExactly("127.0.0.1", "::1", "localhost");
    assertThat(clientHosts("--addr kv.test:1 --bind-addr 127.0.0.2 --peer-addr db.test:2"))
        .containsExactly("127.0.0.1", "127.0.0.2", "::1", "db.test", "kv.test", "localhost");
  }

  @Test
  void aPortThatOthersReachIsAskedForByPagesAsItIsKnownAndByProgramsAsTheyLike()
      throws UsageException {
    String open = "--addr kv.test:1 --peer-addr db.test:2 --bind-addr 0.0.0.0";
    KnownHosts clients = hosts(open, false, false);
    assertThat(clients.others()).isEqualTo(Others.OF_PROGRAMS);
    assertThat(clients.names()).contains("kv.test", "db.test", "localhost");
    assertThat(hosts(open, false, true).others()).isEqualTo(Others.OF_MACHINES);
    assertThat(hosts(open, true, true)).as("with TLS or a secret").isEqualTo(KnownHosts.ANY);
    assertThat(hosts("--addr 127.0.0.1:1", true, false).others()).isEqualTo(Others.REFUSED);
  }

  @Test
  void whatIsSaidCountsForPagesAndPrograms() throws UsageException {
    assertThat(clientHosts("--addr 10.0.0.1:1 --host-whitelist kv.test,[fe80::1]"))
        .containsExactly("10.0.0.1", "127.0.0.1", "::1", "fe80::1", "kv.test", "localhost");
    assertThat(hosts("--name a --host-whitelist *", false, true)).isEqualTo(KnownHosts.ANY);
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
