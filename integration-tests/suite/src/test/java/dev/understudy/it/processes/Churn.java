package dev.understudy.it.processes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Machines that come and go for a while, as operators and faults have it, while clients write: some
 * are killed and started again, removed, cut off from each other, and the number of seats changes.
 * In the end all must be well again, and nothing may be missing or left over.
 */
final class Churn {
  private static final int MACHINES = 6;
  private static final int REMOVE_DELAY_SECONDS = 2;
  private static final int WRITERS = 4;
  private static final long PACE_MILLIS = 20;

  /** Its lock, the segment that is written, the next one, and one that is being read. */
  private static final int MOST_FILES = 6;

  private final Machines fixture;
  private final Optional<NetworkSpaces> network;
  private final Random random;
  private final Map<String, Integer> faults = new TreeMap<>();
  private TestCluster cluster;

  /**
   * @param network if machines can be cut off from each other
   */
  Churn(Machines fixture, Optional<NetworkSpaces> network, long seed) {
    this.fixture = fixture;
    this.network = network;
    this.random = new Random(seed);
  }

  static String[] names() {
    return Stream.iterate(1, n -> n + 1).limit(MACHINES).map(n -> "m" + n).toArray(String[]::new);
  }

  /** Goes on for that long, and checks. */
  void run(long millis) throws IOException {
    cluster =
        TestCluster.start(fixture, MACHINES, 3, REMOVE_DELAY_SECONDS, "--snapshot-count", "500");
    long endNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    Writers writers = Writers.start(cluster.machines(), WRITERS, PACE_MILLIS);
    try (writers) {
      writers.awaitMore(20);
      while (System.nanoTime() < endNanos) {
        fault();
        HistoryUnderFaultsTest.pass(200 + random.nextInt(800));
      }
      cluster.machines().stream()
          .filter(machine -> !machine.isAlive())
          .map(MachineUnderTest::start)
          .toList()
          .forEach(MachineUnderTest::awaitReady);
      Deadlines.await("three seats").until(() -> configure("{\"activeSize\":3}"));
      cluster.awaitPeers(3);
      writers.awaitMore(20);
    }
    check(writers);
  }

  /** Nothing that would leave no majority: that is another story, and has an end of its own. */
  private void fault() {
    List<MachineUnderTest> dead =
        cluster.machines().stream().filter(machine -> !machine.isAlive()).toList();
    boolean spare = dead.isEmpty() && cluster.livePeers().size() >= 3;
    MachineUnderTest victim = cluster.machines().get(random.nextInt(MACHINES));
    if (!dead.isEmpty() && random.nextBoolean()) {
      count("start");
      dead.forEach(MachineUnderTest::start);
    } else if (!spare || random.nextInt(6) == 0) {
      configure("{\"activeSize\":" + (random.nextBoolean() ? 5 : 3) + "}");
    } else {
      harm(victim);
    }
  }

  private void harm(MachineUnderTest victim) {
    switch (random.nextInt(network.isPresent() ? 5 : 4)) {
      case 0, 1 -> {
        count("kill");
        victim.kill();
      }
      case 2 -> {
        count("stop");
        victim.terminate();
        victim.start();
      }
      case 3 -> remove();
      default -> cutOff(victim);
    }
  }

  private void remove() {
    List<MachineUnderTest> peers = cluster.livePeers();
    if (peers.size() >= 3) {
      String name = peers.get(random.nextInt(peers.size())).name();
      try {
        Http.delete(peers.get(0).peerUrl() + "/v2/admin/machines/" + name);
        count("remove");
      } catch (IOException e) {
        count("remove in vain");
      }
    }
  }

  private boolean configure(String json) {
    try {
      Optional<MachineUnderTest> leader = cluster.leaderNow();
      boolean done =
          leader.isPresent()
              && Http.putJson(leader.get().peerUrl() + "/v2/admin/config", json).status() == 200;
      count(done ? "config" : "config in vain");
      return done;
    } catch (IOException e) {
      count("config in vain");
      return false;
    }
  }

  private void cutOff(MachineUnderTest victim) {
    count("cut off");
    network.orElseThrow().cutOff(victim);
    HistoryUnderFaultsTest.pass(1_000 + random.nextInt(3_000));
    network.orElseThrow().heal(victim);
  }

  private void count(String fault) {
    faults.merge(fault, 1, Integer::sum);
  }

  private void check(Writers writers) throws IOException {
    System.out.printf(
        "measured churn: %d writes acknowledged, %d tries failed, %s%n",
        writers.count(), writers.failures(), faults);
    for (MachineUnderTest peer : cluster.livePeers()) {
      writers.assertAllThere(peer, true);
    }
    String config = cluster.config().toString();
    assertThat(cluster.config().get("activeSize").getAsInt())
        .isEqualTo(3)
        .isEqualTo(TestCluster.seats(cluster.leader()).size());
    for (MachineUnderTest machine : cluster.livePeers()) {
      assertThat(Http.get(machine.peerUrl() + "/v2/admin/config").object()).hasToString(config);
    }
    Deadlines.await("nothing is left over of the modes that ended")
        .untilAsserted(
            () -> {
              for (MachineUnderTest machine : cluster.alive()) {
                checkThreads(machine);
                checkFiles(machine);
              }
            });
  }

  /** A peer has one of each, and a standby none. */
  private static void checkThreads(MachineUnderTest machine) throws IOException {
    int allowed = machine.mode().equals("peer") ? 1 : 0;
    List<String> threads = machine.threadNames();
    for (String each : List.of("driver-", "leader-", "answers-")) {
      assertThat(threads)
          .as("%s of %s", each, machine)
          .filteredOn(name -> name.startsWith(each))
          .hasSize(allowed);
    }
  }

  /** Of the log a few, and none that was deleted. */
  private static void checkFiles(MachineUnderTest machine) throws IOException {
    assertThat(machine.openFiles())
        .as("files of %s", machine)
        .filteredOn(file -> file.startsWith(machine.dataDirectory().toString()))
        .hasSizeLessThanOrEqualTo(MOST_FILES)
        .noneMatch(file -> file.endsWith("(deleted)"));
  }
}
