package dev.understudy.it.processes;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A standby that holds the data, {@code --standby-mode replica}, and what becomes of it. */
class ReplicaTest {
  private static final int REMOVE_DELAY_SECONDS = 2;

  @RegisterExtension final Machines machines = Machines.ofEachTest();

  @Test
  void answersByItselfAndTakesASeatWithWhatItHas() throws IOException {
    TestCluster cluster =
        TestCluster.start(machines, 4, 3, REMOVE_DELAY_SECONDS, "--standby-mode", "replica");
    MachineUnderTest replica = cluster.standbys().get(0);
    MachineUnderTest leader = cluster.leader();
    Deadlines.await("it serves").until(() -> serves(replica));

    assertThat(Http.putValue(leader.clientUrl() + "/v2/keys/a", "1").succeeded()).isTrue();
    assertThat(Http.get(replica.clientUrl() + "/v2/keys/a?quorum=true").body())
        .contains("\"value\":\"1\"");
    watchSeesAWriteThatTheReplicaTakes(replica);
    assertThat(Http.get(leader.clientUrl() + "/v2/keys/b?quorum=true").body())
        .contains("\"value\":\"2\"");
    assertThat(Http.get(replica.clientUrl() + "/health").body()).contains("\"mode\":\"standby\"");
    assertThat(TestCluster.seats(leader)).hasSize(3).doesNotContainKey(replica.name());
    Deadlines.await("it has told the leader")
        .untilAsserted(() -> assertThat(announced(leader).get("replica").getAsBoolean()).isTrue());

    cluster.follower().kill();
    cluster.awaitPeers(3);

    assertThat(replica.mode()).isEqualTo("peer");
    Deadlines.await("its log says so")
        .untilAsserted(
            () ->
                assertThat(replica.errors())
                    .anyMatch(line -> line.contains("takes a seat with the data that it holds")));
    assertThat(replica.errors()).noneMatch(line -> line.contains("begins a new log"));
    assertThat(Http.get(replica.clientUrl() + "/v2/keys/a").body()).contains("\"value\":\"1\"");
    assertThat(Http.putValue(replica.clientUrl() + "/v2/keys/c", "3").succeeded()).isTrue();
  }

  private static boolean serves(MachineUnderTest machine) throws IOException {
    return Http.get(machine.clientUrl() + "/metrics")
        .body()
        .contains("understudy_replica_serves 1.0");
  }

  private static JsonObject announced(MachineUnderTest leader) throws IOException {
    JsonElement all = Http.get(leader.peerUrl() + "/v2/admin/standbys").json();
    assertThat(all.getAsJsonArray()).hasSize(1);
    return all.getAsJsonArray().get(0).getAsJsonObject();
  }

  private static void watchSeesAWriteThatTheReplicaTakes(MachineUnderTest replica)
      throws IOException {
    URI asked = URI.create(replica.clientUrl());
    try (Socket client = new Socket(asked.getHost(), asked.getPort())) {
      client.setSoTimeout((int) Deadlines.PATIENCE.toMillis());
      client
          .getOutputStream()
          .write(
              "GET /v2/keys/b?wait=true HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                  .getBytes(StandardCharsets.UTF_8));
      BufferedReader answer =
          new BufferedReader(
              new InputStreamReader(client.getInputStream(), StandardCharsets.UTF_8));
      // The headers of a watch come at once, and say that the replica itself keeps it.
      assertThat(answer.readLine()).startsWith("HTTP/1.1 200");

      assertThat(Http.putValue(replica.clientUrl() + "/v2/keys/b", "2").succeeded()).isTrue();

      assertThat(answer.lines()).anyMatch(line -> line.contains("\"value\":\"2\""));
    }
  }
}
