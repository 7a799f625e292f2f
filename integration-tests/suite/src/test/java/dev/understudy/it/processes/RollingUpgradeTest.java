package dev.understudy.it.processes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.commons.io.FileUtils;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A cluster of the previous build becomes one of this build, machine after machine, while clients
 * write; and for as long as both are in it, each sends the other its log and its snapshots.
 *
 * <p>Needs the runnable jar of the previous build, named by {@code UNDERSTUDY_PREVIOUS_JAR}.
 */
class RollingUpgradeTest {
  private static final String PREVIOUS_JAR = "UNDERSTUDY_PREVIOUS_JAR";

  /** Nobody is to lose a seat while it is upgraded. */
  private static final int REMOVE_DELAY_SECONDS = 60;

  @RegisterExtension final Machines machines = Machines.ofEachTest();

  private String previous;

  @BeforeEach
  void findPreviousBuild() {
    previous = System.getenv(PREVIOUS_JAR);
    assumeThat(previous).as("the previous build's jar, named by " + PREVIOUS_JAR).isNotNull();
    assertThat(Path.of(previous)).isRegularFile();
    machines.build(previous);
  }

  @Test
  void machinesAreUpgradedOneByOneWhileClientsWrite() throws IOException {
    TestCluster cluster =
        TestCluster.start(machines, 4, 3, REMOVE_DELAY_SECONDS, "--snapshot-count", "100");
    Writers writers = Writers.start(cluster.machines(), 2, 10);
    try (writers) {
      writers.awaitMore(150);
      List<MachineUnderTest> peers = cluster.awaitPeers(3);
      MachineUnderTest last = peers.get(2);
      upgrade(cluster, writers, peers.get(0));
      upgrade(cluster, writers, peers.get(1));
      // 200 where it was made before, and its answer was lost.
      Deadlines.await("a role is made by peers of both builds")
          .ignoreExceptionsInstanceOf(IOException.class)
          .until(() -> makesARole(cluster.leader()) / 100 == 2);
      Deadlines.await("the last of the previous build has it")
          .ignoreExceptionsInstanceOf(IOException.class)
          .until(() -> hasTheRole(last));

      letAnUpgradedMachineLead(cluster, last);
      assertThat(cluster.leader()).isNotSameAs(last);
      losesItsData(cluster, writers, last);
      writers.assertAllThere(last, true);

      upgrade(cluster, writers, last);
      for (MachineUnderTest standby : cluster.standbys()) {
        upgrade(cluster, writers, standby);
      }
      writers.awaitMore(100);
      Deadlines.await("it is still there")
          .ignoreExceptionsInstanceOf(IOException.class)
          .until(() -> hasTheRole(last));
    }
    for (MachineUnderTest peer : cluster.awaitPeers(3)) {
      writers.assertAllThere(peer, true);
    }
    allAtOnce(cluster, writers);
  }

  private static int makesARole(MachineUnderTest machine) throws IOException {
    return Http.putJson(machine.clientUrl() + "/v2/auth/roles/r", "{\"role\":\"r\"}").status();
  }

  private static boolean hasTheRole(MachineUnderTest machine) throws IOException {
    return Http.get(machine.clientUrl() + "/v2/auth/roles/r").status() == 200;
  }

  private static void upgrade(TestCluster cluster, Writers writers, MachineUnderTest machine) {
    machine.terminate();
    machine.build(MachineUnderTest.THIS_BUILD).start().awaitReady();
    cluster.awaitPeers(3);
    writers.awaitMore(50);
  }

  /** By starting the last old one again for as long as it leads. */
  private static void letAnUpgradedMachineLead(TestCluster cluster, MachineUnderTest last) {
    while (cluster.leader() == last) {
      last.terminate();
      last.start().awaitReady();
      cluster.awaitPeers(3);
    }
  }

  /** So that a leader of this build sends a snapshot to a machine of the previous one. */
  private static void losesItsData(TestCluster cluster, Writers writers, MachineUnderTest machine)
      throws IOException {
    machine.kill();
    FileUtils.deleteDirectory(machine.dataDirectory().toFile());
    writers.awaitMore(150);
    machine.start().awaitReady();
    cluster.awaitPeers(3);
  }

  private static void allAtOnce(TestCluster cluster, Writers writers) throws IOException {
    cluster.machines().forEach(MachineUnderTest::kill);
    cluster.machines().forEach(MachineUnderTest::start);
    cluster.machines().forEach(MachineUnderTest::awaitReady);
    for (MachineUnderTest peer : cluster.awaitPeers(3)) {
      writers.assertAllThere(peer, true);
    }
  }
}
