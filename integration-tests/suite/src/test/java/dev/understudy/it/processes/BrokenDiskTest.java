package dev.understudy.it.processes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A machine whose disk fails under load. What a sync that failed has left on the disk nobody knows,
 * and that a later one succeeds says nothing: the machine ends, at once and with a reason. Needs
 * gcc; see {@link BrokenDisk}.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class BrokenDiskTest {
  private static final int WRITES = 200;

  /** As long as any machine may take to end. */
  private static final long END_MILLIS = 5_000;

  @RegisterExtension final Machines machines = Machines.ofEachTest();

  @ParameterizedTest
  @EnumSource
  void aMachineEndsAtTheFirstFailureAndLosesNothing(BrokenDisk.Call failing) throws Exception {
    BrokenDisk disk = BrokenDisk.of(machines);
    MachineUnderTest machine = machines.machineAt("alone");
    machine.start().awaitReady();
    Writers writers = Writers.start(List.of(machine), 4, 0);
    try (writers) {
      writers.awaitMore(WRITES);
      disk.fail(machine, failing);
      long failed = System.nanoTime();
      int exit = machine.awaitExit();
      Deadlines.kept("end after a failed " + failing, millisSince(failed), END_MILLIS);
      assertThat(exit).isNotZero();
      assertThat(writers.isAnyBegunAfter(failed)).as("acknowledged without a disk").isFalse();
    }
    assertOneReason(machine, failing);

    disk.mend(machine, failing);
    machine.start().awaitReady();
    writers.assertAllThere(machine, true);
    System.out.printf("measured %d writes before a failed %s%n", writers.count(), failing);
  }

  @Test
  void theOthersGoOnWithoutALeaderWhoseDiskFails() throws Exception {
    BrokenDisk disk = BrokenDisk.of(machines);
    TestCluster cluster = TestCluster.start(machines, 3, 3, 60);
    MachineUnderTest broken = cluster.leader();
    Writers writers = Writers.start(cluster.machines(), 4, 0);
    try (writers) {
      writers.awaitMore(WRITES);
      disk.fail(broken, BrokenDisk.Call.SYNC);
      long failed = System.nanoTime();
      assertThat(broken.awaitExit()).isNotZero();
      Deadlines.measured(
          "writes again after the leader's disk failed", writers.millisUntilWrittenAfter(failed));
      writers.awaitMore(WRITES);
    }
    assertOneReason(broken, BrokenDisk.Call.SYNC);

    disk.mend(broken, BrokenDisk.Call.SYNC);
    broken.start().awaitReady();
    cluster.awaitPeers(3);
    writers.assertAllThere(broken, true);
  }

  /** What the operator reads last: which file, what was the matter, and nothing of our insides. */
  private static void assertOneReason(MachineUnderTest machine, BrokenDisk.Call failed) {
    List<String> errors = machine.errors();
    assertThat(errors)
        .noneMatch(line -> line.startsWith("\tat ") || line.startsWith("Caused by"))
        .filteredOn(line -> line.startsWith("understudy: "))
        .singleElement(InstanceOfAssertFactories.STRING)
        .contains("cannot " + failed.name().toLowerCase(Locale.ROOT))
        .contains(machine.dataDirectory().toString())
        .endsWith("Input/output error");
  }

  private static long millisSince(long nanos) {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - nanos);
  }
}
