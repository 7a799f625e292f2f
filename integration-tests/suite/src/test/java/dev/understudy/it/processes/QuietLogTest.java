package dev.understudy.it.processes;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is in order is no warning: machines that join, and machines that are stopped. */
class QuietLogTest {
  @RegisterExtension final Machines machines = Machines.ofEachTest();

  @Test
  void joinsAndPlannedStopsWarnNobody() {
    TestCluster cluster = TestCluster.start(machines, 4, 3, 60, "-v");
    for (MachineUnderTest machine : cluster.machines()) {
      assertThat(machine.terminate()).as(machine.name()).isZero();
    }
    for (MachineUnderTest machine : cluster.machines()) {
      assertThat(machine.errors())
          .as("what %s wrote", machine.name())
          .anyMatch(line -> line.contains(" INFO "))
          .filteredOn(line -> line.contains(" WARN ") || line.contains(" ERROR "))
          .allMatch(line -> machine.name().equals("m1") && line.contains(" founds a NEW cluster "));
    }
  }
}
