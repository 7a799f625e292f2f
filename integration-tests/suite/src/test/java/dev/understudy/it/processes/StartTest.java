package dev.understudy.it.processes;

import static org.assertj.core.api.Assertions.as;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Starting and stopping one machine: what it prints, what it refuses, with what it leaves. */
class StartTest {
  private static final long STOPS_WITHIN_MILLIS = 5_000;

  /** Lines of the log begin with the time; every other line is meant for whoever started it. */
  private static final Pattern LOGGED = Pattern.compile("\\d{4}-\\d\\d-\\d\\dT.*");

  @RegisterExtension final Machines machines = Machines.ofEachTest();

  @Test
  void itSaysThatItIsReadyAndLeavesWithZeroWhenAskedTo() throws IOException {
    MachineUnderTest machine = machines.machineAt("one").start().awaitReady();
    Deadlines.measured("start of a new machine", machine.millisSinceStart());
    assertThat(machine.printed())
        .singleElement(as(STRING))
        .matches(
            "ready name=one mode=peer client=%s peer=%s cluster=[0-9a-f]+ founded=NEW"
                .formatted(machine.clientUrl(), machine.peerUrl()));
    assertThat(Http.putValue(machine.clientUrl() + "/v2/keys/a", "1").status()).isEqualTo(201);

    stops(machine);

    assertThat(machine.errors()).allMatch(line -> LOGGED.matcher(line).matches());
  }

  @Test
  void itStopsInTimeWithClientsThatWriteAndClientsThatWatch() throws IOException {
    MachineUnderTest machine = machines.machineAt("busy").start().awaitReady();
    Writers writers = Writers.start(List.of(machine), 4, 0);
    Thread watcher =
        new Thread(
            () -> {
              try {
                Http.get(machine.clientUrl() + "/v2/keys/never?wait=true");
              } catch (IOException ended) {
                assertThat(machine.isAlive()).isFalse();
              }
            });
    try (writers) {
      watcher.start();
      writers.awaitMore(100);
      stops(machine);
    }
    machine.start().awaitReady();
    writers.assertAllThere(machine, true);
    assertThat(machine.errors()).noneMatch(line -> line.contains("could not be closed"));
  }

