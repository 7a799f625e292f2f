package dev.understudy.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.api.http.RawHttpConnection;
import dev.understudy.clusterconfig.ApiError;
import dev.understudy.clusterconfig.ErrorCode;
import dev.understudy.clusterconfig.MachineRecord;
import dev.understudy.clusterconfig.MachineTraits;
import dev.understudy.clusterconfig.ServerDetails;
import dev.understudy.clusterconfig.Servers;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What an operator of Consul asks, and is answered. */
class OperatorApiTest {
  private LocalServer server;
  private RawHttpConnection wire;

  @BeforeEach
  void start() throws Exception {
    server = new LocalServer(ClientLimits.DEFAULT, 0);
    wire = new RawHttpConnection(server.port());
    server.operator.servers =
        new Servers(
            List.of(
                server("m1", 0xa, true, Optional.empty()),
                server("m2", 0xb, false, Optional.empty())));
  }

  @AfterEach
  void stop() throws Exception {
    wire.close();
    server.close();
  }

  private static ServerDetails server(
      String name, long member, boolean leads, Optional<String> ailment) {
    return new ServerDetails(
        new MachineRecord(name, "http://" + name + ":2380", "http://" + name + ":2379"),
        member,
        MachineTraits.of("1.2", 60, "east"),
        ServerDetails.Mode.PEER,
        leads,
        true,
        new ServerDetails.Contact(true, leads ? 0 : 27, ailment.isEmpty()),
        new ServerDetails.Progress(3, 90, 0),
        ailment,
        5_000,
        OptionalLong.empty());
  }

  private RawHttpConnection.Answer get(String path) throws Exception {
    return wire.ask("GET", "/v1/operator" + path);
  }

