package dev.understudy.admin.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.clusterconfig.ClusterConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigFileTest {
  @TempDir Path directory;

  private MachineOptions machine(String content, Map<String, String> environment, String... args)
      throws UsageException, IOException {
    Path file = Files.writeString(directory.resolve("m.toml"), content);
    Map<String, String> all = new HashMap<>(environment);
    all.put("UNDERSTUDY_CONFIG", file.toString());
    return ((CliCommand.RunMachine) new CommandLine(all, () -> "h", "1").parse(List.of(args)))
        .options();
  }

  /** Shortened from its documentation. */
  private static final String OF_ETCD_04 =
      """
      addr = "10.0.0.1:4001"
      bind_addr = "0.0.0.0:4001"
      ca_file = ""
      cert_file = ""
      cors = []
      cpu_profile_file = ""
      data_dir = "/var/lib/etcd"
      http_read_timeout = 10.0
      peers = ["10.0.0.2:7001", "10.0.0.3:7001"]
      peers_file = ""
      max_result_buffer = 1024
      max_retry_attempts = 5
      name = "default-name"
      snapshot = true
      verbose = true
      very_verbose = false

      [peer]
      addr = "10.0.0.1:7001"
      bind_addr = "0.0.0.0:7001"
      ca_file = ""

      [cluster]
      active_size = 9
      remove_delay = 1800.0
      sync_interval = 5.0
      """;

  @Test
  void aFileOfEtcd04IsReadAsItIs() throws Exception {
    MachineOptions options = machine(OF_ETCD_04, Map.of());

    assertThat(options.name()).isEqualTo("default-name");
    assertThat(options.machine().clientUrl()).isEqualTo("http://10.0.0.1:4001");
    assertThat(options.clientBindAddress()).isEqualTo(new HostPort("0.0.0.0", 4001));
    assertThat(options.machine().peerUrl()).isEqualTo("http://10.0.0.1:7001");
    assertThat(options.peerBindAddress()).isEqualTo(new HostPort("0.0.0.0", 7001));
    assertThat(options.peerUrls()).containsExactly("http://10.0.0.2:7001", "http://10.0.0.3:7001");
    assertThat(options.joining().attempts()).isEqualTo(5);
    assertThat(options.clusterConfig()).isEqualTo(ClusterConfig.DEFAULT);
    assertThat(options.verbosity()).isEqualTo(1);
  }

  @Test
  void theCommandWinsOverTheEnvironmentAndThatOverTheFile() throws Exception {
    String file = "name = \"file\"\ndata-dir = \"/file\"\nseat-priority = 1\nv = true\n";
    Map<String, String> environment =
        Map.of("ETCD_DATA_DIR", "/etcd", "UNDERSTUDY_NAME", "variable", "ETCD_NAME", "etcd");
    MachineOptions options = machine(file, environment, "--name", "command", "-v=false");
    assertThat(options.name()).isEqualTo("command");
    assertThat(options.dataDirectory()).isEqualTo(Path.of("/etcd"));
    assertThat(options.seatPriority()).isEqualTo(1);
    assertThat(options.verbosity()).isZero();
    assertThat(machine(file, environment).name()).isEqualTo("variable");
    assertThat(machine(file, Map.of()).name()).isEqualTo("file");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "nmae = 'a'|unknown option nmae (FILE, line 1), did you mean name?",
        "[cluster];activ_size = 3|cluster.activ_size (FILE, line 2), did you mean"
            + " cluster-active-size?",
        "xyzzy = 1|unknown option xyzzy (FILE, line 1)",
        "version = true|unknown option version",
        "force = true|force (FILE, line 1): data are dropped by --force on the command line only",
        "config = 'x'|a file of options does not name another one",
        "name =|FILE, line 1, column 7: ",
        "seat-priority = 101|seat-priority (FILE, line 1) needs a whole number from 0 to 100",
        "addr = '127.0.0.1'|addr (FILE, line 1) needs HOST:PORT",
        "v = 'maybe'|v (FILE, line 1) is neither true nor false: maybe",
        "peers = [1]|peers (FILE, line 1) needs a list of texts",
        "peers = 2020-01-01|needs a text, a number, true or false",
        "data_dir = 'a';data-dir = 'b'|data_dir (FILE, line 1) and data-dir (FILE, line 2) say",
        "cert_file = 'x'|cert_file (FILE, line 1) needs --key-file",
        "wal_dir = 'x'|wal_dir (FILE, line 1) is etcd's; here",
      })
  void whatCannotBeIsRefusedWithItsLine(String content, String message) {
    assertThatThrownBy(() -> machine(content.replace(';', '\n'), Map.of()))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining(message.replace("FILE", directory.resolve("m.toml").toString()))
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/does/not/exist|there is no file /does/not/exist",
        "/dev/zero|/dev/zero is not a regular file",
      })
  void aFileThatIsNoneIsNamed(String file, String message) {
    assertThatThrownBy(
            () -> new CommandLine(Map.of(), () -> "h", "1").parse(List.of("--config", file)))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining(message);
  }

  @Test
  void theHelpOfAMachineSaysWhereOptionsComeFrom() throws UsageException {
    assertThat(((CliCommand.Print) new CommandLine(Map.of(), () -> "h", "1").parse(List.of("-h"))))
        .extracting(CliCommand.Print::text)
        .asString()
        .contains("--config FILE", "ETCD_DATA_DIR");
  }
}
