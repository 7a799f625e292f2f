package dev.understudy.admin.machine;

import static dev.understudy.clusterconfig.waits.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.admin.LoopbackPorts;
import dev.understudy.admin.cli.HostPort;
import dev.understudy.admin.cli.MachineOptions;
import dev.understudy.admin.cli.Security;
import dev.understudy.clusterconfig.ClusterConfig;
import dev.understudy.clusterconfig.secret.ClusterSecret;
import dev.understudy.clusterconfig.secret.ProvenTool;
import dev.understudy.standby.StandbyMode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Machines that know each other by a secret, in this process, on the loopback interface. */
class SecretMachineTest {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final String TEXT = "a secret of all machines";
  private static final ClusterSecret SECRET = new ClusterSecret(TEXT);
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final String CONFIG = "/v2/admin/config";

  @TempDir Path directory;

  private final List<Machine> machines = new ArrayList<>();
  private Path right;
  private Path wrong;

  @BeforeEach
  void writeSecrets() throws IOException {
    right = Files.writeString(directory.resolve("right"), TEXT);
    wrong = Files.writeString(directory.resolve("wrong"), "another secret of others");
  }

  @AfterEach
  void stop() {
    machines.forEach(Machine::close);
  }

  private static Security with(Path secret, boolean isOptional) {
    return new Security(
        Optional.empty(),
        Optional.empty(),
        false,
        Optional.of(new Security.Secret(secret, isOptional)));
  }

  private static HostPort freePort() throws IOException {
    return new HostPort("127.0.0.1", LoopbackPorts.free());
  }

  private MachineOptions options(String name, Security security, MachineOptions... peers)
      throws IOException {
    return options(name, security, 50, peers);
  }

  private MachineOptions options(
      String name, Security security, int seatPriority, MachineOptions... peers)
      throws IOException {
    HostPort client = freePort();
    HostPort peer = freePort();
    return new MachineOptions(
            name,
            directory.resolve(name),
            client,
            client,
            peer,
            peer,
            List.of(peers).stream().map(MachineOptions::peerAddress).toList(),
            new MachineOptions.Joining(3, 200),
            new MachineOptions.Timing(50, 500, 1),
            1_000,
            new ClusterConfig(3, 1800, 1),
            seatPriority,
            false,
            0,
            false)
        .withSecurity(security);
  }

  private Machine start(MachineOptions options) throws Exception {
    Machine machine = new Machine(options, new SystemContext(options), new Untold(), "test");
    machines.add(machine);
    machine.start();
    return machine;
  }

  private static int send(HttpRequest.Builder request) throws Exception {
    return HTTP.send(request.timeout(SOON).build(), HttpResponse.BodyHandlers.discarding())
        .statusCode();
  }

  private static HttpRequest.Builder config(MachineOptions at, String json) {
    return HttpRequest.newBuilder(URI.create(at.machine().peerUrl() + CONFIG))
        .header("Content-Type", "application/json")
        .PUT(HttpRequest.BodyPublishers.ofString(json));
  }

  private static Map<String, String> proof(MachineOptions at, ClusterSecret secret, String json)
      throws Exception {
    return ProvenTool.headers(
        HTTP,
        secret,
        "PUT",
        URI.create(at.machine().peerUrl() + CONFIG),
        Optional.of(json.getBytes(StandardCharsets.UTF_8)),
        SOON);
  }

  private static int put(MachineOptions at, Map<String, String> proof, String json)
      throws Exception {
    HttpRequest.Builder request = config(at, json);
    proof.forEach(request::header);
    return send(request);
  }

