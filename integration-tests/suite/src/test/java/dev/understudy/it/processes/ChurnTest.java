package dev.understudy.it.processes;

import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Half a minute of {@link Churn}; {@link ChurnSoak} has ten. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class ChurnTest {
  private static final long MILLIS = TimeUnit.SECONDS.toMillis(30);

  @RegisterExtension final Machines machines = Machines.ofEachTest();

  @Test
  void nothingIsLostWhileMachinesComeAndGo() throws Exception {
    try (NetworkSpaces network = NetworkSpaces.of(machines, Churn.names())) {
      new Churn(machines, Optional.of(network), 1).run(MILLIS);
    }
  }
}
