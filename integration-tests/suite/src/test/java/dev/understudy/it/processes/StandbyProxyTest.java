package dev.understudy.it.processes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.apache.commons.io.FileUtils;
import org.apache.commons.io.IOUtils;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A standby that asks the leader for its clients, {@code --standby-mode proxy}. A client that
 * follows no redirect and knows no other machine is python-etcd; where it is missing (Debian:
 * python3-etcd) its test is skipped.
 */
class StandbyProxyTest {
  private static final int TOUR_SECONDS = 60;

  @RegisterExtension static final Machines MACHINES = Machines.ofAllTests();

  private static MachineUnderTest leader;
  private static MachineUnderTest standby;

  /** Two of the three seats stay open: the standby takes none. */
  @BeforeAll
  static void start() {
    leader = MACHINES.machineAt("m1", "--cluster-active-size", "3", "--cluster-sync-interval", "1");
    leader.start().awaitReady();
    standby =
        MACHINES
            .machineAt(
                "m2",
                "--peers",
                leader.peerAddress(),
                "--seat-priority",
                "0",
                "--standby-mode",
                "proxy")
            .start()
            .awaitReady();
    assertThat(standby.mode()).isEqualTo("standby");
  }

  @Test
  void aClientThatFollowsNoRedirectGoesOnATour() throws IOException {
    Tool python = Tool.require("python3", "Debian: python3-etcd");
    Path system = Path.of("/usr/bin/python3");
    if (system.toFile().canExecute()) {
      python = Tool.at(system); // the one that Debian's packages are for
    }
    Path work = MACHINES.directory();
    if (python.run(work, Map.of(), TOUR_SECONDS, "-c", "import etcd").exit() != 0) {
      Tool.missing("python-etcd is not installed (Debian: python3-etcd)");
    }
    Path tour = work.resolve("tour.py");
    FileUtils.copyURLToFile(IOUtils.resourceToURL("/python-etcd/tour.py"), tour.toFile());
    URI asked = URI.create(standby.clientUrl());

    Tool.Result result =
        python.run(
            work,
            Map.of(),
            TOUR_SECONDS,
            tour.toString(),
            asked.getHost(),
            Integer.toString(asked.getPort()),
            "/python");

    assertThat(result.exit()).as(result.printed()).isZero();
    assertThat(result.printed()).contains("tour done");
  }

  @Test
  void aWatchThatItsClientLeavesEndsAtTheLeaderToo() throws IOException {
    URI asked = URI.create(standby.clientUrl());
    try (Socket client = new Socket(asked.getHost(), asked.getPort())) {
      client
          .getOutputStream()
          .write(
              "GET /v2/keys/w?wait=true HTTP/1.1\r\nHost: localhost\r\n\r\n"
                  .getBytes(StandardCharsets.UTF_8));
      Deadlines.await("the leader has the watch").until(() -> watchers() == 1);
    }

    Deadlines.await("the leader has no watch any more").until(() -> watchers() == 0);
  }

  private static int watchers() throws IOException {
    return Http.get(leader.clientUrl() + "/v2/stats/store").object().get("watchers").getAsInt();
  }

  @Test
  void whatIsAboutTheMachineIsAnsweredByTheStandby() throws IOException {
    assertThat(Http.get(standby.clientUrl() + "/health").body()).contains("\"mode\":\"standby\"");
    assertThat(Http.get(standby.clientUrl() + "/v2/members").status()).isEqualTo(200);
  }
}
