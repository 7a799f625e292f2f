package dev.understudy.it.processes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A machine that is killed under load as with {@code kill -9}, again and again. Takes some minutes:
 *
 * <pre>mvn -o verify -Psoak -pl integration-tests/suite -am</pre>
 */
@Timeout(value = 20, unit = TimeUnit.MINUTES)
class KillUnderLoadSoak {
  private static final int ROUNDS = Integer.getInteger("understudy.soak.rounds", 30);
  private static final int WRITERS = 4;

  @RegisterExtension final Machines machines = Machines.ofEachTest();

  @Test
  void nothingThatWasAcknowledgedIsMissingAfterAnyKill() throws Exception {
    // Snapshots as often as that come between the kills, too.
    MachineUnderTest machine = machines.machineAt("killed", "--snapshot-count", "500");
    machine.start().awaitReady();
    try (Writers writers = Writers.start(List.of(machine), WRITERS, 0)) {
      for (int round = 1; round <= ROUNDS; round++) {
        // Not always at the same distance from a snapshot.
        writers.awaitMore(100 + round * 17);
        machine.kill();
        machine.start().awaitReady();
        Deadlines.await("it answers again")
            .ignoreExceptions()
            .until(() -> Http.get(machine.clientUrl() + "/v2/keys/").succeeded());
        writers.assertAllThere(machine, false);
      }
      assertThat(writers.count()).isGreaterThan(ROUNDS * 100);
      System.out.printf("%d writes acknowledged over %d kills%n", writers.count(), ROUNDS);
    }
  }
}
