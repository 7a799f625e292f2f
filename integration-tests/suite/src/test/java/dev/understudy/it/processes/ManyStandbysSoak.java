package dev.understudy.it.processes;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * A thousand standbys behind three peers, syncing in the usual interval:
 *
 * <pre>mvn -o verify -Psoak -pl integration-tests/suite -am -Dit.test=ManyStandbysSoak</pre>
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class ManyStandbysSoak {
  @RegisterExtension final Machines machines = Machines.ofEachTest();

  @TempDir Path directory;

  @Test
  void aKilledPeersSeatGoesToExactlyOneAndAThousandHearOfIt() throws Exception {
    ManyStandbysTest.takeADeadPeersSeat(machines, directory, 1_000, 5, 30_000);
  }

  @Test
  void ofAThousandExactlyOneTakesADeadPeersSeatAndAllHearOfIt() throws Exception {
    ManyStandbysTest.takeAnEmptySeat(machines, directory, 1_000, 5, 30_000);
  }
}
