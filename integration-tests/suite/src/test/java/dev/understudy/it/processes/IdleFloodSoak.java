package dev.understudy.it.processes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Ten thousand connections to a leader that do nothing. Needs as many open files, and some more
 * ({@code ulimit -n 20000}):
 *
 * <pre>mvn -o verify -Psoak -pl integration-tests/suite -am</pre>
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class IdleFloodSoak {
  private static final int CONNECTIONS = Integer.getInteger("understudy.soak.connections", 10_000);

  private static final int MAX_THREADS = 220;

  @RegisterExtension final Machines machines = Machines.ofEachTest();

  @Test
  void tenThousandIdleConnectionsAndAFloodOfGarbageDisturbNoHeartbeat() throws Exception {
    TestCluster cluster = TestCluster.start(machines, 3, 3, 1_800);
    try (IdleFlood flood = new IdleFlood(cluster.leader())) {
      MachineUnderTest other = cluster.follower();
      flood.open(CONNECTIONS, 600);
      flood.throwGarbage();
      flood.assertCalm(other, cluster.machines(), 2_000, machines.directory());
      assertThat(flood.threads()).isLessThan(MAX_THREADS);
    }
  }
}
