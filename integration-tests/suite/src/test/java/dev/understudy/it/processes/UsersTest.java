package dev.understudy.it.processes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.it.processes.Tool.Result;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.io.FileUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A cluster that asks who is there: its machines go on, its clients and operators are asked. */
class UsersTest {
  private static final int SECONDS = 60;
  private static final String ADMIN = "/v2/auth";

  @RegisterExtension final Machines machines = Machines.ofEachTest();
  @TempDir Path directory;

  private Result understudy(Map<String, String> login, String endpoint, String... command) {
    List<String> arguments = new ArrayList<>(List.of("-XX:TieredStopAtLevel=1"));
    arguments.addAll(JavaCommand.run(JavaCommand.THIS_BUILD));
    arguments.addAll(List.of(command));
    Map<String, String> environment = new HashMap<>(login);
    environment.put("UNDERSTUDY_ENDPOINTS", endpoint.replace("http://", ""));
    return Tool.at(JavaCommand.JAVA)
        .run(directory, environment, SECONDS, arguments.toArray(String[]::new));
  }

  private static void make(String url, String path, String json) throws IOException {
    Deadlines.await("a change of users is taken")
        .until(
            () -> {
              Http.Answer answer = Http.putJson(url + ADMIN + path, json);
              // Refused until every member is known to know users.
              assertThat(answer.status()).as(answer.body()).isIn(200, 201, 503);
              return answer.succeeded();
            });
  }

  @Test
  void machinesGoOnAndEverybodyElseIsAsked() throws IOException {
    TestCluster cluster = TestCluster.start(machines, 3, 3, 60, "--snapshot-count", "20");
    MachineUnderTest follower = cluster.follower();
    String url = follower.clientUrl();
    make(url, "/users/root", "{\"user\":\"root\",\"password\":\"top\"}");
    make(url, "/users/op", "{\"user\":\"op\",\"password\":\"pw\",\"roles\":[\"operator\"]}");
    make(url, "/roles/guest", "{\"role\":\"guest\"}");
    make(url, "/enable", "");

    Map<String, String> operator = Map.of("UNDERSTUDY_USER", "op", "UNDERSTUDY_PASSWORD", "pw");
    for (MachineUnderTest machine : cluster.machines()) {
      Deadlines.await("every machine asks")
          .until(() -> Http.get(machine.clientUrl() + "/v2/keys/").status() == 401);
    }
    assertThat(understudy(Map.of(), url, "config", "set", "removeDelay=50").exit()).isEqualTo(3);
    Result changed = understudy(operator, url, "config", "set", "removeDelay=50");
    assertThat(changed.exit()).as(changed.printed()).isZero();
    Path backup = directory.resolve("backup");
    String peerUrl = follower.peerUrl();
    Result refused = understudy(Map.of(), url, "snapshot", "save", peerUrl, backup.toString());
    assertThat(refused.printed()).contains("401");
    Map<String, String> password = Map.of("UNDERSTUDY_PASSWORD", "pw");
    Result saved =
        understudy(password, url, "snapshot", "save", peerUrl, backup.toString(), "--user", "op");
    assertThat(saved.exit()).as(saved.printed()).isZero();

    follower.kill();
    FileUtils.deleteDirectory(follower.dataDirectory().toFile());
    follower.start().awaitReady();
    cluster.awaitPeers(3);
    Deadlines.await("the new member asks, too")
        .until(() -> Http.get(url + "/v2/keys/").status() == 401);
    assertThat(Http.get(url + "/v2/members").status()).isEqualTo(200);
    assertThat(understudy(operator, url, "operator", "raft", "list-peers").exit()).isZero();
    assertThat(understudy(operator, url, "keys", "ls").exit())
        .as("no key is for operators")
        .isEqualTo(3);
  }
}
