package dev.understudy.it.processes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A cluster all of whose machines take their seats for lost. */
class StandbysWithLogsTest {
  private static final String WARNING = "every machine known here is a standby";

  @RegisterExtension final Machines machines = Machines.ofEachTest();

  @Test
  void theyNameTheWayBackAndItLeadsBackToTheData() throws Exception {
    TestCluster cluster = TestCluster.start(machines, 3, 3, 600);
    MachineUnderTest first = cluster.machines().get(0);
    assertThat(Http.putValue(first.clientUrl() + "/v2/keys/kept", "mine").succeeded()).isTrue();
    String id = Http.get(first.clientUrl() + "/v2/keys/").header("x-etcd-cluster-id");
    String list = Http.get(first.peerUrl() + "/v2/admin/machines").body().strip();
    Map<String, String> ids = TestCluster.memberIds(first);
    cluster.machines().forEach(MachineUnderTest::terminate);
    for (MachineUnderTest machine : cluster.machines()) {
      Files.writeString(
          standbyInfo(machine),
          "{\"running\":true,\"cluster\":%s,\"syncInterval\":1.0,\"clusterId\":\"%s\",\"lost\":\"%s\"}"
              .formatted(list, id, ids.get(machine.name())));
    }

    startAll(cluster);
    for (MachineUnderTest machine : cluster.machines()) {
      assertThat(machine.mode()).isEqualTo("standby");
      Deadlines.await(machine.name() + " warns").until(() -> warnings(machine) > 0);
    }
    cluster.machines().forEach(MachineUnderTest::terminate);
    for (MachineUnderTest machine : cluster.machines()) {
      assertThat(warnings(machine)).as("once").isEqualTo(1);
      assertThat(machine.errors()).anyMatch(line -> line.contains("delete standby_info"));
      Files.delete(standbyInfo(machine));
    }

    startAll(cluster);
    for (MachineUnderTest peer : cluster.awaitPeers(3)) {
      assertThat(Http.get(peer.clientUrl() + "/v2/keys/kept?quorum=true").body())
          .contains("\"mine\"");
    }
    assertThat(TestCluster.memberIds(first)).isEqualTo(ids);
  }

  private static void startAll(TestCluster cluster) {
    cluster.machines().forEach(MachineUnderTest::start);
    cluster.machines().forEach(MachineUnderTest::awaitReady);
  }

  private static Path standbyInfo(MachineUnderTest machine) throws IOException {
    return machine.dataDirectory().resolve("standby_info");
  }

  private static long warnings(MachineUnderTest machine) {
    return machine.errors().stream().filter(line -> line.contains(WARNING)).count();
  }
}