  private static void awaitWrites(MachineOptions at) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(at.machine().clientUrl() + "/v2/keys/a"))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .PUT(HttpRequest.BodyPublishers.ofString("value=1"));
    await().atMost(SOON).until(() -> send(request) / 100 == 2);
  }

  @Test
  void machinesThatKnowTheSecretFormACluster() throws Exception {
    MachineOptions one = options("one", with(right, false));
    MachineOptions two = options("two", with(right, false), one);
    start(one);
    start(two);
    awaitWrites(one);
    awaitWrites(two);
  }

  @Test
  void aReplicaThatKnowsTheSecretHoldsTheData() throws Exception {
    MachineOptions one = options("one", with(right, false));
    start(one);
    awaitWrites(one);
    MachineOptions replica = replicaOf(one, with(right, false));
    start(replica);
    URI metrics = URI.create(replica.machine().clientUrl() + "/metrics");
    await()
        .atMost(SOON)
        .until(
            () -> body(HttpRequest.newBuilder(metrics)).contains("understudy_replica_serves 1.0"));
    assertThat(body(HttpRequest.newBuilder(key(replica)))).contains("\"value\":\"1\"");
    awaitWrites(replica);
    URI confirmed = URI.create(key(replica) + "?quorum=true");
    assertThat(body(HttpRequest.newBuilder(confirmed))).contains("\"value\":\"1\"");
  }

  /** It keeps out of seats, of which there are enough. */
  private MachineOptions replicaOf(MachineOptions leader, Security security) throws IOException {
    return options("replica", security, 0, leader).withStandbyMode(StandbyMode.REPLICA);
  }

  private static URI key(MachineOptions at) {
    return URI.create(at.machine().clientUrl() + "/v2/keys/a");
  }

  private static String body(HttpRequest.Builder request) throws Exception {
    return HTTP.send(request.timeout(SOON).build(), HttpResponse.BodyHandlers.ofString()).body();
  }

  @Test
  void aMachineWithAnotherSecretOrNoneDoesNotGetIn() throws Exception {
    MachineOptions one = options("one", with(right, false));
    start(one);
    for (Security security : List.of(with(wrong, false), Security.NONE)) {
      MachineOptions stranger = options("stranger", security, one);
      assertThatThrownBy(() -> start(stranger))
          .isInstanceOf(StartRefusedException.class)
          .hasMessageContaining("the cluster's secret");
    }
  }

  @Test
  void whatIsNotProvenOrProvenAgainOrForAnotherRequestIsRefused() throws Exception {
    MachineOptions one = options("one", with(right, false));
    start(one);
    awaitWrites(one);
    String five = "{\"activeSize\":5}";
    String seven = "{\"activeSize\":7}";
    for (String path : List.of(CONFIG, "/v2/admin/identity", "/raft/stream", "/raft/snapshot")) {
      URI url = URI.create(one.machine().peerUrl() + path);
      assertThat(send(HttpRequest.newBuilder(url))).as(path).isEqualTo(401);
    }
    assertThat(put(one, Map.of(), five)).isEqualTo(401);
    Map<String, String> proof = proof(one, SECRET, five);
    assertThat(put(one, proof, five)).isEqualTo(200);
    assertThat(put(one, proof, five)).as("replayed").isEqualTo(401);
    assertThat(put(one, proof(one, SECRET, five), seven)).as("with another body").isNotEqualTo(200);
    assertThatThrownBy(() -> proof(one, new ClusterSecret("a secret of nobody here"), five))
        .hasMessageContaining("does not know the cluster's secret");
  }

  /** Machine by machine: one that knows it already lives with one that does not yet. */
  @Test
  void anOptionalSecretLetsARunningClusterChange() throws Exception {
    MachineOptions plain = options("plain", Security.NONE);
    MachineOptions between = options("between", with(right, true), plain);
    start(plain);
    start(between);
    awaitWrites(plain);
    awaitWrites(between);
    MachineOptions last = options("last", with(right, true));
    MachineOptions strict = options("strict", with(right, false), last);
    start(last);
    start(strict);
    awaitWrites(last);
    awaitWrites(strict);
  }

  private static final class Untold implements MachineEvents {
    @Override
    public void ready(Mode mode) {}

    @Override
    public void changed(Mode mode, String reason) {}

    @Override
    public void failed(String reason) {}
  }
}
