package dev.understudy.it.processes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.it.processes.Http.Answer;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Leaders whose process is killed, in clusters whose election timeout is far longer than anybody
 * may wait: the others have to notice it by other means. How fast they are is measured by {@code
 * integration-tests/bench/failover.sh}.
 */
class KilledLeaderTest {
  private static final int KILLS = 3;
  private static final long ELECTION_MILLIS = 20_000;

  /** A hundred times what is meant, and yet nothing that a timeout of elections could bring. */
  private static final long AT_MOST_MILLIS = ELECTION_MILLIS / 2;

  @RegisterExtension final Machines machines = Machines.ofEachTest();

  @Test
  void theNextWriteIsTakenWithoutAnElectionTimeoutAndNotRefused() throws IOException {
    TestCluster cluster =
        TestCluster.start(
            machines, 3, 3, 600, "--peer-election-timeout", Long.toString(ELECTION_MILLIS));
    for (int i = 0; i < KILLS; i++) {
      MachineUnderTest leader = cluster.leader();
      long begun = System.nanoTime();
      leader.kill();
      MachineUnderTest survivor = cluster.alive().get(0);
      Answer answer = Http.putValue(survivor.clientUrl() + "/v2/keys/killed", "v" + i);
      long tookMillis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
      Deadlines.measured("a kill of the leader until the next write", tookMillis);
      assertThat(answer.succeeded()).as(answer.status() + " " + answer.body()).isTrue();
      assertThat(tookMillis).isLessThan(AT_MOST_MILLIS);
      leader.start().awaitReady();
      cluster.awaitPeers(3);
    }
  }
}
