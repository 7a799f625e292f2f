package dev.understudy.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.api.http.RawHttpConnection;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StateTest {
  private static final String SELF =
      "{\"id\":\"abc\",\"name\":\"solo\",\"peerURLs\":[\"http://127.0.0.1:2380\"],"
          + "\"clientURLs\":[\"http://127.0.0.1:2379\"]}";

  private static LocalServer server;
  private RawHttpConnection wire;

  @BeforeAll
  static void startServer() throws Exception {
    server = new LocalServer(ClientLimits.DEFAULT, 0);
  }

  @AfterAll
  static void stopServer() {
    server.close();
  }

  @BeforeEach
  void connect() throws IOException {
    wire = new RawHttpConnection(server.port());
  }

  @AfterEach
  void disconnect() {
    wire.close();
    server.backend.leader.set(InMemoryBackend.SELF);
  }

  @Test
  void membersAreListed() throws IOException {
    RawHttpConnection.Answer all = wire.ask("GET", "/v2/members");
    assertThat(all.body()).isEqualTo("{\"members\":[" + SELF + "]}\n");
    assertThat(all.header("X-Etcd-Cluster-Id")).isEqualTo("cafe");
    assertThat(wire.ask("GET", "/v2/members/").body()).isEqualTo(all.body());
    assertThat(wire.ask("GET", "/v2/members/leader").body()).isEqualTo(SELF + "\n");
    RawHttpConnection.Answer other = wire.ask("GET", "/v2/members/other");
    assertThat(other.status()).isEqualTo(404);
    assertThat(other.body()).isEqualTo("{\"message\":\"Not found\"}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"PUT", "DELETE", "HEAD"})
  void membersAreChangedElsewhere(String method) throws IOException {
    RawHttpConnection.Answer answer = wire.ask(method, "/v2/members");
    assertThat(answer.status()).isEqualTo(405);
    assertThat(answer.header("Allow")).contains("GET");
  }

  @Test
  void whoAddsOrRemovesMembersAsOfEtcdIsToldWhatToDoInstead() throws IOException {
    RawHttpConnection.Answer added = wire.ask("POST", "/v2/members");
    assertThat(added.status()).as("of which etcdctl shows the message").isEqualTo(409);
    assertThat(added.body()).contains("\"message\":\"machines join by themselves");
    assertThat(wire.ask("DELETE", "/v2/members/17").body())
        .contains("understudy machines remove NAME");
  }

  @Test
  void whoLeadsAndWhoIsThereIsText() throws IOException {
    assertThat(wire.ask("GET", "/v2/leader").body()).isEqualTo("http://127.0.0.1:2380");
    assertThat(wire.ask("GET", "/v2/machines").body()).isEqualTo("http://127.0.0.1:2379");
    assertThat(wire.ask("POST", "/v2/machines").header("Allow")).isEqualTo("GET,HEAD");
  }

  @Test
  void anElectionIsToldFromAnAnswer() throws IOException {
    server.backend.leader.set(null);
    RawHttpConnection.Answer member = wire.ask("GET", "/v2/members/leader");
    assertThat(member.status()).isEqualTo(503);
    assertThat(member.body()).isEqualTo("{\"message\":\"During election\"}");
    RawHttpConnection.Answer leader = wire.ask("GET", "/v2/leader");
    assertThat(leader.status()).isEqualTo(503);
    assertThat(leader.body()).contains("\"errorCode\":301");
    RawHttpConnection.Answer statistics = wire.ask("GET", "/v2/stats/leader");
    assertThat(statistics.status()).isEqualTo(403);
    assertThat(statistics.body()).isEqualTo("{\"message\":\"not current leader\"}");
    RawHttpConnection.Answer health = wire.ask("GET", "/health");
    assertThat(health.status()).isEqualTo(503);
    assertThat(health.body()).isEqualTo("{\"health\":\"false\"}\n");
  }

  @Test
  void versionAndHealthAreWhatClientsExpect() throws IOException {
    assertThat(wire.ask("GET", "/version").body())
        .isEqualTo("{\"etcdserver\":\"3.4.0\",\"etcdcluster\":\"3.4.0\",\"understudy\":\"0.1.0\"}");
    assertThat(wire.ask("GET", "/health").body()).isEqualTo("{\"health\":\"true\"}");
    assertThat(wire.ask("PUT", "/health").header("Allow")).isEqualTo("GET");
  }

  @Test
  void statisticsCountWhatWasDone() throws IOException {
    wire.form("PUT", "/v2/keys/counted", "value=1");
    wire.ask("GET", "/v2/keys/counted");
    wire.ask("GET", "/v2/keys/none");
    assertThat(wire.ask("GET", "/v2/stats/store").body())
        .startsWith("{\"getsSuccess\":1,\"getsFail\":1,\"setsSuccess\":1,")
        .endsWith(",\"watchers\":0}");
    assertThat(wire.ask("GET", "/v2/stats/self").body())
        .startsWith("{\"name\":\"solo\",\"id\":\"abc\",\"state\":\"StateLeader\",\"startTime\":\"2")
        .containsPattern("\"uptime\":\"\\d+\\.\\d{3}s\"")
        .endsWith(
            ",\"recvAppendRequestCnt\":5,\"recvPkgRate\":0.0,\"recvBandwidthRate\":0.0,"
                + "\"sendAppendRequestCnt\":4,\"sendPkgRate\":2.5,\"sendBandwidthRate\":300.0}");
    assertThat(wire.ask("GET", "/v2/stats/leader").body())
        .isEqualTo(
            "{\"leader\":\"abc\",\"followers\":{\"7\":{\"latency\":{\"current\":1.5,"
                + "\"average\":2.0,\"standardDeviation\":0.25,\"minimum\":1.0,\"maximum\":9.0},"
                + "\"counts\":{\"fail\":1,\"success\":8}}}}");
  }

  @Test
  void nobodyNeedsAPassword() throws IOException {
    RawHttpConnection.Answer answer = wire.ask("GET", "/v2/auth/enable");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("{\"enabled\":false}\n");
    assertThat(answer.header("Content-Type")).isEqualTo("application/json");
    assertThat(answer.header("X-Etcd-Cluster-Id")).isEqualTo("cafe");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v2",
        "/v2/",
        "/v2/stats",
        "/v2/members2",
        "/v2/auth",
        "/v2/x",
        "/v2/keysx",
        "/v2/stats/self/"
      })
  void whatIsNotThereUnderV2IsNotFoundInJson(String path) throws IOException {
    RawHttpConnection.Answer answer = wire.ask("GET", path);
    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.body()).isEqualTo("{\"message\":\"Not found\"}");
    assertThat(answer.header("Content-Type")).isEqualTo("application/json");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/v3", "/v2x", "/version/", "/health2"})
  void whatIsNotThereIsNotFound(String path) throws IOException {
    RawHttpConnection.Answer answer = wire.ask("GET", path);
    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.body()).isEqualTo("404 page not found\n");
    assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
  }
}
