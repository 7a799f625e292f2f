package dev.understudy.admin.machine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.admin.cli.CliCommand;
import dev.understudy.admin.cli.CommandLine;
import dev.understudy.admin.cli.MachineOptions;
import dev.understudy.admin.cli.UsageException;
import dev.understudy.api.http.KnownHosts;
import dev.understudy.api.http.KnownHosts.Others;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PortNamesTest {
  private static final String OPEN =
      "--name m1 --addr kv.test:1 --peer-addr db.test:2 --bind-addr 0.0.0.0 --peer-bind-addr"
          + " 0.0.0.0 ";

  @TempDir Path directory;

  private static MachineOptions machine(String args) throws UsageException {
    return ((CliCommand.RunMachine)
            new CommandLine(Map.of(), () -> "h", "1").parse(List.of(args.strip().split(" +"))))
        .options();
  }

  private static List<String> only(String args) throws UsageException {
    KnownHosts hosts = PortNames.ofClients(machine(args));
    assertThat(hosts.others()).isEqualTo(Others.REFUSED);
    return hosts.names().stream().sorted().toList();
  }

  @Test
  void aPortThatOnlyItsOwnHostReachesIsKnownByItsNamesAlone() throws UsageException {
    assertThat(only("--name a")).containsExactly("127.0.0.1", "::1", "localhost");
    assertThat(only("--addr kv.test:1 --bind-addr 127.0.0.2 --peer-addr db.test:2"))
        .containsExactly("127.0.0.1", "127.0.0.2", "::1", "db.test", "kv.test", "localhost");
    assertThat(PortNames.ofPeers(machine("--name a")).others()).isEqualTo(Others.REFUSED);
  }

  @Test
  void aPortThatOthersReachIsAskedForByPagesAsItIsKnownAndByProgramsAsTheyLike()
      throws UsageException {
    KnownHosts clients = PortNames.ofClients(machine(OPEN));
    assertThat(clients.others()).isEqualTo(Others.OF_PROGRAMS);
    assertThat(clients.names()).contains("kv.test", "db.test", "localhost", "m1");
    assertThat(PortNames.ofPeers(machine(OPEN)).others()).isEqualTo(Others.OF_MACHINES);
  }

  @Test
  void wherePagesGetNowhereNothingIsAsked() throws Exception {
    Path secret = Files.writeString(directory.resolve("secret"), "sixteen characters");
    String bySecret = OPEN + "--cluster-secret-file " + secret;
    assertThat(PortNames.ofPeers(machine(bySecret))).isEqualTo(KnownHosts.ANY);
    assertThat(PortNames.ofClients(machine(bySecret)).others()).isEqualTo(Others.OF_PROGRAMS);
    assertThat(PortNames.ofPeers(machine(bySecret + " --cluster-secret-optional")).others())
        .isEqualTo(Others.OF_MACHINES);
    String tls = OPEN.replace("kv.test", "https://kv.test") + "--cert-file c --key-file k";
    assertThat(PortNames.ofClients(machine(tls))).isEqualTo(KnownHosts.ANY);
    assertThat(PortNames.ofClients(machine(OPEN + "--cert-file c --key-file k --tls-allow-plain")))
        .extracting(KnownHosts::others)
        .isEqualTo(Others.OF_PROGRAMS);
  }

  @Test
  void whatIsSaidCountsForPagesAndPrograms() throws UsageException {
    assertThat(only("--addr 10.0.0.1:1 --host-whitelist kv.test,[fe80::1]"))
        .containsExactly("10.0.0.1", "127.0.0.1", "::1", "fe80::1", "kv.test", "localhost");
    assertThat(PortNames.ofPeers(machine("--name a --host-whitelist *"))).isEqualTo(KnownHosts.ANY);
  }
}
