package dev.understudy.it.processes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Debian's {@code etcdctl} (package {@code etcd-client}) against a leader and against a follower.
 * Without it these tests are skipped, except where {@code UNDERSTUDY_REQUIRE_TOOLS=1} forbids that.
 */
class EtcdctlTest {
  @RegisterExtension static final Machines machines = Machines.ofAllTests();

  private static TestCluster cluster;

  private final List<Process> running = new ArrayList<>();
  private String endpoint = "";

  /** Whom the client is pointed at. */
  enum Asked {
    LEADER,
    FOLLOWER;

    MachineUnderTest machine() {
      return this == LEADER ? cluster.leader() : cluster.follower();
    }

    /** A directory of its own. */
    String key(String name) {
      return "/" + name() + "/" + name;
    }
  }

  /** How a command ended. */
  private record Ended(int code, String out, String err) {}

  @BeforeAll
  static void startThree() {
    if (!isInstalled()) {
      if ("1".equals(System.getenv("UNDERSTUDY_REQUIRE_TOOLS"))) {
        fail("etcdctl is not installed (Debian: etcd-client), and UNDERSTUDY_REQUIRE_TOOLS is 1");
      }
      assumeTrue(false, "etcdctl is not installed (Debian: etcd-client)");
    }
    cluster = TestCluster.start(machines, 3, 3, 60);
  }

  private static boolean isInstalled() {
    for (String directory : System.getenv("PATH").split(":")) {
      if (Files.isExecutable(Path.of(directory, "etcdctl"))) {
        return true;
      }
    }
    return false;
  }

  @AfterEach
  void endWhatStillRuns() {
    running.forEach(Process::destroyForcibly);
  }

  @ParameterizedTest
  @EnumSource
  void setsGetsAndRemovesKeys(Asked asked) {
    succeeds(asked, "v", "set", asked.key("a"), "v");
    succeeds(asked, "v", "get", asked.key("a"));
    succeeds(asked, "w", "set", asked.key("a"), "w", "--swap-with-value", "v");
    assertThat(run(asked, "set", asked.key("a"), "x", "--swap-with-value", "v").err())
        .contains("101: Compare failed ([v != w])");
    succeeds(asked, "PrevNode.Value: w", "rm", asked.key("a"));

    Ended missing = run(asked, "get", asked.key("a"));
    assertThat(missing.code()).isEqualTo(4);
    assertThat(missing.err()).contains("100: Key not found (" + asked.key("a") + ")");
  }

  @ParameterizedTest
  @EnumSource
  void makesAKeyOnlyOnce(Asked asked) {
    succeeds(asked, "1", "mk", asked.key("once"), "1");

    Ended again = run(asked, "mk", asked.key("once"), "2");

    assertThat(again.code()).isEqualTo(4);
    assertThat(again.err()).contains("105: Key already exists");
    succeeds(asked, "1", "get", asked.key("once"));
  }

  @ParameterizedTest
  @EnumSource
  void makesListsAndRemovesDirectories(Asked asked) {
    String directory = asked.key("dir");
    succeeds(asked, "", "setdir", directory);
    succeeds(asked, "1", "set", directory + "/x", "1");
    succeeds(asked, "2", "set", directory + "/sub/y", "2");
    succeeds(asked, directory + "/sub\n" + directory + "/x", "ls", "--sort", directory);
    succeeds(
        asked,
        directory + "/sub/\n" + directory + "/sub/y\n" + directory + "/x",
        "ls",
        "--sort",
        "--recursive",
        "-p",
        directory);
    assertThat(run(asked, "rm", directory).err()).contains("102: Not a file");
    succeeds(asked, "", "rm", "--recursive", directory);
    assertThat(run(asked, "ls", directory).err()).contains("100: Key not found");
  }

  @ParameterizedTest
  @EnumSource
  void watchesOneChange(Asked asked) {
    String key = asked.key("watched");
    Process watch = start(asked, "watch", key);
    changeUntilEnded(asked, key, watch);

    Ended ended = end(watch);

    assertThat(ended.code()).as(ended.err()).isZero();
    assertThat(ended.out().strip()).startsWith("changed");
  }

  @ParameterizedTest
  @EnumSource
  void runsACommandAtEachChange(Asked asked) throws IOException {
    String key = asked.key("executed");
    Path told = machines.directory().resolve("told-" + asked);
    Process watch =
        start(
            asked,
            "exec-watch",
            // Without any flag this etcdctl takes the command for the key.
            "--recursive",
            key,
            "--",
            "sh",
            "-c",
            "echo $ETCD_WATCH_ACTION $ETCD_WATCH_KEY $ETCD_WATCH_VALUE >> " + told);
    Deadlines.await("exec-watch has been told twice")
        .pollInterval(java.time.Duration.ofMillis(100))
        .until(
            () -> {
              assertThat(watch.isAlive()).as("exec-watch runs on").isTrue();
              succeeds(asked, "changed", "set", key, "changed");
              return Files.exists(told) && Files.readAllLines(told).size() >= 2;
            });
    assertThat(Files.readAllLines(told)).containsOnly("set " + key + " changed");
  }

