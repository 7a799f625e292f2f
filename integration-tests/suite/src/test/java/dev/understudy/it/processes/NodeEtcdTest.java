package dev.understudy.it.processes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** node-etcd against a leader and against a follower, as {@code node-etcd/tour.js} leads it. */
class NodeEtcdTest {
  private static final int TOUR_SECONDS = 60;

  @RegisterExtension static final Machines MACHINES = Machines.ofAllTests();

  private static TestCluster cluster;
  private static NpmPackage client;

  @BeforeAll
  static void install() throws IOException {
    client = NpmPackage.install(MACHINES, "node-etcd", "7.0.0");
    cluster = TestCluster.start(MACHINES, 3, 3, 10);
  }

  @ParameterizedTest
  @ValueSource(strings = {"leader", "follower"})
  void goesOnATour(String role) {
    MachineUnderTest asked = role.equals("leader") ? cluster.leader() : cluster.follower();
    Tool.Result result =
        client.run(TOUR_SECONDS, "/node-etcd/tour.js", asked.clientUrl(), "/node-" + role);
    assertThat(result.exit()).as(result.printed()).isZero();
    assertThat(result.printed()).contains("tour done");
  }
}
