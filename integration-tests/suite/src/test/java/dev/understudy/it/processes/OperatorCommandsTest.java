package dev.understudy.it.processes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.it.processes.Tool.Result;
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
    List<String> arguments = new ArrayList<>(List.of("-XX:TieredStopAtLevel=1", "-jar"));
    arguments.add(MachineUnderTest.THIS_BUILD);
    arguments.addAll(List.of(command));
    return Tool.at(Path.of(System.getProperty("java.home"), "bin", "java"))
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

  @Test
  void anyPortOfAnyMachineWillDo() {
    TestCluster cluster = TestCluster.start(machines, 4, 3, 60);
    MachineUnderTest standby = cluster.standbys().get(0);
    MachineUnderTest next = cluster.follower();

    assertThat(done(standby.clientUrl(), "machines", "list"))
        .contains("m1", "m2", "m3", "leader", "follower");
    assertThat(done(standby.peerUrl(), "leader", "transfer", next.name()))
        .isEqualToIgnoringNewLines(next.name() + " leads");
    assertThat(done(next.peerUrl(), "machines", "show", next.name())).contains(" leader ");
    assertThat(done(standby.clientUrl(), "config", "set", "removeDelay=50", "--json"))
        .contains("\"removeDelay\":50");
    assertThat(done(next.clientUrl(), "standbys", "list")).contains(standby.name());
    assertThat(done(next.clientUrl(), "plan")).contains("seats: 3, open: 0");
    assertThat(done(next.clientUrl(), "health")).contains("the cluster is healthy");
    assertThat(done(standby.clientUrl(), "keys", "set", "/a b", "x")).startsWith("x");
    assertThat(done(cluster.leader().peerUrl(), "keys", "watch", "/a b", "--after-index", "1"))
        .startsWith("set /a b x");
    Result missing = understudy(next.clientUrl(), "keys", "get", "/none");
    assertThat(missing.exit()).as(missing.printed()).isEqualTo(4);
    Result refused = understudy(next.clientUrl(), "leader", "transfer", standby.name());
    assertThat(refused.exit()).as(refused.printed()).isEqualTo(4);
  }
}
