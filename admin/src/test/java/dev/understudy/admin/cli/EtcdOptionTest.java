package dev.understudy.admin.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.admin.cli.EtcdOption.Obsolete;
import dev.understudy.admin.cli.EtcdOption.Refused;
import dev.understudy.admin.cli.EtcdOption.Taken;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * Each row of the table, in a command with one dash and with two, in the environment, in a file.
 */
class EtcdOptionTest {
  static final List<EtcdOption> ALL = EtcdOption.ALL;

  @TempDir Path directory;

  /** A value of each of our options that etcd has too, other than its default. */
  private static final Map<Flag, String> VALUES =
      Map.ofEntries(
          Map.entry(Flag.NAME, "n1"),
          Map.entry(Flag.DATA_DIR, "/var/lib/n1"),
          Map.entry(Flag.ADDR, "10.0.0.1:4001"),
          Map.entry(Flag.BIND_ADDR, "10.0.0.2:4001"),
          Map.entry(Flag.PEER_ADDR, "10.0.0.1:7001"),
          Map.entry(Flag.PEER_BIND_ADDR, "10.0.0.2:7001"),
          Map.entry(Flag.METRICS_ADDR, "10.0.0.2:9379"),
          Map.entry(Flag.PEERS, "10.0.0.3:7001"),
          Map.entry(Flag.DISCOVERY, "https://discovery.etcd.io/abc"),
          Map.entry(Flag.MAX_RETRY_ATTEMPTS, "7"),
          Map.entry(Flag.RETRY_INTERVAL, "1.5"),
          Map.entry(Flag.PEER_HEARTBEAT_INTERVAL, "90"),
          Map.entry(Flag.PEER_ELECTION_TIMEOUT, "1500"),
          Map.entry(Flag.SNAPSHOT_COUNT, "1234"),
          Map.entry(Flag.CLUSTER_ACTIVE_SIZE, "5"),
          Map.entry(Flag.CLUSTER_REMOVE_DELAY, "60.5"),
          Map.entry(Flag.CLUSTER_SYNC_INTERVAL, "2"),
          Map.entry(Flag.CLUSTER_STATE, "existing"),
          Map.entry(Flag.CERT_FILE, "c"),
          Map.entry(Flag.KEY_FILE, "k"),
          Map.entry(Flag.CA_FILE, "ca"),
          Map.entry(Flag.TRUSTED_CA_FILE, "ca"),
          Map.entry(Flag.CLIENT_CERT_AUTH, "true"),
          Map.entry(Flag.PEER_CERT_FILE, "pc"),
          Map.entry(Flag.PEER_KEY_FILE, "pk"),
          Map.entry(Flag.PEER_CA_FILE, "pca"),
          Map.entry(Flag.PEER_TRUSTED_CA_FILE, "pca"),
          Map.entry(Flag.PEER_CLIENT_CERT_AUTH, "true"),
          Map.entry(Flag.PEER_CERT_ALLOWED_CN, "peer"),
          Map.entry(Flag.PEER_CERT_ALLOWED_HOSTNAME, "peer.example"),
          Map.entry(Flag.TLS_MIN_VERSION, "1.3"),
          Map.entry(Flag.CIPHER_SUITES, "A,B"),
          Map.entry(Flag.CORS, "https://ui.example"),
          Map.entry(Flag.HOST_WHITELIST, "kv.example"),
          Map.entry(Flag.V, "true"),
          Map.entry(Flag.VV, "true"));

