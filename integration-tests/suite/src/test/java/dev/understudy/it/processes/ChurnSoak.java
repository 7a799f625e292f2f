package dev.understudy.it.processes;

import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Ten minutes of {@link Churn}:
 *
 * <pre>mvn -o verify -Psoak -pl integration-tests/suite -am -Dit.test=ChurnSoak</pre>
 */
@Timeout(value = 60, unit = TimeUnit.MINUTES)
class ChurnSoak {
  private static final int MINUTES = Integer.getInteger("understudy.soak.minutes", 10);

  @RegisterExtension final Machines machines = Machines.ofEachTest();

  @Test
  void nothingIsLostWhileMachinesComeAndGo() throws Exception {
    long seed = Long.getLong("understudy.soak.seed", System.nanoTime());
    System.out.printf("seed %d (-Dunderstudy.soak.seed)%n", seed);
    try (NetworkSpaces network = NetworkSpaces.of(machines, Churn.names())) {
      new Churn(machines, Optional.of(network), seed).run(TimeUnit.MINUTES.toMillis(MINUTES));
    }
  }
}
