package dev.understudy.it.processes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What was acknowledged is on disk, in the log or in a snapshot. */
class DurabilityTest {
  private static final int ROUNDS = 4;
  private static final int WRITES_A_ROUND = 400;

  @RegisterExtension final Machines machines = Machines.ofEachTest();

  @Test
  void aMachineThatIsKilledUnderLoadMissesNothingItAcknowledged() throws IOException {
    // So few that a round takes several snapshots and cuts the log behind them.
    MachineUnderTest machine = machines.machineAt("alone", "--snapshot-count", "100");
    List<Writers> all = new ArrayList<>();
    for (int round = 0; round < ROUNDS; round++) {
      machine.start().awaitReady();
      for (Writers before : all) {
        before.assertAllThere(machine, true);
      }
      Writers writers = Writers.start(List.of(machine), 4, 0);
      all.add(writers);
      try (writers) {
        writers.awaitMore(WRITES_A_ROUND);
        machine.kill();
      }
    }
    machine.start().awaitReady();
    Deadlines.measured("start of a machine with its data", machine.millisSinceStart());
    int count = 0;
    for (Writers writers : all) {
      writers.assertAllThere(machine, true);
      count += writers.count();
    }
    System.out.printf("measured %d writes acknowledged over %d kills%n", count, ROUNDS);
    // The machine runs, and may take away a file while all are listed.
    Deadlines.await("snapshots in the data directory")
        .ignoreExceptions()
        .until(
            () -> files(machine.dataDirectory()).stream().anyMatch(file -> file.contains("snap")));
    assertThat(Http.get(machine.clientUrl() + "/v2/keys/written?quorum=true").status())
        .isEqualTo(200);
  }

  @Test
  void aFollowerThatFellBehindTheLogComesBackByASnapshot() throws IOException {
    TestCluster cluster = TestCluster.start(machines, 3, 3, 60, "--snapshot-count", "100");
    MachineUnderTest behind = cluster.follower();
    behind.kill();
    Writers writers = Writers.start(cluster.alive(), 4, 0);
    try (writers) {
      writers.awaitMore(1_500);
    }
    behind.start().awaitReady();
    Deadlines.await(behind.name() + " has everything")
        .untilAsserted(() -> writers.assertAllThere(behind, false));

    // And it keeps what it was sent.
    behind.kill();
    behind.start().awaitReady();
    writers.assertAllThere(behind, true);
  }

  private static List<String> files(Path directory) throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      return all.filter(Files::isRegularFile).map(Path::toString).toList();
    }
  }
}
