package dev.understudy.it.processes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.it.pages.Pages;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The first command of the README: a cluster to play with, its machines as child processes. What
 * the README and the pages of the documentation have their readers type is typed to it, but for the
 * reference of requests, which {@link ReferenceExamplesTest} runs.
 */
class ClusterCommandTest {
  private static final int MACHINES = 5;
  private static final int SECONDS = 240;
  private static final Path ROOT = Path.of("..", "..").toAbsolutePath().normalize();

  /** What is not typed here, and why. Everything else in the pages is. */
  private static final Map<String, String> LEFT_OUT =
      Map.ofEntries(
          Map.entry("mvn .*", "the build; its cluster is started above"),
          Map.entry("curl .*greeting\\?wait=true'", "waits for a writer: WatchLifeTest"),
          Map.entry("bin/understudy --name m[123] .*", "three hosts: UniformConfigurationTest"),
          Map.entry("java -jar understudy.jar --name [ab] .*", "other hosts: StartTest"),
          Map.entry("java -jar understudy.jar --data-dir new .*", "a machine goes on: ToolsTest"),
          Map.entry("understudy bench .*", "takes long: BenchTest"),
          Map.entry("understudy import .*", "needs an etcd: ImportTest"),
          Map.entry("understudy .* --ca-file .*", "needs certificates: MutualTlsTest"),
          Map.entry("systemctl .*", "needs systemd: the package was installed by hand"),
          Map.entry("docker .*", "needs docker"));

  /** Operators, whom a cluster that has just changed tells to ask again, do so. */
  private static final String BEGINNING =
      """
      set -eE
      trap 'echo "FAILED: $BASH_COMMAND"' ERR
      again() {
        local attempt
        for attempt in $(seq 20); do "$@" && return 0; sleep 0.5; done
        return 1
      }
      curl() { again command curl --silent --show-error --fail --max-time 20 "$@"; }
      """;

  @RegisterExtension final Machines machines = Machines.ofEachTest();

  @Test
  void itTellsWhatHappensToItsMachinesAndStopsThemAll() throws IOException {
    int basePort = Ports.firstOfFree(2 * MACHINES);
    MachineUnderTest command =
        machines.machine(
            "cluster",
            Stream.concat(
                    ofReadme(),
                    Stream.of(
                        "--base-port",
                        Integer.toString(basePort),
                        "--data-dir",
                        machines.directory().resolve("data").toString()))
                .toList());
    command.start();
    ProcessHandle self = handleOf(command);
    try {
      Deadlines.await("a standby behind three peers is told")
          .untilAsserted(
              () ->
                  assertThat(String.join("\n", command.printed()))
                      .contains(
                          "m1 was elected",
                          "m2 has a seat",
                          "m3 has a seat",
                          "m4 is a standby",
                          "m5 is a standby"));
      assertThat(children(self)).hasSize(MACHINES);
      String client = "http://127.0.0.1:" + basePort;
      Deadlines.await("it can be written to")
          .ignoreExceptions()
          .until(() -> Http.putValue(client + "/v2/keys/written", "1").succeeded());

      // The founder leads, and is the machine at the base port.
      ProcessHandle leader =
          children(self).stream()
              .filter(child -> arguments(child).contains("m1"))
              .findFirst()
              .orElseThrow();
      int before = command.printed().size();
      leader.destroyForcibly();
      Deadlines.await("the standby takes the seat")
          .untilAsserted(
              () ->
                  assertThat(tail(command, before))
                      .anyMatch(line -> line.matches(".*m[45] (took|has) a seat.*")));
      typeThePages(basePort + 2, basePort + 4);
    } finally {
      List<ProcessHandle> children = children(self);
      command.terminate();
      Deadlines.await("every machine has ended")
          .until(() -> children.stream().noneMatch(ProcessHandle::isAlive));
    }
  }

  /** The words of the README's first command. */
  private static Stream<String> ofReadme() throws IOException {
    String first = Pages.commands(Pages.all().get(0)).get(0).text();
    assertThat(first).contains("java -jar admin/target/understudy.jar cluster ");
    return Arrays.stream(first.substring(first.indexOf("cluster ")).split(" "));
  }

