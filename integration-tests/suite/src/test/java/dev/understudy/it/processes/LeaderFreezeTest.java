package dev.understudy.it.processes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.it.processes.Http.Answer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Leaders that are held still and go on as if nothing had happened. Three times; more by {@code
 * -Dunderstudy.freezes=20}.
 */
class LeaderFreezeTest {
  private static final int FREEZES = Integer.getInteger("understudy.freezes", 3);
  private static final long FREEZE_MILLIS = 3_000;

  /** What a machine gives a request (5 s and two election timeouts), and the freeze before it. */
  private static final long ANSWERED_WITHIN_MILLIS = 7_000 + FREEZE_MILLIS;

  /** All of them in Jetty's pools, which have bounds and lose idle threads only by and by. */
  private static final long MORE_THREADS_AT_MOST = 24;

  private static final long MORE_MEMORY_AT_MOST_KIB = 96 << 10;

  @RegisterExtension final Machines machines = Machines.ofEachTest();

  @Test
  void aLeaderThatWasFrozenAnswersNothingStaleAndStepsDown() throws IOException {
    TestCluster cluster = TestCluster.start(machines, 3, 3, 600);
    RecordingClients clients = RecordingClients.start(cluster.machines());
    Map<String, Long> threads;
    Map<String, Long> memory;
    try (clients) {
      clients.awaitMore(50);
      freezesTheLeader(cluster, clients);
      threads = ofEach(cluster, "Threads:");
      memory = ofEach(cluster, "VmRSS:");
      for (int i = 1; i < FREEZES; i++) {
        freezesTheLeader(cluster, clients);
      }
      tellThreads(cluster);
      staysFlat("threads", threads, ofEach(cluster, "Threads:"), MORE_THREADS_AT_MOST);
      staysFlat("KiB", memory, ofEach(cluster, "VmRSS:"), MORE_MEMORY_AT_MOST_KIB);
      clients.check(cluster);
    }

    System.out.printf(
        "measured %d freezes of the leader: %d writes, %d reads%n",
        FREEZES, clients.writes(), clients.reads());
    Deadlines.kept("the longest request", clients.longestMillis(), ANSWERED_WITHIN_MILLIS);
    toldInMetrics(cluster);
  }

  private static void freezesTheLeader(TestCluster cluster, RecordingClients clients) {
    MachineUnderTest frozen = cluster.leader();
    frozen.freeze();
    try {
      HistoryUnderFaultsTest.pass(FREEZE_MILLIS);
      // Two elections in which votes are split take longer; who was missed by nobody would lead on.
      Deadlines.await("the others elect another than " + frozen.name())
          .until(() -> cluster.leaderBeside(frozen).isPresent());
    } finally {
      frozen.thaw();
    }
    Deadlines.await("another leader than " + frozen.name())
        .until(() -> cluster.leaderNow().filter(leader -> leader != frozen).isPresent());
    clients.awaitMore(20);
  }

  private static Map<String, Long> ofEach(TestCluster cluster, String line) throws IOException {
    Map<String, Long> values = new TreeMap<>();
    for (MachineUnderTest machine : cluster.machines()) {
      Path status = Path.of("/proc", Long.toString(machine.pid()), "status");
      String found =
          Files.readAllLines(status).stream()
              .filter(each -> each.startsWith(line))
              .findFirst()
              .orElseThrow();
      values.put(machine.name(), Long.parseLong(found.replaceAll("[^0-9]", "")));
    }
    return values;
  }

  /** How many threads of which kind, for whoever has to find out which grew. */
  private static void tellThreads(TestCluster cluster) throws IOException {
    for (MachineUnderTest machine : cluster.machines()) {
      Map<String, Integer> kinds = new TreeMap<>();
      for (String name : machine.threadNames()) {
        kinds.merge(name.replaceAll("[0-9a-f]*[0-9].*", "#"), 1, Integer::sum);
      }
      System.out.printf("measured threads of %s: %s%n", machine.name(), kinds);
    }
  }

  private static void staysFlat(
      String what, Map<String, Long> before, Map<String, Long> after, long moreAtMost) {
    System.out.printf("measured %s: %s, then %s%n", what, before, after);
    after.forEach(
        (machine, value) ->
            assertThat(value - before.get(machine))
                .as("%s of %s", what, machine)
                .isLessThanOrEqualTo(moreAtMost));
  }

  private static void toldInMetrics(TestCluster cluster) throws IOException {
    for (MachineUnderTest machine : cluster.machines()) {
      Answer answer = Http.get(machine.clientUrl() + "/metrics");
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.header("content-type")).startsWith("text/plain");
      System.out.printf(
          "measured at %s: %s%n",
          machine.name(),
          answer
              .body()
              .lines()
              .filter(line -> line.matches("understudy_(lead|read_gate|driver_turn_longest).*"))
              .toList());
      assertThat(answer.body()).contains("understudy_leadership_transitions_total ");
    }
  }

  @Test
  void theMultiplierStretchesHeartbeatsAndElections() throws IOException {
    MachineUnderTest machine =
        machines.machineAt(
            "slow",
            "--peer-heartbeat-interval",
            "50",
            "--peer-election-timeout",
            "400",
            "--raft-multiplier",
            "5");
    machine.start().awaitReady();
    String metrics = Http.get(machine.clientUrl() + "/metrics").body();
    assertThat(metrics).contains("understudy_heartbeat_interval_seconds 0.25\n");
    assertThat(metrics).contains("understudy_election_timeout_seconds 2.0\n");
  }
}
