package dev.understudy.it.processes;

import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The faults of {@link LocksUnderKillsTest} in any order, and moved clocks, for some minutes:
 *
 * <pre>mvn -o verify -Psoak -pl integration-tests/suite -am -Dit.test=LocksUnderKillsSoak</pre>
 */
@Timeout(value = 60, unit = TimeUnit.MINUTES)
class LocksUnderKillsSoak {
  private static final int FAULTS = Integer.getInteger("understudy.soak.rounds", 40);

  @RegisterExtension final Machines machines = Machines.ofEachTest();

  @Test
  void nobodyHoldsALockThatIsAnothers() throws Exception {
    long seed = Long.getLong("understudy.soak.seed", System.nanoTime());
    System.out.printf("seed %d (-Dunderstudy.soak.seed)%n", seed);
    Random random = new Random(seed);
    FakeClock clocks = FakeClock.of(machines);
    TestCluster cluster = LocksUnderKillsTest.start(machines);
    LockHolders holders = LockHolders.start(cluster.machines());
    try (holders) {
      for (int i = 0; i < FAULTS; i++) {
        MachineUnderTest victim = random.nextInt(3) > 0 ? cluster.leader() : cluster.follower();
        switch (random.nextInt(3)) {
          case 0 -> LocksUnderKillsTest.killed(victim, holders);
          case 1 -> LocksUnderKillsTest.heldStill(victim, holders);
          default -> {
            clocks.move(victim, random.nextInt(7_200) - 3_600);
            holders.awaitMore(5);
            clocks.move(victim, 0);
            holders.awaitMore(2);
          }
        }
      }
    }
    holders.check();
  }
}
