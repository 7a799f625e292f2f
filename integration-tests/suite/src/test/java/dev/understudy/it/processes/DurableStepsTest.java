package dev.understudy.it.processes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * What a machine syncs on a real disk: a file before it gets its name, the directory after that,
 * and the log before a write is answered. Needs gcc; see {@link BrokenDisk}.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class DurableStepsTest {
  /** Seventy of these fill a segment of 64 MiB. */
  private static final String MEGABYTE = "v".repeat(1_000_000);

  private static final int WRITES = 70;

  @RegisterExtension final Machines machines = Machines.ofEachTest();

  @Test
  void aPeerSyncsWhatItAnswersAndWhatItNames() throws IOException {
    BrokenDisk disk = BrokenDisk.of(machines);
    MachineUnderTest machine = machines.machineAt("alone", "--snapshot-count", "25");
    machine.start().awaitReady();
    String url = machine.clientUrl() + "/v2/keys/key";
    long before = logSyncs(disk, machine);
    assertThat(Http.putValue(url, "first").status()).isEqualTo(201);
    assertThat(logSyncs(disk, machine)).as("syncs of the log").isGreaterThan(before);
    for (int i = 0; i < WRITES; i++) {
      // It fills the log and, since it fails, not the heap.
      assertThat(Http.put(url, Map.of("value", MEGABYTE, "prevValue", "another")).status())
          .isEqualTo(412);
    }
    Deadlines.await("a second segment and a snapshot")
        .untilAsserted(
            () -> {
              assertThat(renamedTo(disk, machine, "-[0-9a-f]{16}\\.wal")).isGreaterThanOrEqualTo(2);
              assertThat(renamedTo(disk, machine, "\\.snap")).isPositive();
            });
    assertThat(machine.terminate()).isZero();
    assertThat(renamedTo(disk, machine, "incarnation")).isPositive();
    assertSyncedAroundEachRenaming(disk.syncs(machine));
  }

  @Test
  void aStandbySyncsWhatItSaves() throws IOException {
    BrokenDisk disk = BrokenDisk.of(machines);
    TestCluster cluster = TestCluster.start(machines, 4, 3, 60);
    MachineUnderTest standby = cluster.standbys().get(0);
    Deadlines.await("what the standby knows is saved")
        .until(() -> renamedTo(disk, standby, "standby_info") > 0);
    assertThat(standby.terminate()).isZero();
    assertSyncedAroundEachRenaming(disk.syncs(standby));
  }

  private static long logSyncs(BrokenDisk disk, MachineUnderTest machine) {
    return disk.syncs(machine).stream()
        .filter(line -> line.startsWith("sync ") && line.endsWith(".wal"))
        .count();
  }

  private static long renamedTo(BrokenDisk disk, MachineUnderTest machine, String ending) {
    return disk.syncs(machine).stream()
        .filter(line -> line.startsWith("rename ") && line.matches(".*" + ending))
        .count();
  }

  /** The file itself before, so that its name never stands for a part of it; then the name. */
  private static void assertSyncedAroundEachRenaming(List<String> lines) {
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).startsWith("rename ")) {
        String[] words = lines.get(i).split(" ");
        String directory = Path.of(words[2]).getParent().toString();
        assertThat(lines.subList(0, i)).as(lines.get(i)).contains("sync " + words[1]);
        assertThat(lines.subList(i + 1, lines.size()))
            .as(lines.get(i))
            .contains("sync " + directory);
      }
    }
  }
}
