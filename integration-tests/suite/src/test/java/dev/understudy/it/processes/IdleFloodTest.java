package dev.understudy.it.processes;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class IdleFloodTest {
  /** A machine alone has some fifty, and each port a pool of 64. */
  private static final int MAX_THREADS = 220;

  @RegisterExtension final Machines machines = Machines.ofEachTest();

  /** More than the peer port holds, and more than twice what the client port is allowed to. */
  @Test
  void whoeverDoesNothingOrSendsGarbageDisturbsNoHeartbeat() throws Exception {
    TestCluster cluster = TestCluster.start(machines, 3, 3, 1_800, "--max-connections", "300");
    try (IdleFlood flood = new IdleFlood(cluster.leader())) {
      MachineUnderTest other = cluster.follower();
      flood.open(700, 600);
      flood.throwGarbage();
      flood.assertCalm(other, cluster.machines(), 100, machines.directory());
      assertThat(flood.threads()).isLessThan(MAX_THREADS);
    }
  }
}
