package dev.understudy.it.processes;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What {@link PeerPortFuzzTest} does, for an hour in all, or for {@code
 * -Dunderstudy.fuzz.seconds=…}:
 *
 * <pre>mvn -o verify -Psoak -pl integration-tests/suite -am -Dit.test=PeerPortFuzzSoak</pre>
 */
@Timeout(value = 3, unit = TimeUnit.HOURS)
class PeerPortFuzzSoak {
  private static final long SECONDS = Long.getLong("understudy.fuzz.seconds", 3_600);

  @RegisterExtension final Machines machines = Machines.ofEachTest();

  @ParameterizedTest(name = "in members'' names: {0}")
  @ValueSource(booleans = {false, true})
  void whateverReachesThePeerPortChangesNothing(boolean inMembersNames) throws Exception {
    new PeerPortFuzz(machines, Duration.ofSeconds(SECONDS / 2)).run(inMembersNames);
  }
}