  /**
   * Types what the pages say, to a machine that lives and to another. What needs etcdctl comes
   * last, since not everybody has it, and since afterwards nobody may do anything unnamed.
   */
  private void typeThePages(int client, int other) throws IOException {
    List<String> typed = new ArrayList<>();
    Set<String> unused = new HashSet<>(LEFT_OUT.keySet());
    unused.remove("docker .*");
    for (Path page : Pages.all()) {
      for (Pages.Command command : Pages.commands(page)) {
        Optional<String> rule =
            LEFT_OUT.keySet().stream().filter(each -> command.text().matches(each)).findFirst();
        if (rule.isPresent()) {
          unused.remove(rule.get());
        } else if (!command.page().equals("api.md")) {
          typed.add(command.text());
        }
      }
    }
    assertThat(unused).as("what is left out and not there").isEmpty();
    assertThat(typed).hasSizeGreaterThan(30);
    Tool bash = Tool.require("bash", "Debian: bash");
    Tool.require("curl", "Debian: curl");
    List<String> ofUs = typed.stream().filter(line -> !line.contains("ETCDCTL")).toList();
    type(bash, ofUs.stream().filter(line -> !line.contains("etcdctl ")), client, other);
    Tool.require("etcdctl", "Debian: etcd-client");
    type(
        bash,
        typed.stream().filter(line -> line.contains("etcdctl ") || line.contains("ETCDCTL")),
        client,
        other);
  }

  private void type(Tool bash, Stream<String> lines, int client, int other) throws IOException {
    try (TypedCommands commands =
        TypedCommands.with(Map.of("UNDERSTUDY_ENDPOINTS", "127.0.0.1:" + client))) {
      type(bash, lines, client, other, commands);
    }
  }

  private void type(
      Tool bash, Stream<String> lines, int client, int other, TypedCommands commands) {
    String script =
        BEGINNING
            + commands.function()
            + lines
                .map(line -> here(line, client, other))
                .collect(Collectors.joining("\n", "", "\necho all were typed\n"));
    Tool.Result result = bash.run(machines.directory(), Map.of(), SECONDS, "-c", script);
    assertThat(result.printed()).as(script).contains("all were typed");
    assertThat(result.exit()).isZero();
  }

  /** As it is typed here: the addresses of machines, where things lie, and a password. */
  private String here(String line, int client, int other) {
    return line.replace("127.0.0.1:2381", "127.0.0.1:" + other)
        .replaceAll("(127\\.0\\.0\\.1|10\\.0\\.0\\.[19]):2379", "127.0.0.1:" + client)
        .replaceAll("(127\\.0\\.0\\.1|10\\.0\\.0\\.1):2380", "127.0.0.1:" + (client + 1))
        .replace("$PWD", ROOT.toString())
        .replace("java -jar understudy.jar", "again understudy")
        .replaceFirst("^understudy ", "again understudy ")
        .replace("monday.snap", machines.directory().resolve("monday.snap").toString())
        .replaceAll("DATA-DIR|(?<=--data-dir )new", machines.directory().resolve("new").toString())
        .replace("--force-new-cluster", "--force-new-cluster --yes")
        .replace("-u root ", "-u root:secret ")
        .replace("user add root", "user add root:secret")
        .replace("user add joe", "user add joe:secret");
  }

  private static ProcessHandle handleOf(MachineUnderTest command) {
    return ProcessHandle.of(command.pid()).orElseThrow();
  }

  private static List<String> arguments(ProcessHandle process) {
    return process.info().arguments().map(List::of).orElse(List.of());
  }

  private static List<ProcessHandle> children(ProcessHandle process) {
    return process.children().filter(child -> arguments(child).contains("--name")).toList();
  }

  private static List<String> tail(MachineUnderTest command, int from) {
    List<String> printed = command.printed();
    return printed.subList(Math.min(from, printed.size()), printed.size());
  }
}
