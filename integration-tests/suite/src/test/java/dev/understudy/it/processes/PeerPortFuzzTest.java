package dev.understudy.it.processes;

import java.time.Duration;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Short; {@link PeerPortFuzzSoak} is long. */
class PeerPortFuzzTest {
  @RegisterExtension final Machines machines = Machines.ofEachTest();

  @ParameterizedTest(name = "in members'' names: {0}")
  @ValueSource(booleans = {false, true})
  void whateverReachesThePeerPortChangesNothing(boolean inMembersNames) throws Exception {
    new PeerPortFuzz(machines, Duration.ofSeconds(12)).run(inMembersNames);
  }
}