  private static void stops(MachineUnderTest machine) {
    long asked = System.nanoTime();
    assertThat(machine.terminate()).as("exit code at SIGTERM").isZero();
    Deadlines.kept(
        "stop at SIGTERM",
        TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - asked),
        STOPS_WITHIN_MILLIS);
  }

  @Test
  void twoStandbysAndPeersOfAClusterStopInTimeToo() {
    TestCluster cluster = TestCluster.start(machines, 4, 3, 60);
    stops(cluster.standbys().get(0));
    stops(cluster.follower());
    stops(cluster.leader());
  }

  @Test
  void startingTwiceWithTheSameCommandIsSafe() throws IOException {
    MachineUnderTest machine = machines.machineAt("one").start().awaitReady();
    assertThat(Http.putValue(machine.clientUrl() + "/v2/keys/a", "1").status()).isEqualTo(201);
    MachineUnderTest again = machines.machine("again", machine.options());

    refuses(again, "");
    assertThat(machine.isAlive()).isTrue();
    assertThat(Http.get(machine.clientUrl() + "/v2/keys/a").body()).contains("\"value\":\"1\"");

    machine.kill();
    again.start().awaitReady();
    assertThat(Http.get(again.clientUrl() + "/v2/keys/a?quorum=true").body())
        .contains("\"value\":\"1\"");
  }

  @Test
  void twoMachinesNeverShareADataDirectory() {
    MachineUnderTest first = machines.machineAt("first").start().awaitReady();
    String directory = first.dataDirectory().toString();
    MachineUnderTest second =
        machines.machine(
            "second",
            List.of(
                "--name",
                "second",
                "--data-dir",
                directory,
                "--addr",
                "127.0.0.1:" + Ports.free(),
                "--peer-addr",
                "127.0.0.1:" + Ports.free()));

    refuses(second, directory);

    assertThat(first.isAlive()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"--addr", "--peer-addr"})
  void aTakenPortIsRefused(String option) throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String address = "127.0.0.1:" + taken.getLocalPort();
      List<String> options = new ArrayList<>(machines.machineAt("one").options());
      options.set(options.indexOf(option) + 1, address);

      refuses(machines.machine("one", options), address);
    }
  }

  @Test
  void aDataDirectoryThatCannotBeMadeIsRefused() throws IOException {
    // A file in the way stops root too, for whom no directory is unwritable.
    Path file = Files.writeString(machines.directory().resolve("file"), "in the way");
    List<String> options = new ArrayList<>(machines.machineAt("one").options());
    options.set(options.indexOf("--data-dir") + 1, file.resolve("data").toString());

    refuses(machines.machine("one", options), file.toString());
  }

  @Test
  void unreachablePeersAreRefusedAndNamed() {
    String nobody = "127.0.0.1:" + Ports.free();
    refuses(
        machines.machineAt(
            "one", "--peers", nobody, "--max-retry-attempts", "2", "--retry-interval", "0.1"),
        nobody);
  }

  @Test
  void aDataDirectoryOfAnotherMachineIsRefused() {
    MachineUnderTest first = machines.machineAt("first").start().awaitReady();
    first.kill();
    List<String> options = new ArrayList<>(first.options());
    options.set(options.indexOf("--name") + 1, "second");

    refuses(machines.machine("second", options), "\"first\"");
  }

  @ParameterizedTest
  @CsvSource({
    "--no-such-option, x",
    "--addr, nowhere",
    "--peers, somewhere:else",
    "--snapshot-count, none",
    "--cluster-active-size, -1",
    "--peer-election-timeout, 1",
    "--name, two words",
    "--name, ''",
  })
  void aBadOptionIsRefused(String option, String value) {
    List<String> options = new ArrayList<>(machines.machineAt("one").options());
    int at = options.indexOf(option);
    if (at < 0) {
      options.addAll(List.of(option, value));
    } else {
      options.set(at + 1, value);
    }
    refuses(machines.machine("bad", options), "");
  }

  /** One line that says why, another exit code than 0, and nothing that only we understand. */
  private static void refuses(MachineUnderTest machine, String mentioned) {
    assertThat(machine.start().awaitExit()).as("exit code").isNotZero();
    assertThat(machine.printed()).isEmpty();
    List<String> told =
        machine.errors().stream().filter(line -> !LOGGED.matcher(line).matches()).toList();
    assertThat(told).as("what it says").hasSize(1);
    assertThat(told.get(0)).startsWith("understudy: ").contains(mentioned);
    assertThat(machine.errors())
        .noneMatch(line -> line.startsWith("\tat ") || line.contains("Exception"));
    System.out.println("refused with: " + told.get(0));
  }

  @Test
  void itSaysItsVersionAndExplainsItself() {
    MachineUnderTest version = machines.machine("version", List.of("--version"));
    assertThat(version.start().awaitExit()).isZero();
    assertThat(version.printed()).hasSize(1).first().asString().matches("understudy \\d+\\..*");

    MachineUnderTest help = machines.machine("help", List.of("-help"));
    assertThat(help.start().awaitExit()).isZero();
    assertThat(help.printed())
        .anyMatch(line -> line.contains("--peers"))
        .anyMatch(line -> line.contains("--cluster-active-size"));
    assertThat(help.errors()).isEmpty();
  }

  /** As etcd 0.4 had them; what stands in the command wins over what is in the environment. */
  @Test
  void optionsComeWithOneDashAndFromTheEnvironment() throws IOException {
    String client = "127.0.0.1:" + Ports.free();
    String peer = "127.0.0.1:" + Ports.free();
    MachineUnderTest machine =
        machines.machine(
            "one",
            List.of("-addr", client, "-peer-addr=" + peer, "-name", "from-the-command"),
            Map.of(
                "UNDERSTUDY_DATA_DIR",
                machines.directory().resolve("elsewhere").toString(),
                "UNDERSTUDY_NAME",
                "from-the-environment",
                "UNDERSTUDY_CLUSTER_ACTIVE_SIZE",
                "7"));

    machine.start().awaitReady();

    assertThat(machine.printed())
        .singleElement(as(STRING))
        .startsWith(
            "ready name=from-the-command mode=peer client=http://%s peer=http://%s "
                .formatted(client, peer));
    assertThat(machines.directory().resolve("elsewhere")).isDirectory();
    Deadlines.await("the config")
        .untilAsserted(
            () ->
                assertThat(
                        Http.get("http://" + peer + "/v2/admin/config")
                            .object()
                            .get("activeSize")
                            .getAsInt())
                    .isEqualTo(7));
  }

  @Test
  void withForceItDropsWhatItHadAndSaysSo() throws IOException {
    MachineUnderTest machine = machines.machineAt("one").start().awaitReady();
    assertThat(Http.putValue(machine.clientUrl() + "/v2/keys/a", "1").status()).isEqualTo(201);
    machine.kill();
    List<String> options = new ArrayList<>(machine.options());
    options.add("--force");

    MachineUnderTest forced = machines.machine("forced", options).start().awaitReady();

    assertThat(Http.get(forced.clientUrl() + "/v2/keys/a?quorum=true").status()).isEqualTo(404);
    assertThat(forced.errors()).anyMatch(line -> line.contains(machine.dataDirectory().toString()));
  }
}
