package dev.understudy.it.processes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import org.apache.commons.io.FileUtils;
import org.apache.commons.io.IOUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * python-consul against a leader and against a follower, as {@code python-consul/tour.py} leads it.
 * Where it is missing (Debian: python3-consul) the test is skipped.
 */
class PythonConsulTest {
  private static final int TOUR_SECONDS = 90;

  @RegisterExtension static final Machines MACHINES = Machines.ofAllTests();

  @Test
  void goesOnATour() throws IOException {
    Tool python = Tool.require("python3", "Debian: python3-consul");
    Path system = Path.of("/usr/bin/python3");
    if (system.toFile().canExecute()) {
      python = Tool.at(system); // the one that Debian's packages are for
    }
    Path work = MACHINES.directory();
    if (python.run(work, Map.of(), TOUR_SECONDS, "-c", "import consul").exit() != 0) {
      Tool.missing("python-consul is not installed (Debian: python3-consul)");
    }
    Path tour = work.resolve("consul-tour.py");
    FileUtils.copyURLToFile(IOUtils.resourceToURL("/python-consul/tour.py"), tour.toFile());
    TestCluster cluster = TestCluster.start(MACHINES, 3, 3, 10);
    URI leader = URI.create(cluster.leader().clientUrl());
    URI follower = URI.create(cluster.follower().clientUrl());

    Tool.Result result =
        python.run(
            work,
            Map.of(),
            TOUR_SECONDS,
            tour.toString(),
            leader.getHost(),
            Integer.toString(leader.getPort()),
            Integer.toString(follower.getPort()));

    assertThat(result.exit()).as(result.printed()).isZero();
    assertThat(result.printed()).endsWith("all\n");
  }
}
