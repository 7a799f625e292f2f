package dev.understudy.admin.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.clusterconfig.ClusterConfig;
import dev.understudy.clusterconfig.tls.Tls;
import dev.understudy.standby.StandbyMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommandLineTest {
  @TempDir Path directory;

  private static CliCommand parse(Map<String, String> environment, String... args)
      throws UsageException {
    return new CommandLine(environment, () -> "this-host", "1.2.3").parse(List.of(args));
  }

  private static MachineOptions machine(String... args) throws UsageException {
    return ((CliCommand.RunMachine) parse(Map.of(), args)).options();
  }

  private static String printed(String... args) throws UsageException {
    return ((CliCommand.Print) parse(Map.of(), args)).text();
  }

  @Test
  void aNameThatTheLocaleHasGarbledIsRefused() {
    assertThatThrownBy(() -> machine("--name", "m\uFFFD\uFFFD1"))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("LC_ALL=C.UTF-8");
    assertThatThrownBy(() -> machine("--name", "m\uD83C"))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("no machine can be called");
  }

  @Test
  void aSwitchMayBeGivenTrueOrFalse() throws UsageException {
    assertThat(machine("-v=true", "--force=false").verbosity()).isEqualTo(1);
    assertThat(machine("-v=true", "--force=false").force()).isFalse();
    assertThat(machine("--force=true", "-vv=false").force()).isTrue();
    assertThat(machine("-vv=false").verbosity()).isZero();
  }

  @Test
  void aHostWithoutANameNeedsOneForItsMachine() {
    assertThatThrownBy(() -> new CommandLine(Map.of(), () -> "", "1").parse(List.of()))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("give --name");
  }

  @Test
  void nothingGivenMeansAClusterOfOneOnTheDefaultPorts() throws UsageException {
    MachineOptions options = machine();

    assertThat(options.name()).isEqualTo("this-host");
    assertThat(options.dataDirectory()).isEqualTo(Path.of("./this-host.understudy"));
    assertThat(options.machine().clientUrl()).isEqualTo("http://127.0.0.1:2379");
    assertThat(options.machine().peerUrl()).isEqualTo("http://127.0.0.1:2380");
    assertThat(options.clientBindAddress()).isEqualTo(options.clientAddress());
    assertThat(options.peers()).isEmpty();
    assertThat(options.timing()).isEqualTo(MachineOptions.Timing.DEFAULT);
    assertThat(options.joining()).isEqualTo(MachineOptions.Joining.DEFAULT);
    assertThat(options.clusterConfig()).isEqualTo(ClusterConfig.DEFAULT);
    assertThat(options.seatPriority()).isEqualTo(50);
    assertThat(options.standbyMode()).isEqualTo(StandbyMode.REDIRECT);
    assertThat(options.snapshotCount()).isEqualTo(50_000);
    assertThat(options.force()).isFalse();
    assertThat(options.verbosity()).isZero();
  }

  @Test
  void oneDashIsAsGoodAsTwoAndEqualsAsGoodAsABlank() throws UsageException {
    MachineOptions options =
        machine(
            "-name", "one", "--addr=10.0.0.1:4001", "-peer-addr=[fe80::1]:7001", "-force", "-vv");

    assertThat(options.name()).isEqualTo("one");
    assertThat(options.machine().clientUrl()).isEqualTo("http://10.0.0.1:4001");
    assertThat(options.machine().peerUrl()).isEqualTo("http://[fe80::1]:7001");
    assertThat(options.force()).isTrue();
    assertThat(options.verbosity()).isEqualTo(2);
  }

  @Test
  void theCommandLineWinsOverTheEnvironment() throws UsageException {
    Map<String, String> environment =
        Map.of(
            "UNDERSTUDY_NAME", "two",
            "UNDERSTUDY_DATA_DIR", "/data/two",
            "UNDERSTUDY_STOP_WITH_STDIN", "true",
            "UNDERSTUDY_V", "1",
            "UNDERSTUDY_PEERS", "",
            "UNDERSTUDY_VERSION", "9",
            "UNDERSTUDY_CLUSTER_ACTIVE_SIZE", "5");

    MachineOptions options =
        ((CliCommand.RunMachine) parse(environment, "--name", "one")).options();

    assertThat(options.name()).isEqualTo("one");
    assertThat(options.dataDirectory()).isEqualTo(Path.of("/data/two"));
    assertThat(options.force()).isFalse();
    assertThat(options.verbosity()).isEqualTo(1);
    assertThat(options.clusterConfig().activeSize()).isEqualTo(5);
  }

  @Test
  void peersComeFromTheListAndTheFileWithoutTheMachineItself() throws UsageException, IOException {
    Path file = Files.writeString(directory.resolve("peers"), "10.0.0.3:7001,\n10.0.0.1:7001\n");

    MachineOptions options =
        machine(
            "--peer-addr", "10.0.0.9:7001",
            "--peers", "10.0.0.1:7001,http://10.0.0.2:7001/,10.0.0.9:7001",
            "--peers-file", file.toString());

    assertThat(options.peerUrls())
        .containsExactly("http://10.0.0.1:7001", "http://10.0.0.2:7001", "http://10.0.0.3:7001");
  }

  @Test
  void aMachineKnowsWhetherItWasGivenItsOwnAddressAndWhetherThereIsACluster()
      throws UsageException {
    MachineOptions.Joining none = machine().joining();
    assertThat(none.listsItself()).isFalse();
    assertThat(none.state()).isEqualTo(MachineOptions.ClusterState.AUTO);
    MachineOptions options =
        machine(
            "--peer-addr=10.0.0.9:1",
            "--peers=http://10.0.0.9:1/",
            "-initial-cluster-state=existing",
            "--state-file=/var/lib/state");
    assertThat(options.peers()).isEmpty();
    assertThat(options.joining().listsItself()).isTrue();
    assertThat(options.joining().state()).isEqualTo(MachineOptions.ClusterState.EXISTING);
    assertThat(options.stateFile()).isEqualTo(Path.of("/var/lib/state"));
  }

  @Test
  void aBindAddressMayLeaveOutHostOrPort() throws UsageException {
    MachineOptions options =
        machine(
            "--addr", "example.org:4001", "--bind-addr", "0.0.0.0", "--peer-bind-addr", ":9999");

    assertThat(options.clientBindAddress()).isEqualTo(new HostPort("0.0.0.0", 4001));
    assertThat(options.peerBindAddress()).isEqualTo(new HostPort("127.0.0.1", 9999));
  }

  @Test
  void valuesOfTheClusterConfigAreTakenAtTheirLimits() throws UsageException {
    MachineOptions options =
        machine(
            "--cluster-active-size=3", "--cluster-remove-delay=2", "-cluster-sync-interval=2.5");

    assertThat(options.clusterConfig()).isEqualTo(new ClusterConfig(3, 2, 2.5));
  }

  @Test
  void addressesAreTakenInTheirOneSpelling() throws UsageException {
    MachineOptions options =
        machine(
            "--addr", "HTTP://[0:0::1]:4001/",
            "--peer-addr", "Example.ORG.:7001",
            "--peers", "EXAMPLE.org:7001,[::0001]:7002");

    assertThat(options.machine().clientUrl()).isEqualTo("http://[::1]:4001");
    assertThat(options.machine().peerUrl()).isEqualTo("http://example.org:7001");
    assertThat(options.peerUrls()).containsExactly("http://[::1]:7002");
  }

  @Test
  void theMultiplierStretchesHeartbeatAndElection() throws UsageException {
    MachineOptions.Timing timing =
        machine("--raft-multiplier", "3", "--peer-heartbeat-interval", "50").timing();

    assertThat(timing.stretchedHeartbeatMillis()).isEqualTo(150);
    assertThat(timing.stretchedElectionTimeoutMillis()).isEqualTo(3_000);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--nmae one|unknown option --nmae",
        "-nmae=one|unknown option -nmae",
        "--name|--name needs a value",
        "--name --force|--name needs a value",
        "--data-dir=|--data-dir needs the name of a file or directory, not \"\"",
        "--state-file=|--state-file needs the name of a file or directory",
        "--config=|--config needs the name of a file or directory",
        "--name a/b|no machine can be called",
        "stray|unexpected \"stray\"",
        "--force=yes|--force takes no value",
        "--force=a=true|--force takes no value",
        "--name a --name a/b|no machine can be called",
        "--name a --name|--name needs a value",
        "--addr 127.0.0.1|--addr needs HOST:PORT, not \"127.0.0.1\"",
        "--addr :2379|--addr needs HOST:PORT",
        "--addr 127.0.0.1:0|--addr needs HOST:PORT",
        "--addr 127.0.0.1:70000|--addr needs HOST:PORT",
        "--addr ::1:2379|an IPv6 address needs brackets: [::1]:2379",
        "--addr https://a:1|--addr says https, which needs --cert-file",
        "--addr 127.0.0.1:02379|--addr needs HOST:PORT",
        "--addr user:pw@a:1|--addr needs HOST:PORT",
        "--addr 127.1:2379|--addr needs HOST:PORT, not \"127.1:2379\": neither an address",
        "--addr kv_1:2379|host names consist of letters, digits and hyphens",
        "--peer-addr -bad:1|host names consist of",
        "--peer-addr x.1:1|neither an address of four numbers nor a name",
        "--peer-addr 256.1.1.1:1|256.1.1.1 is no IPv4 address",
        "--peer-addr h\u00e4:1|host names consist of",
        "--peer-addr [fe80::1%eth0]:1|--peer-addr needs HOST:PORT",
        "--peers kv_1:2380|--peers needs HOST:PORT, not \"kv_1:2380\": host names consist of",
        "--bind-addr 127.1|--bind-addr needs HOST:PORT",
        "--addr 0.0.0.0:2379|use --bind-addr",
        "--addr [0:0::0]:2379|use --bind-addr",
        "--cluster-active-size 1|--cluster-active-size needs a whole number from 3 to 99, not",
        "--cluster-active-size 100|from 3 to 99",
        "--cluster-remove-delay 0.5|needs a number of seconds from 2 to 315360000, not \"0.5\"",
        "--cluster-sync-interval 0|a number of seconds from 1 to 315360000",
        "cluster --active-size 2|from 3 to 99",
        "--peer-addr [::]:2380|use --peer-bind-addr",
        "--addr 127.0.0.1:2380|ports of their own",
        "--peers 127.0.0.1|--peers needs HOST:PORT",
        "--peers-file /does/not/exist|there is no file /does/not/exist",
        "--raft-multiplier 11|--raft-multiplier needs a whole number from 1 to 10, not \"11\"",
        "--raft-multiplier 0|from 1 to 10",
        "--raft-multiplier 1.5|from 1 to 10",
        "--seat-priority 101|from 0 to 100",
        "--standby-mode prox|redirect, proxy, replica",
        "--snapshot-count 0|from 1 to",
        "--max-retry-attempts -1|from 0 to",
        "--cluster-state old|--cluster-state needs new, existing or auto, not \"old\"",
        "--initial-cluster-state old|--initial-cluster-state needs new, existing or auto",
        "--cluster-state new --initial-cluster-state existing|say different things",
        "--retry-interval -1|a number of seconds",
        "--retry-interval NaN|a number of seconds",
        "--cluster-remove-delay soon|a number of seconds",
        "--cluster-remove-delay 1e99|a number of seconds",
        "--peer-election-timeout 499|five heartbeats at least",
        "cluster --machines 0|from 1 to 50",
        "cluster --machines 5 --base-port 65530|from 1 to 65526",
        "cluster --name a|unknown option --name",
      })
  void whatCannotBeIsRefusedInOneLine(String args, String message) {
    assertThatThrownBy(() -> parse(Map.of(), args.split(" ")))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining(message)
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n"));
  }

  /** As with etcd's flags, and in words, because one of the two was meant to count. */
  @Test
  void ofAnOptionThatIsGivenTwiceTheLastCounts() throws UsageException {
    CommandLine line = new CommandLine(Map.of(), () -> "h", "1");
    CliCommand.RunMachine machine =
        (CliCommand.RunMachine)
            line.parse(
                List.of(
                    "-name",
                    "m1",
                    "--snapshot-count=7",
                    "-name=m2",
                    "-v",
                    "-v",
                    "-vv",
                    "-snapshot-count",
                    "8",
                    "--snapshot-count",
                    "9",
                    "-vv=false"));
    assertThat(machine.options().name()).isEqualTo("m2");
    assertThat(machine.options().snapshotCount()).isEqualTo(9);
    assertThat(machine.options().verbosity()).isEqualTo(1);
    assertThat(line.remarks())
        .containsExactly(
            "--name given twice: using \"m2\"",
            "--snapshot-count given 3 times: using \"9\"",
            "--vv given twice: using \"false\"");
  }

  @Test
  void soItIsWithTheToolsAndTheLocalCluster() throws UsageException {
    CommandLine dump = new CommandLine(Map.of(), () -> "h", "1");
    assertThat(dump.parse(List.of("wal", "dump", "d", "--from", "1", "--from", "2")))
        .isInstanceOfSatisfying(
            CliCommand.DumpWal.class, command -> assertThat(command.from()).isEqualTo(2));
    assertThat(dump.remarks()).containsExactly("--from given twice: using \"2\"");
    CommandLine cluster = new CommandLine(Map.of(), () -> "h", "1");
    assertThat(cluster.parse(List.of("cluster", "--machines", "3", "--machines", "4")))
        .isInstanceOfSatisfying(
            CliCommand.RunLocalCluster.class,
            command -> assertThat(command.options().machines()).isEqualTo(4));
    assertThat(cluster.remarks()).containsExactly("--machines given twice: using \"4\"");
  }

  @Test
  void whatStandsInTheCommandSwitchesOffWhatTheEnvironmentSwitchesOn() throws UsageException {
    CliCommand.RunMachine machine =
        (CliCommand.RunMachine) parse(Map.of("UNDERSTUDY_VV", "true"), "-vv=false");
    assertThat(machine.options().verbosity()).isZero();
  }

  /** It once swallowed the option behind it. */
  @Test
  void anEmptyValueIsAValue() {
    assertThatThrownBy(() -> parse(Map.of(), "--name=", "--addr", "127.0.0.1:4001"))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("give --name");
  }

  @Test
  void aSwitchInTheEnvironmentIsTrueOrFalse() {
    assertThatThrownBy(() -> parse(Map.of("UNDERSTUDY_VV", "maybe")))
        .isInstanceOf(UsageException.class)
        .hasMessage("UNDERSTUDY_VV is neither true nor false: maybe");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "true", "yes", "0", "false"})
  void dataAreNeverDroppedByTheEnvironment(String value) {
    assertThatThrownBy(() -> parse(Map.of("UNDERSTUDY_FORCE", value)))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("UNDERSTUDY_FORCE is set")
        .hasMessageContaining("command line only");
    assertThat(Flag.FORCE.environmentVariable()).as("what --help and files go by").isEmpty();
  }

  @Test
  void aFileOfPeersIsARegularOneOfBoundedLength() throws Exception {
    assertThatThrownBy(() -> machine("--peers-file", "/dev/zero"))
        .hasMessageContaining("/dev/zero is not a regular file");
    assertThatThrownBy(() -> machine("--peers-file", directory.toString()))
        .hasMessageContaining("is not a regular file");
    Path huge = Files.write(directory.resolve("huge"), new byte[(1 << 20) + 1]);
    assertThatThrownBy(() -> machine("--peers-file", huge.toString()))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("is longer than 1048576 bytes");
    Path binary = Files.write(directory.resolve("binary"), new byte[] {(byte) 0xff, 0});
    assertThatThrownBy(() -> machine("--peers-file", binary.toString()))
        .hasMessageContaining("is not text");
  }

  @Test
  void versionAndHelpArePrinted() throws UsageException {
    assertThat(printed("--version")).isEqualTo("understudy 1.2.3");
    assertThat(printed("-h")).isEqualTo(printed("--help"));
    assertThat(printed("cluster", "--help")).contains("--machines N", "restart NAME");
  }

  @Test
  void theHelpNamesEveryOptionWithinAHundredColumns() throws UsageException {
    String help = printed("--help");

    assertThat(help.lines()).allMatch(line -> line.length() <= 100);
    Stream.of(Flag.values())
        .filter(flag -> flag != Flag.STOP_WITH_STDIN)
        .forEach(flag -> assertThat(help).contains("  " + flag));
    assertThat(help).doesNotContain("stop-with-stdin");
  }

  @Test
  void aLocalClusterIsFreshUnlessItIsToBeKept() throws UsageException {
    assertThat(localCluster().dataDirectory()).isEmpty();
    assertThat(localCluster("--keep").dataDirectory()).contains(Path.of("./local.understudy"));
    assertThat(localCluster("--data-dir", "d").dataDirectory()).contains(Path.of("d"));
  }

  private static LocalClusterOptions localCluster(String... options) throws UsageException {
    List<String> args = new ArrayList<>(List.of("cluster"));
    args.addAll(List.of(options));
    return ((CliCommand.RunLocalCluster) parse(Map.of(), args.toArray(String[]::new))).options();
  }

  @Test
  void aWordThatIsNoCommandNamesTheNearestOne() throws UsageException {
    assertThatThrownBy(() -> parse(Map.of(), "clutser"))
        .hasMessage("unexpected \"clutser\", did you mean cluster?");
    assertThat(parse(Map.of(), "help")).isEqualTo(parse(Map.of(), "--help"));
    assertThat(parse(Map.of(), "version")).isEqualTo(parse(Map.of(), "--version"));
  }

  @Test
  void anUnknownOptionNamesTheNearestOne() {
    assertThatThrownBy(() -> parse(Map.of(), "--nmae=x"))
        .hasMessage("unknown option --nmae, did you mean --name?");
  }

  @Test
  void aLocalClusterHasItsPortsInPairs() throws UsageException {
    CliCommand command =
        parse(
            Map.of("UNDERSTUDY_NAME", "ignored"),
            "cluster",
            "--machines",
            "5",
            "--active-size",
            "3",
            "--remove-delay",
            "5",
            "--sync-interval",
            "1",
            "--base-port",
            "4000");

    LocalClusterOptions options = ((CliCommand.RunLocalCluster) command).options();

    assertThat(options.machines()).isEqualTo(5);
    assertThat(options.config()).isEqualTo(new ClusterConfig(3, 5, 1));
    assertThat(options.clientPort(0)).isEqualTo(4000);
    assertThat(options.peerPort(4)).isEqualTo(4009);
  }

  @Test
  void toolsTakeWordsByTheirPlaceAndRefuseWhatIsMissing() throws UsageException {
    assertThat(parse(Map.of(), "wal", "dump", "dir", "--from", "3"))
        .isEqualTo(new CliCommand.DumpWal(Path.of("dir"), 3, Long.MAX_VALUE, true));
    assertThat(parse(Map.of(), "wal", "dump", "--to=4", "dir"))
        .isEqualTo(new CliCommand.DumpWal(Path.of("dir"), 1, 4, true));
    assertThat(parse(Map.of(), "snapshot", "save", "http://h:2380", "f"))
        .isEqualTo(
            new CliCommand.SaveSnapshot(
                new HostPort("h", 2380),
                Path.of("f"),
                Tls.SYSTEM,
                Optional.empty(),
                Optional.empty()));
    assertThat(printed("wal", "--help")).contains("snapshot restore FILE");
    for (String wrong :
        List.of(
            "wal",
            "wal check d",
            "wal verify",
            "wal verify a b",
            "wal dump d --from x",
            "wal dump d --from 5 --to 4",
            "snapshot save f",
            "snapshot save http://h f",
            "snapshot restore f --name n --peer-addr h:1 --addr h:2",
            "snapshot restore f --data-dir d --name n --peer-addr h:1 --addr h:1",
            "snapshot restore f --data-dir d --name n --peer-addr 0.0.0.0:1 --addr h:2")) {
      assertThatThrownBy(() -> parse(Map.of(), wrong.split(" ")))
          .as(wrong)
          .isInstanceOf(UsageException.class);
    }
  }
}
