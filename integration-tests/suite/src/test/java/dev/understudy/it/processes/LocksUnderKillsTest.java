package dev.understudy.it.processes;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A lock of real machines is never held by two sessions at once, and its numbers only rise, while
 * leaders are killed, held still and deposed. For longer, {@link LocksUnderKillsSoak}.
 */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class LocksUnderKillsTest {
  @RegisterExtension final Machines machines = Machines.ofEachTest();

  static TestCluster start(Machines machines) {
    return TestCluster.start(machines, 3, 3, 600, "--session-ttl-min", "1");
  }

  @Test
  void nobodyHoldsALockThatIsAnothers() {
    TestCluster cluster = start(machines);
    LockHolders holders = LockHolders.start(cluster.machines());
    try (holders) {
      holders.awaitMore(5);
      killed(cluster.leader(), holders);
      heldStill(cluster.leader(), holders);
    }
    holders.check();
  }

  static void killed(MachineUnderTest machine, LockHolders holders) {
    machine.kill();
    holders.awaitMore(3);
    machine.start().awaitReady();
    holders.awaitMore(2);
  }

  /** Longer than a session lives, so that what it believes of sessions is old. */
  static void heldStill(MachineUnderTest machine, LockHolders holders) {
    machine.freeze();
    try {
      HistoryUnderFaultsTest.pass(2_500);
    } finally {
      machine.thaw();
    }
    holders.awaitMore(5);
  }
}