  /** What an option does not go without. */
  private static final Map<Flag, List<String>> COMPANIONS =
      Map.ofEntries(
          Map.entry(Flag.CERT_FILE, List.of("--key-file=k")),
          Map.entry(Flag.KEY_FILE, List.of("--cert-file=c")),
          Map.entry(Flag.CA_FILE, List.of("--cert-file=c", "--key-file=k")),
          Map.entry(
              Flag.CLIENT_CERT_AUTH,
              List.of("--trusted-ca-file=ca", "--cert-file=c", "--key-file=k")),
          Map.entry(Flag.PEER_CERT_FILE, List.of("--peer-key-file=pk")),
          Map.entry(Flag.PEER_KEY_FILE, List.of("--peer-cert-file=pc")),
          Map.entry(Flag.PEER_CA_FILE, List.of("--peer-cert-file=pc", "--peer-key-file=pk")),
          Map.entry(
              Flag.PEER_CLIENT_CERT_AUTH,
              List.of("--peer-trusted-ca-file=ca", "--peer-cert-file=pc", "--peer-key-file=pk")),
          Map.entry(Flag.PEER_CERT_ALLOWED_CN, List.of("--peer-trusted-ca-file=ca")),
          Map.entry(Flag.PEER_CERT_ALLOWED_HOSTNAME, List.of("--peer-trusted-ca-file=ca")),
          Map.entry(Flag.TLS_MIN_VERSION, List.of("--cert-file=c", "--key-file=k")),
          Map.entry(Flag.CIPHER_SUITES, List.of("--cert-file=c", "--key-file=k")));

  private List<String> companions = List.of();

  /** How etcd writes that value. */
  private String written(Taken taken) throws IOException {
    return switch (taken.flag()) {
      case PEERS_FILE -> Files.writeString(directory.resolve("p"), "10.0.0.4:7001\n").toString();
      case CONFIG -> Files.writeString(directory.resolve("c"), "name = \"x\"\n").toString();
      default -> {
        String value = VALUES.get(taken.flag());
        yield switch (taken.value()) {
          case AS_IT_IS -> value;
          case ONLY_URL, FIRST_URL -> "http://" + value + "/";
          case CLUSTER -> "n3=http://" + value;
        };
      }
    };
  }

  private String ours(Taken taken) throws IOException {
    return VALUES.containsKey(taken.flag()) ? VALUES.get(taken.flag()) : written(taken);
  }

  @ParameterizedTest
  @FieldSource("ALL")
  void eachOptionOfEtcdMeansHereWhatTheTableSays(EtcdOption option) throws Exception {
    if (option.fate() instanceof Taken taken) {
      companions = COMPANIONS.getOrDefault(taken.flag(), List.of());
      String value = written(taken);
      MachineOptions ours = run(Map.of(), taken.flag() + "=" + ours(taken)).options();
      for (Run run : everyWay(option, value)) {
        assertThat(run.options()).isEqualTo(ours);
        assertThat(run.line.remarks())
            .hasSize((taken.deprecated() ? 1 : 0) + (run.hasVariable() ? 1 : 0))
            .allMatch(remark -> remark.contains("is the old name") || remark.contains("read as"));
      }
    } else if (option.fate() instanceof Obsolete obsolete) {
      for (Run run : everyWay(option, option.takesValue() ? "5" : "true")) {
        assertThat(run.options()).isEqualTo(run(Map.of()).options());
        assertThat(run.line.remarks())
            .singleElement()
            .asString()
            .contains("has no effect: " + obsolete.why());
      }
    } else {
      Refused refused = (Refused) option.fate();
      String value =
          option.takesValue() ? "on" : refused.harmless().contains("true") ? "false" : "true";
      for (Run run : everyWay(option, value)) {
        assertThatThrownBy(run::options)
            .isInstanceOf(UsageException.class)
            .hasMessageContaining(" is etcd's; here " + refused.why());
      }
      for (String harmless : refused.harmless()) {
        assertThat(run(Map.of(option.variable(), harmless)).options())
            .isEqualTo(run(Map.of()).options());
      }
    }
  }

  private record Run(CommandLine line, List<String> args, Map<String, String> environment) {
    MachineOptions options() throws UsageException {
      return ((CliCommand.RunMachine) line.parse(args)).options();
    }

    boolean hasVariable() {
      return !environment.isEmpty();
    }
  }

  private Run run(Map<String, String> environment, String... args) {
    List<String> all = new ArrayList<>(List.of(args));
    all.addAll(companions);
    return new Run(new CommandLine(environment, () -> "h", "1"), List.copyOf(all), environment);
  }