  @Test
  void healthIs200WithWhatConsulsClientsRead() throws Exception {
    RawHttpConnection.Answer answer = get("/autopilot/health");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body())
        .startsWith("{\"Healthy\":true,\"FailureTolerance\":0,\"Servers\":[")
        .contains(
            "{\"ID\":\"b\",\"Name\":\"m2\",\"Address\":\"m2:2380\",\"SerfStatus\":\"alive\","
                + "\"Version\":\"1.2\",\"Leader\":false,\"LastContact\":\"27ms\",\"LastTerm\":3,"
                + "\"LastIndex\":90,\"Healthy\":true,\"StableSince\":\"2023-11-14T22:13:15Z\","
                + "\"Voter\":true}");
  }

  @Test
  void healthIs429WhenOneServerIsNotHealthyAndStateSaysWhy() throws Exception {
    server.operator.servers =
        new Servers(
            List.of(
                server("m1", 0xa, true, Optional.empty()),
                server("m2", 0xb, false, Optional.of("it is slow"))));
    RawHttpConnection.Answer answer = get("/autopilot/health");
    assertThat(answer.status()).isEqualTo(429);
    assertThat(answer.body()).contains("\"Healthy\":false,\"FailureTolerance\":0", "failed");
    RawHttpConnection.Answer state = get("/autopilot/state");
    assertThat(state.status()).isEqualTo(200);
    assertThat(state.body())
        .contains(
            "\"Unhealthy\":\"it is slow\"",
            "\"Leader\":\"a\"",
            "\"Voters\":[\"a\",\"b\"]",
            "\"RedundancyZones\":{\"east\":{\"Servers\":[\"a\",\"b\"],\"Voters\":[\"a\",\"b\"],"
                + "\"FailureTolerance\":1}}");
  }

  @Test
  void theConfigurationIsConsulsDefaultWithoutIndexes() throws Exception {
    assertThat(get("/autopilot/configuration").body())
        .isEqualTo(
            "{\"CleanupDeadServers\":true,\"LastContactThreshold\":\"200ms\","
                + "\"MaxTrailingLogs\":250,\"MinQuorum\":0,\"ServerStabilizationTime\":\"10s\","
                + "\"RedundancyZoneTag\":\"\",\"DisableUpgradeMigration\":false,"
                + "\"UpgradeVersionTag\":\"\",\"CreateIndex\":0,\"ModifyIndex\":0}\n");
  }

  @Test
  void theConfigurationIsSetAsAWholeAndWithCasOnlyWhereNobodyElseHasSetIt() throws Exception {
    String path = "/v1/operator/autopilot/configuration";
    RawHttpConnection.Answer set =
        wire.form("PUT", path, "{\"MaxTrailingLogs\":9,\"ServerStabilizationTime\":\"1m\"}");
    assertThat(set.status()).isEqualTo(200);
    assertThat(set.body()).isEqualTo("true\n");
    assertThat(get("/autopilot/configuration").body())
        .contains("\"MaxTrailingLogs\":9", "\"1m0s\"", "\"ModifyIndex\":1");
    assertThat(wire.form("PUT", path + "?cas=7", "{}").body()).isEqualTo("false\n");
    assertThat(wire.form("PUT", path + "?cas=1", "{}").body()).isEqualTo("true\n");
    assertThat(wire.form("PUT", path + "?cas=x", "{}").status()).isEqualTo(400);
    RawHttpConnection.Answer wrong = wire.form("PUT", path, "{\"LastContactThreshold\":5}");
    assertThat(wrong.status()).isEqualTo(400);
    assertThat(wrong.body()).as("a line, as Consul's").startsWith("autopilot config: ");
    assertThat(wire.form("PUT", path, "nonsense").status()).isEqualTo(400);
    server.operator.elsewhere = Optional.of(Optional.empty());
    assertThat(wire.form("PUT", path, "{}").body()).isEqualTo("No cluster leader\n");
  }

  @Test
  void theSchedulerIsConfiguredInNomadsShape() throws Exception {
    RawHttpConnection.Answer usual = get("/scheduler/configuration");
    assertThat(usual.header("X-Nomad-Index")).isEqualTo("0");
    assertThat(usual.header("X-Nomad-KnownLeader")).isEqualTo("true");
    assertThat(usual.header("X-Nomad-LastContact")).isEqualTo("0");
    assertThat(usual.body())
        .isEqualTo(
            "{\"SchedulerConfig\":{\"SchedulerAlgorithm\":\"binpack\",\"PreemptionConfig\":{"
                + "\"SystemSchedulerEnabled\":true,\"BatchSchedulerEnabled\":false,"
                + "\"ServiceSchedulerEnabled\":false},\"CreateIndex\":0,\"ModifyIndex\":0},"
                + "\"Index\":0,\"LastContact\":0,\"KnownLeader\":true}\n");
    String path = "/v1/operator/scheduler/configuration";
    String body =
        "{\"PreemptionConfig\":{\"ServiceSchedulerEnabled\":true},\"SchedulerAlgorithm\":\"spread\"}";
    assertThat(wire.form("POST", path, body).body()).isEqualTo("{\"Updated\":false,\"Index\":1}\n");
    assertThat(get("/scheduler/configuration").body())
        .as("what is missing is off")
        .contains(
            "\"SystemSchedulerEnabled\":false", "\"ServiceSchedulerEnabled\":true", "\"spread\"");
    assertThat(wire.form("PUT", path + "?cas=1", body).body())
        .isEqualTo("{\"Updated\":true,\"Index\":2}\n");
    assertThat(wire.form("PUT", path + "?cas=1", body).body())
        .isEqualTo("{\"Updated\":false,\"Index\":2}\n");
    for (String wrong :
        List.of("x", "{\"Preemption\":{}}", "{\"SchedulerAlgorithm\":\"bin\"}", "[]")) {
      assertThat(wire.form("PUT", path, wrong).status()).as(wrong).isEqualTo(400);
    }
    assertThat(wire.ask("DELETE", path).status()).isEqualTo(405);
  }

  @Test
  void theMembersOfConsensusAreListed() throws Exception {
    server.operator.members =
        new OperatorBackend.Members(
            7,
            List.of(
                new OperatorBackend.Member("a", "m1", "m1:2380", true, true),
                new OperatorBackend.Member("c", "", "", false, false)));
    assertThat(get("/raft/configuration").body())
        .isEqualTo(
            "{\"Servers\":[{\"ID\":\"a\",\"Node\":\"m1\",\"Address\":\"m1:2380\",\"Leader\":true,"
                + "\"ProtocolVersion\":\"3\",\"Voter\":true},{\"ID\":\"c\",\"Node\":\"(unknown)\","
                + "\"Address\":\"\",\"Leader\":false,\"ProtocolVersion\":\"3\",\"Voter\":false}],"
                + "\"Index\":7}\n");
  }

  @Test
  void aPeerIsRemovedByItsIdOrItsAddress() throws Exception {
    assertThat(wire.ask("DELETE", "/v1/operator/raft/peer?id=b").status()).isEqualTo(200);
    assertThat(wire.ask("DELETE", "/v1/operator/raft/peer?address=M1:2380").status())
        .isEqualTo(200);
    assertThat(server.operator.asked).containsExactly("remove m2", "remove m1");
  }

  @Test
  void whatIsNoPeerIsCalledByTheWordThatWasAskedFor() throws Exception {
    RawHttpConnection.Answer id = wire.ask("DELETE", "/v1/operator/raft/peer?id=f");
    assertThat(id.status()).isEqualTo(500);
    assertThat(id.body()).isEqualTo("id \"f\" was not found in the Raft configuration\n");
    assertThat(wire.ask("DELETE", "/v1/operator/raft/peer?address=x:1").body())
        .isEqualTo("address \"x:1\" was not found in the Raft configuration\n");
    assertThat(wire.ask("DELETE", "/v1/operator/raft/peer").status()).isEqualTo(400);
    assertThat(wire.ask("DELETE", "/v1/operator/raft/peer?id=a&address=b:1").status())
        .isEqualTo(400);
    assertThat(server.operator.asked).isEmpty();
  }

  @Test
  void aRefusedRemovalSaysWhy() throws Exception {
    server.operator.refusal = Optional.of(ApiError.of(ErrorCode.SEAT_NEEDED, "no majority left"));
    RawHttpConnection.Answer answer = wire.ask("DELETE", "/v1/operator/raft/peer?id=b");
    assertThat(answer.status()).isEqualTo(500);
    assertThat(answer.body()).endsWith(": no majority left\n");
  }

  @Test
  void leadershipGoesToWhomeverIsNamedOrToTheFittest() throws Exception {
    assertThat(wire.ask("PUT", "/v1/operator/raft/transfer-leader").body())
        .isEqualTo("{\"Success\":true}\n");
    assertThat(wire.ask("PUT", "/v1/operator/raft/transfer-leader?id=b").status()).isEqualTo(200);
    assertThat(wire.ask("PUT", "/v1/operator/raft/transfer-leader?id=f").status()).isEqualTo(500);
    assertThat(server.operator.asked).containsExactly("transfer to anybody", "transfer m2");
  }

  @Test
  void aPeerThatDoesNotLeadRedirectsToTheLeaderOrSaysThatThereIsNone() throws Exception {
    server.operator.elsewhere = Optional.of(Optional.of("http://m9:2379"));
    for (String path : List.of("/autopilot/health", "/autopilot/state")) {
      RawHttpConnection.Answer answer = get(path);
      assertThat(answer.status()).isEqualTo(307);
      assertThat(answer.header("Location")).isEqualTo("http://m9:2379/v1/operator" + path);
    }
    RawHttpConnection.Answer peer = wire.ask("DELETE", "/v1/operator/raft/peer?id=b");
    assertThat(peer.header("Location")).isEqualTo("http://m9:2379/v1/operator/raft/peer?id=b");
    server.operator.elsewhere = Optional.of(Optional.empty());
    RawHttpConnection.Answer nobody = get("/autopilot/health");
    assertThat(nobody.status()).isEqualTo(500);
    assertThat(nobody.body()).isEqualTo("No cluster leader\n");
  }
}
