package dev.understudy.it.processes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Hundreds of standbys behind three peers; {@link ManyStandbysSoak} has a thousand. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class ManyStandbysTest {
  private static final int REMOVE_DELAY_SECONDS = 2;

  /** A peer that gets no processor time for seconds keeps its seat where none is to die. */
  private static final int NO_ONE_IS_LOST_SECONDS = 600;

  private static final int TICKS_PER_SECOND = 100;

  @RegisterExtension final Machines machines = Machines.ofEachTest();

  @TempDir Path directory;

  @Test
  void ofHundredsExactlyOneTakesADeadPeersSeatAndAllHearOfIt() throws Exception {
    takeAnEmptySeat(machines, directory, 200, 2, 5_000);
  }

  /**
   * The leader's cost at rest, then the way of one seat.
   *
   * @param measuredMillis how long the cost at rest is measured
   */
  static void takeAnEmptySeat(
      Machines machines, Path directory, int count, int syncIntervalSeconds, long measuredMillis)
      throws Exception {
    TestCluster cluster = TestCluster.start(machines, 3, 3, NO_ONE_IS_LOST_SECONDS);
    cluster.configure("{\"syncInterval\":" + syncIntervalSeconds + "}");
    List<String> peers = cluster.machines().stream().map(MachineUnderTest::peerUrl).toList();
    List<String> names = cluster.machines().stream().map(MachineUnderTest::name).toList();
    try (ManyStandbys standbys = new ManyStandbys(count, peers, directory)) {
      Deadlines.await("all standbys know the peers").until(() -> standbys.knowing(names) == count);
      // One that is late on a busy machine is forgotten until its next sync.
      Deadlines.await("the leader knows nearly all standbys")
          .until(() -> announced(cluster.leader()) >= count * 9 / 10);
      measureRest(cluster.leader(), standbys, count, syncIntervalSeconds, measuredMillis);

      // Removed, not killed: who takes a dead peer's place has to catch up first, and none does
      // here.
      MachineUnderTest victim = cluster.follower();
      TestCluster.remove(victim.name(), cluster.leader());
      Deadlines.await("one takes the seat").until(() -> !standbys.taken().isEmpty());
      long takenNanos = System.nanoTime();
      String winner = winner(cluster, names);
      List<String> next =
          Stream.concat(
                  names.stream().filter(name -> !name.equals(victim.name())), Stream.of(winner))
              .toList();
      // The one that has the seat syncs no more.
      Deadlines.await("all others know the new set")
          .until(() -> standbys.knowing(next) >= count - 1);

      Deadlines.kept(
          count + " standbys know the new set",
          TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - takenNanos),
          TimeUnit.SECONDS.toMillis(2L * syncIntervalSeconds));
      assertThat(standbys.taken()).hasSize(1);
      assertThat(standbys.mostJoins()).isLessThanOrEqualTo(2);
      assertThat(standbys.bugs()).isEmpty();
      System.out.printf("measured requests for the seat: %d%n", standbys.allJoins());
    }
  }

  /**
   * The same where a peer is killed. Who takes its seat has to catch up, so it is a real machine
   * among the many; it has been known for longest, and is no better than they are otherwise.
   */
  static void takeADeadPeersSeat(
      Machines machines, Path directory, int count, int syncIntervalSeconds, long measuredMillis)
      throws Exception {
    TestCluster cluster = TestCluster.start(machines, 4, 3, REMOVE_DELAY_SECONDS);
    MachineUnderTest standby = cluster.machine("m4");
    cluster.configure("{\"syncInterval\":" + syncIntervalSeconds + "}");
    List<String> peers = cluster.awaitPeers(3).stream().map(MachineUnderTest::peerUrl).toList();
    List<String> names = List.of("m1", "m2", "m3");
    try (ManyStandbys standbys = new ManyStandbys(count, peers, directory)) {
      Deadlines.await("all standbys know the peers").until(() -> standbys.knowing(names) == count);
      Deadlines.await("the leader knows nearly all standbys")
          .until(() -> announced(cluster.leader()) >= count * 9 / 10);
      measureRest(cluster.leader(), standbys, count, syncIntervalSeconds, measuredMillis);

      MachineUnderTest victim = cluster.follower();
      long killedNanos = System.nanoTime();
      victim.kill();
      Deadlines.await("one takes the seat").until(() -> standby.mode().equals("peer"));
      long takenNanos = System.nanoTime();
      System.out.printf(
          "measured seat filled after kill -9: %d ms%n",
          TimeUnit.NANOSECONDS.toMillis(takenNanos - killedNanos));
      List<String> next =
          Stream.of("m1", "m2", "m3", "m4").filter(name -> !name.equals(victim.name())).toList();
      Deadlines.await("all know the new set").until(() -> standbys.knowing(next) == count);

      Deadlines.kept(
          count + " standbys know the new set",
          TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - takenNanos),
          TimeUnit.SECONDS.toMillis(2L * syncIntervalSeconds));
      assertThat(standbys.taken()).isEmpty();
      assertThat(standbys.mostJoins()).isLessThanOrEqualTo(2);
      assertThat(standbys.bugs()).isEmpty();
      System.out.printf("measured requests for the seat by others: %d%n", standbys.allJoins());
    }
  }

  private static String winner(TestCluster cluster, List<String> before) {
    return Deadlines.await("the leader lists the one that took the seat")
        .until(
            () ->
                TestCluster.seats(cluster.leader()).keySet().stream()
                    .filter(name -> !before.contains(name))
                    .findFirst()
                    .orElse(""),
            name -> !name.isEmpty());
  }

  private static int announced(MachineUnderTest leader) throws IOException {
    return Http.get(leader.peerUrl() + "/v2/admin/standbys").json().getAsJsonArray().size();
  }

  /** What it costs the leader that they sync, and nothing else happens. */
  private static void measureRest(
      MachineUnderTest leader, ManyStandbys standbys, int count, int intervalSeconds, long millis)
      throws IOException {
    int syncsBefore = standbys.syncsTo(leader.peerUrl());
    long before = cpuTicks(leader);
    long beganNanos = System.nanoTime();
    HistoryUnderFaultsTest.pass(millis);
    double seconds = (System.nanoTime() - beganNanos) / 1e9;
    double cores = (cpuTicks(leader) - before) / (double) TICKS_PER_SECOND / seconds;
    System.out.printf(
        "measured leader at rest with %d standbys: %.1f %% of a core, %.0f syncs a second%n",
        count, 100 * cores, (standbys.syncsTo(leader.peerUrl()) - syncsBefore) / seconds);
    assertThat(standbys.allJoins()).as("requests for seats that nobody offers").isZero();
    // One in an interval that varies by a tenth, and some that were under way.
    assertThat(standbys.syncsTo(leader.peerUrl()) - syncsBefore)
        .isLessThanOrEqualTo((int) (1.2 * count * (1 + seconds / intervalSeconds)));
    // Of a virtual machine that runs compiled by the first compiler only, beside others.
    assertThat(cores).isLessThan(1);
  }

  private static long cpuTicks(MachineUnderTest machine) throws IOException {
    String stat = Files.readString(Path.of("/proc/" + machine.pid() + "/stat"));
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    return Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
  }
}