  private List<Run> everyWay(EtcdOption option, String value) throws IOException {
    List<Run> runs = new ArrayList<>();
    runs.add(run(Map.of(), "-" + option.word() + "=" + value));
    runs.add(
        option.takesValue()
            ? run(Map.of(), "--" + option.word(), value)
            : run(Map.of(), "--" + option.word() + "=" + value));
    if (!option.variable().isEmpty()) {
      runs.add(run(Map.of(option.variable(), value)));
    }
    if (!option.word().equals(Flag.CONFIG.word())) {
      Path file = directory.resolve("etcd.conf");
      Files.writeString(file, option.word().replace('-', '_') + " = \"" + value + "\"\n");
      runs.add(run(Map.of(), "--config", file.toString()));
    }
    return runs;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "-f|-f is etcd's; here it is --force",
        "-snapshot=false|--snapshot is etcd's; here snapshots are always taken",
        "-listen-client-urls http://a:1,http://b:1|--listen-client-urls names 2 places",
        "-listen-peer-urls unix://x|--listen-peer-urls needs HOST:PORT, not",
        "-initial-cluster http://a:1|--initial-cluster needs NAME=URL,NAME=URL, not \"http://a:1\"",
        "-initial-cluster-state old|--initial-cluster-state needs new, existing or auto, not",
        "-addr a:1 -advertise-client-urls http://b:1|--addr and --advertise-client-urls say",
        "-election-timeout soon|--election-timeout needs a whole number",
        "-proxy on|--seat-priority 0 keeps it one, and --standby-mode proxy",
        "-wal-dir d|--wal-dir is etcd's; here the log lies in the data directory",
      })
  void whatCannotBeIsRefusedByTheNameThatWasGiven(String args, String message) {
    assertThatThrownBy(() -> run(Map.of(), args.split(" ")).options())
        .isInstanceOf(UsageException.class)
        .hasMessageContaining(message);
  }

  @Test
  void aMemberListNamesItsOwnMachineToo() throws UsageException {
    MachineOptions options =
        run(
                Map.of(),
                "-initial-advertise-peer-urls=http://10.0.0.1:2380",
                "-initial-cluster=a=http://10.0.0.1:2380,b=http://10.0.0.2:2380")
            .options();
    assertThat(options.peerUrls()).containsExactly("http://10.0.0.2:2380");
    assertThat(options.joining().listsItself()).isTrue();
  }

  @Test
  void ofSeveralAdvertisedUrlsTheFirstIsToldAndALineSaysSo() throws UsageException {
    Run run = run(Map.of(), "-advertise-client-urls", "http://10.0.0.1:1,http://10.0.0.2:1");
    assertThat(run.options().machine().clientUrl()).isEqualTo("http://10.0.0.1:1");
    assertThat(run.line.remarks())
        .containsExactly("--advertise-client-urls names 2 places: others are told the first");
  }

  @Test
  void ourVariablesWinOverEtcdsWhateverThoseSay() throws UsageException {
    Run run =
        run(
            Map.of(
                "UNDERSTUDY_NAME", "ours",
                "ETCD_NAME", "theirs",
                "UNDERSTUDY_BIND_ADDR", "10.0.0.1",
                "ETCD_LISTEN_CLIENT_URLS", "http://a:1,http://b:1",
                "ETCD_DATA_DIR", "/etcds"));
    MachineOptions options = run.options();
    assertThat(options.name()).isEqualTo("ours");
    assertThat(options.dataDirectory()).isEqualTo(Path.of("/etcds"));
    assertThat(run.line.remarks()).containsExactly("read as for etcd: ETCD_DATA_DIR");
  }

  @Test
  void whatEtcdsUnitFileForcesIsNotDone() {
    assertThatThrownBy(() -> run(Map.of("ETCD_FORCE", "1")).options())
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("ETCD_FORCE is set, but data are dropped by --force");
  }

  @Test
  void noOptionOfOursIsHiddenByOneOfEtcds() {
    for (Flag flag : Flag.values()) {
      EtcdOption option = EtcdOption.of(flag.word());
      if (option != null) {
        assertThat(option.fate())
            .as(flag.word())
            .isEqualTo(new Taken(flag, EtcdValue.AS_IT_IS, false));
      }
    }
  }

  @Test
  void theDocumentationNamesEachOption() throws IOException {
    String page = Files.readString(Path.of("docs", "migration.md"));
    assertThat(EtcdOption.ALL.stream().map(option -> "`" + option.word() + "`"))
        .filteredOn(word -> !page.contains(word))
        .isEmpty();
  }
}
