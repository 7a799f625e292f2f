package dev.understudy.it.processes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.it.processes.Tool.Result;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What an operator types, at ports of any kind, against three peers and a standby. */
class OperatorCommandsTest {
  private static final int SECONDS = 60;

  @RegisterExtension final Machines machines = Machines.ofEachTest();
  @TempDir Path directory;

  private Result understudy(String endpoint, String... command) {
    List<String> arguments = new ArrayList<>(List.of("-XX:TieredStopAtLevel=1"));
    arguments.addAll(JavaCommand.run(JavaCommand.THIS_BUILD));
    arguments.addAll(List.of(command));
    return Tool.at(JavaCommand.JAVA)
        .run(
            directory,
            Map.of("UNDERSTUDY_ENDPOINTS", "127.0.0.1:1," + endpoint.replace("http://", "")),
            SECONDS,
            arguments.toArray(String[]::new));
  }

  private String done(String endpoint, String... command) {
    Result result = understudy(endpoint, command);
    assertThat(result.exit()).as(result.printed()).isZero();
    return result.printed();
  }

  /**
   * What a leader that has only just taken over, or a loaded machine, says a little later: who
   * stands by it knows from their syncs, and who is well from their heartbeats.
   */
  private void awaitDone(String expected, String endpoint, String... command) {
    Deadlines.await(String.join(" ", command))
        .untilAsserted(() -> assertThat(done(endpoint, command)).contains(expected));
  }

  @Test
  void anyPortOfAnyMachineWillDo() {
    TestCluster cluster = TestCluster.start(machines, 4, 3, 60);
    MachineUnderTest standby = cluster.standbys().get(0);
    MachineUnderTest next = cluster.follower();

    assertThat(done(standby.clientUrl(), "machines", "list"))
        .contains("m1", "m2", "m3", "leader", "follower");
    awaitDone(next.name() + " leads", standby.peerUrl(), "leader", "transfer", next.name());
    awaitDone(" leader ", next.peerUrl(), "machines", "show", next.name());
    assertThat(done(standby.clientUrl(), "config", "set", "removeDelay=50", "--json"))
        .contains("\"removeDelay\":50");
    awaitDone(standby.name(), next.clientUrl(), "standbys", "list");
    assertThat(done(next.clientUrl(), "plan")).contains("seats: 3, open: 0");
    awaitDone("the cluster is healthy", next.clientUrl(), "health");
    assertThat(done(standby.clientUrl(), "keys", "set", "/a b", "x")).startsWith("x");
    assertThat(done(cluster.leader().peerUrl(), "keys", "watch", "/a b", "--after-index", "1"))
        .startsWith("set /a b x");
    Result missing = understudy(next.clientUrl(), "keys", "get", "/none");
    assertThat(missing.exit()).as(missing.printed()).isEqualTo(4);
    Result refused = understudy(next.clientUrl(), "leader", "transfer", standby.name());
    assertThat(refused.exit()).as(refused.printed()).isEqualTo(4);
  }

  @Test
  void whatOperatorsOfConsulAndNomadAskIsAnsweredByEveryMachine() throws Exception {
    TestCluster cluster = TestCluster.start(machines, 4, 3, 60, "--zone", "east");
    MachineUnderTest standby = cluster.standbys().get(0);
    String follower = cluster.follower().clientUrl() + "/v1/operator";

    String[] state = {"operator", "autopilot", "state", "--json"};
    awaitDone("\"" + standby.name() + "\"", standby.clientUrl(), state);
    assertThat(done(standby.clientUrl(), state))
        .contains("\"FailureTolerance\":", "\"Voters\":[")
        .contains("\"RedundancyZone\":\"east\"");
    assertThat(Http.get(cluster.leader().clientUrl() + "/v1/operator/autopilot/health").status())
        .as("429 while a loaded machine answers late")
        .isIn(200, 429);

    done(standby.clientUrl(), "operator", "autopilot", "set-config", "MaxTrailingLogs=300");
    Deadlines.await("the follower has heard of it")
        .untilAsserted(
            () ->
                assertThat(Http.get(follower + "/autopilot/configuration").body())
                    .contains("\"MaxTrailingLogs\":300"));
    Http.Answer stale = Http.putJson(follower + "/autopilot/configuration?cas=1", "{}");
    assertThat(stale.body()).isEqualToIgnoringNewLines("false");
    Http.Answer set =
        Http.putJson(follower + "/scheduler/configuration", "{\"SchedulerAlgorithm\":\"spread\"}");
    assertThat(set.body()).contains("\"Updated\":false");
    assertThat(Http.get(follower + "/scheduler/configuration").body())
        .contains("\"SystemSchedulerEnabled\":false", "\"spread\"");

    assertThat(done(follower(cluster), "operator", "raft", "list-peers"))
        .contains("leader", "follower", "m1", "m2", "m3")
        .doesNotContain(standby.name() + " ");
    String before = cluster.leader().name();
    done(standby.clientUrl(), "operator", "raft", "transfer-leader");
    Deadlines.await("another leads").until(() -> !cluster.leader().name().equals(before));
    Result nobody = understudy(standby.clientUrl(), "operator", "raft", "remove-peer", "--id", "f");
    assertThat(nobody.exit()).as(nobody.printed()).isEqualTo(4);
    removes(standby, cluster.follower(), cluster);
  }

  /** By its id: the machine may take the open seat again, as another member. */
  private void removes(MachineUnderTest standby, MachineUnderTest peer, TestCluster cluster)
      throws IOException {
    String id = TestCluster.memberIds(cluster.leader()).get(peer.name());
    String[] remove = {"operator", "raft", "remove-peer", "--address", peer.peerAddress()};
    Deadlines.await(peer.name() + " is removed")
        .until(
            () -> {
              Result removed = understudy(standby.clientUrl(), remove);
              // Put off while another voter has not been heard for half a second.
              assertThat(removed.exit() == 0 || removed.printed().contains("would be alive"))
                  .as(removed.printed())
                  .isTrue();
              return removed.exit() == 0;
            });
    assertThat(TestCluster.memberIds(cluster.leader()).values()).isNotEmpty().doesNotContain(id);
  }

  private static String follower(TestCluster cluster) {
    return cluster.follower().clientUrl();
  }
}
