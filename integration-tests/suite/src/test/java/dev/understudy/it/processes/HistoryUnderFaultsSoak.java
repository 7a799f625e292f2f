package dev.understudy.it.processes;

import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The faults of {@link HistoryUnderFaultsTest} in any order, again and again, each round with a
 * history of its own. Takes some minutes:
 *
 * <pre>mvn -o verify -Psoak -pl integration-tests/suite -am -Dit.test=HistoryUnderFaultsSoak</pre>
 */
@Timeout(value = 60, unit = TimeUnit.MINUTES)
class HistoryUnderFaultsSoak {
  private static final int ROUNDS = Integer.getInteger("understudy.soak.rounds", 10);
  private static final int FAULTS_A_ROUND = 8;
  private static final int SEATS = 3;

  @RegisterExtension final Machines machines = Machines.ofEachTest();

  @Test
  void everythingCanBeExplained() throws Exception {
    long seed = Long.getLong("understudy.soak.seed", System.nanoTime());
    System.out.printf("seed %d (-Dunderstudy.soak.seed)%n", seed);
    Random random = new Random(seed);
    try (NetworkSpaces network = NetworkSpaces.of(machines, "m1", "m2", "m3")) {
      BrokenDisk disks = BrokenDisk.of(machines);
      FakeClock clocks = FakeClock.of(machines);
      TestCluster cluster =
          TestCluster.start(machines, SEATS, SEATS, 600, "--snapshot-count", "500");
      try {
        for (int round = 0; round < ROUNDS; round++) {
          try (RecordingClients clients = RecordingClients.start(cluster.machines())) {
            clients.awaitMore(50);
            for (int i = 0; i < FAULTS_A_ROUND; i++) {
              fault(cluster, network, disks, clocks, clients, random);
            }
            cluster.awaitPeers(SEATS);
            clients.check(cluster);
          }
        }
      } finally {
        cluster.machines().forEach(MachineUnderTest::kill);
      }
    }
  }

  private static void fault(
      TestCluster cluster,
      NetworkSpaces network,
      BrokenDisk disks,
      FakeClock clocks,
      RecordingClients clients,
      Random random) {
    MachineUnderTest victim = random.nextBoolean() ? cluster.leader() : cluster.follower();
    switch (random.nextInt(6)) {
      case 0 -> HistoryUnderFaultsTest.killed(victim, clients);
      case 1 -> HistoryUnderFaultsTest.heldStill(victim, clients);
      case 2 ->
          HistoryUnderFaultsTest.clockMoved(
              victim, clocks, random.nextInt(20_000) - 10_000, clients);
      case 3 -> HistoryUnderFaultsTest.diskFails(victim, disks, clients);
      case 4 -> HistoryUnderFaultsTest.cutOff(victim, network, clients);
      default -> HistoryUnderFaultsTest.unplugged(victim, network, clients);
    }
  }
}
