package dev.understudy.it.processes;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is in order is no warning: machines that join, and machines that are stopped. */
class QuietLogTest {
  private static final long STALL_MILLIS = 500;

  @RegisterExtension final Machines machines = Machines.ofEachTest();

  /** Where everything stands still for as long as a stream may be silent, a warning is right. */
  @Test
  void joinsAndPlannedStopsWarnNobody() throws Exception {
    AtomicInteger clusters = new AtomicInteger();
    Stalls.judgeWithout(
        STALL_MILLIS,
        machines.directory(),
        () -> {
          Path directory = machines.directory().resolve("cluster" + clusters.incrementAndGet());
          machines.store(directory::resolve);
          TestCluster cluster = TestCluster.start(machines, 4, 3, 60, "-v");
          for (MachineUnderTest machine : cluster.machines()) {
            assertThat(machine.terminate()).as(machine.name()).isZero();
          }
          return () -> cluster.machines().forEach(QuietLogTest::assertQuiet);
        });
  }

  private static void assertQuiet(MachineUnderTest machine) {
    assertThat(machine.errorsOfThisLife())
        .as("what %s wrote", machine.name())
        .anyMatch(line -> line.contains(" INFO "))
        .filteredOn(line -> line.contains(" WARN ") || line.contains(" ERROR "))
        .allMatch(line -> machine.name().equals("m1") && line.contains(" founds a NEW cluster "));
  }
}