  /**
   * When the watch has begun cannot be seen from outside, so changes go on until it has seen one.
   */
  private void changeUntilEnded(Asked asked, String key, Process watch) {
    Deadlines.await("the watch sees a change")
        .pollInterval(java.time.Duration.ofMillis(100))
        .until(
            () -> {
              succeeds(asked, "changed", "set", key, "changed");
              return !watch.isAlive();
            });
  }

  @ParameterizedTest
  @EnumSource
  void knowsTheMembersAndTheirHealth(Asked asked) {
    Ended members = run(asked, "member", "list");
    assertThat(members.code()).as(members.err()).isZero();
    for (MachineUnderTest machine : cluster.machines()) {
      assertThat(members.out().lines())
          .filteredOn(
              line ->
                  line.contains(
                      "name=%s peerURLs=%s clientURLs=%s isLeader=%b"
                          .formatted(
                              machine.name(),
                              machine.peerUrl(),
                              machine.clientUrl(),
                              machine.equals(cluster.leader()))))
          .hasSize(1);
    }

    Ended added = run(asked, "member", "add", "new", "http://10.0.0.9:2380");
    assertThat(added.code()).isNotZero();
    assertThat(added.out() + added.err()).contains("start one with --peers");

    Ended health = run(asked, "cluster-health");
    assertThat(health.code()).as(health.out()).isZero();
    assertThat(health.out().lines().filter(line -> line.contains(" is healthy: "))).hasSize(3);
    assertThat(health.out().strip()).endsWith("cluster is healthy");
  }

  /** At the other one, too, there is nobody left afterwards. */
  @ParameterizedTest
  @EnumSource
  void makesUsersAndRolesAndAsksForThem(Asked asked) {
    String root = "root:top";
    String joe = "joe:secret";
    String pattern = asked.key("app") + "/*";
    // Refused until every member is known to know users.
    Deadlines.await("a first user is made")
        .untilAsserted(() -> succeeds(asked, "User root created", "user", "add", root));
    succeeds(asked, "Role app created", "role", "add", "app");
    succeeds(asked, "Role app updated", "role", "grant", "app", "-path", pattern, "-readwrite");
    succeeds(asked, "User joe created", "user", "add", joe);
    succeeds(asked, "User joe updated", "user", "grant", "joe", "-roles", "app");
    succeeds(asked, "Authentication Enabled", "auth", "enable");
    try {
      succeeds(asked, "Role guest updated", as(root, "role revoke guest -path /* -readwrite"));
      assertThat(run(asked, "ls", "/").err()).contains("110: The request requires user");
      succeeds(asked, "1", as(joe, "set " + asked.key("app") + "/a 1"));
      succeeds(asked, "1", as(joe, "get " + asked.key("app") + "/a"));
      assertThat(run(asked, as(joe, "get " + asked.key("other"))).err()).contains("110: ");
      assertThat(run(asked, as("joe:guess", "get " + asked.key("app") + "/a")).err())
          .contains("110: ");
      assertThat(run(asked, as(joe, "user list")).code()).isNotZero();
      succeeds(asked, "joe\nroot", as(root, "user list"));
      assertThat(run(asked, as(joe, "cluster-health")).out()).contains("cluster is healthy");
    } finally {
      succeeds(asked, "Authentication Disabled", as(root, "auth disable"));
    }
    succeeds(asked, "User joe removed", "user", "remove", "joe");
    succeeds(asked, "User root removed", "user", "remove", "root");
    succeeds(asked, "Role app removed", "role", "remove", "app");
    succeeds(asked, "Role guest removed", "role", "remove", "guest");
  }

  private static String[] as(String user, String command) {
    return ("-u " + user + " " + command).split(" ");
  }

  private void succeeds(Asked asked, String expected, String... command) {
    Ended ended = run(asked, command);
    assertThat(ended.code()).as("%s: %s", List.of(command), ended.err()).isZero();
    assertThat(ended.out().strip()).as("%s", List.of(command)).isEqualTo(expected);
  }

  private Ended run(Asked asked, String... command) {
    return end(start(asked, command));
  }

  private Process start(Asked asked, String... command) {
    List<String> line = new ArrayList<>(List.of("etcdctl"));
    // Otherwise it would look for the leader by itself.
    line.addAll(List.of("--no-sync", "--endpoints", endpoint(asked)));
    line.addAll(List.of(command));
    ProcessBuilder builder = new ProcessBuilder(line);
    builder.environment().put("ETCDCTL_API", "2");
    try {
      Process process = builder.start();
      running.add(process);
      return process;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * The same machine for all commands of a test, whoever leads by then: another one may not have
   * what this one has acknowledged.
   */
  private String endpoint(Asked asked) {
    if (endpoint.isEmpty()) {
      endpoint = asked.machine().clientUrl();
    }
    return endpoint;
  }

  /** What it prints is far less than a pipe holds, so it may be read afterwards. */
  private static Ended end(Process process) {
    try {
      assertThat(process.waitFor(Deadlines.PATIENCE.toSeconds(), TimeUnit.SECONDS))
          .as("etcdctl ends")
          .isTrue();
      return new Ended(
          process.exitValue(), text(process.getInputStream()), text(process.getErrorStream()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String text(InputStream stream) throws IOException {
    return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
  }
}
