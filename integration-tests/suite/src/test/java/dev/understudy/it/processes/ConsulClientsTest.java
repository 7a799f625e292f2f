package dev.understudy.it.processes;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.ecwid.consul.v1.ConsistencyMode;
import com.ecwid.consul.v1.ConsulClient;
import com.ecwid.consul.v1.OperationException;
import com.ecwid.consul.v1.QueryParams;
import com.ecwid.consul.v1.Response;
import com.ecwid.consul.v1.catalog.CatalogNodesRequest;
import com.ecwid.consul.v1.kv.model.GetValue;
import com.ecwid.consul.v1.kv.model.PutParams;
import com.ecwid.consul.v1.session.model.NewSession;
import com.ecwid.consul.v1.session.model.Session;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.commons.io.FileUtils;
import org.apache.commons.io.IOUtils;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Clients of Consul against a leader and against a follower. None of them is told of another
 * machine, and all but Python's follow no redirect of a PUT.
 */
class ConsulClientsTest {
  private static final int TOUR_SECONDS = 90;

  @RegisterExtension static final Machines MACHINES = Machines.ofAllTests();

  private static TestCluster cluster;

  @BeforeAll
  static void startCluster() {
    cluster = TestCluster.start(MACHINES, 3, 3, 10);
  }

  private static URI url(String role) {
    return URI.create((role.equals("leader") ? cluster.leader() : cluster.follower()).clientUrl());
  }

  private static Path resource(String name) throws IOException {
    Path copy = MACHINES.directory().resolve(name.substring(1).replace('/', '-'));
    FileUtils.copyURLToFile(IOUtils.resourceToURL(name), copy.toFile());
    return copy.toAbsolutePath();
  }

  /** {@code python-consul/tour.py} leads it. */
  @Test
  void pythonConsul() throws IOException {
    Tool python = Tool.require("python3", "Debian: python3-consul");
    Path system = Path.of("/usr/bin/python3");
    if (Files.isExecutable(system)) {
      python = Tool.at(system); // the one that Debian's packages are for
    }
    Path work = MACHINES.directory();
    if (python.run(work, Map.of(), TOUR_SECONDS, "-c", "import consul").exit() != 0) {
      Tool.missing("python-consul is not installed (Debian: python3-consul)");
    }
    Tool.Result result =
        python.run(
            work,
            Map.of(),
            TOUR_SECONDS,
            resource("/python-consul/tour.py").toString(),
            url("leader").getHost(),
            Integer.toString(url("leader").getPort()),
            Integer.toString(url("follower").getPort()));
    assertThat(result.exit()).as(result.printed()).isZero();
    assertThat(result.printed()).endsWith("all\n");
  }

  /** The npm package of that name; {@code node-consul/tour.js} leads it. */
  @ParameterizedTest
  @ValueSource(strings = {"leader", "follower"})
  void nodeConsul(String role) throws IOException {
    Tool.Result result =
        NpmPackage.install(MACHINES, "consul", "2.0.1")
            .run(
                TOUR_SECONDS,
                "/node-consul/tour.js",
                url(role).getHost(),
                Integer.toString(url(role).getPort()),
                "node-" + role);
    assertThat(result.exit()).as(result.printed()).isZero();
    assertThat(result.printed()).contains("tour done");
  }

  /** The requests of Consul's own commands, one by one: {@code consul-commands/tour.sh}. */
  @ParameterizedTest
  @ValueSource(strings = {"leader", "follower"})
  void consulsCommands(String role) throws IOException {
    Tool.require("curl", "Debian: curl");
    Tool.Result result =
        Tool.require("bash", "Debian: bash")
            .run(
                MACHINES.directory(),
                Map.of(),
                TOUR_SECONDS,
                resource("/consul-commands/tour.sh").toString(),
                url(role).toString(),
                "commands-" + role);
    assertThat(result.exit()).as(result.printed()).isZero();
    assertThat(result.printed()).endsWith("tour done\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"leader", "follower"})
  void consulApi(String role) throws Exception {
    ConsulClient consul = new ConsulClient(url(role).getHost(), url(role).getPort());
    String top = "java-" + role + "/";
    assertThat(consul.getStatusLeader().getValue()).contains(":");
    assertThat(consul.getStatusPeers().getValue()).hasSize(3);
    assertThat(consul.getAgentSelf().getValue().getConfig().getNodeName()).startsWith("m");
    assertThat(consul.getCatalogNodes(CatalogNodesRequest.newBuilder().build()).getValue())
        .hasSize(3);
    keepsEntries(consul, top);
    locks(consul, top + "lock");
    consul.deleteKVValues(top);
    assertThat(consul.getKVValues(top).getValue()).isNull();
  }

  private static void keepsEntries(ConsulClient consul, String top) {
    byte[] binary = {0, (byte) 0xff, 1};
    assertThat(consul.getKVValue(top + "a").getValue()).isNull();
    consul.setKVBinaryValue(top + "a", binary);
    Response<GetValue> read =
        consul.getKVValue(top + "a", new QueryParams(ConsistencyMode.CONSISTENT));
    assertThat(consul.getKVBinaryValue(top + "a").getValue().getValue()).isEqualTo(binary);
    assertThat(read.isConsulKnownLeader()).isTrue();
    assertThat(read.getConsulIndex()).isEqualTo(read.getValue().getModifyIndex());
    PutParams swap = new PutParams();
    swap.setCas(1L);
    assertThat(consul.setKVValue(top + "a", "two", swap).getValue()).isFalse();
    swap.setCas(read.getValue().getModifyIndex());
    assertThat(consul.setKVValue(top + "a", "zwei ü", swap).getValue()).isTrue();
    assertThat(consul.getKVValue(top + "a").getValue().getDecodedValue(UTF_8)).isEqualTo("zwei ü");
    consul.setKVValue(top + "b/c", "x");
    assertThat(consul.getKVKeysOnly(top, "/", null).getValue())
        .containsExactly(top + "a", top + "b/");
    assertThat(consul.getKVValues(top).getValue()).hasSize(2);
  }

  private static String session(ConsulClient consul, Session.Behavior behavior) {
    NewSession wanted = new NewSession();
    wanted.setName("of the test");
    wanted.setTtl("10s");
    wanted.setLockDelay(1);
    wanted.setBehavior(behavior);
    return consul.sessionCreate(wanted, QueryParams.DEFAULT).getValue();
  }

  private static void locks(ConsulClient consul, String lock) throws Exception {
    String one = session(consul, Session.Behavior.RELEASE);
    String other = session(consul, Session.Behavior.DELETE);
    assertThat(consul.renewSession(one, QueryParams.DEFAULT).getValue().getId()).isEqualTo(one);
    assertThat(consul.getSessionList(QueryParams.DEFAULT).getValue())
        .extracting(Session::getId)
        .contains(one, other);
    PutParams acquire = new PutParams();
    acquire.setAcquireSession(one);
    assertThat(consul.setKVValue(lock, "1", acquire).getValue()).isTrue();
    acquire.setAcquireSession(other);
    assertThat(consul.setKVValue(lock, "2", acquire).getValue()).isFalse();

    long index = consul.getKVValue(lock).getConsulIndex();
    CompletableFuture<Response<GetValue>> waiting =
        CompletableFuture.supplyAsync(() -> consul.getKVValue(lock, new QueryParams(30, index)));
    PutParams release = new PutParams();
    release.setReleaseSession(one);
    assertThat(consul.setKVValue(lock, "3", release).getValue()).isTrue();
    GetValue released = waiting.get(20, TimeUnit.SECONDS).getValue();
    assertThat(released.getSession()).isNull();
    assertThat(released.getLockIndex()).isEqualTo(1);

    assertThat(consul.setKVValue(lock, "4", acquire).getValue()).isTrue();
    consul.sessionDestroy(other, QueryParams.DEFAULT);
    assertThat(consul.getKVValue(lock).getValue()).isNull();
    assertThatThrownBy(() -> consul.renewSession(other, QueryParams.DEFAULT))
        .isInstanceOfSatisfying(
            OperationException.class, e -> assertThat(e.getStatusCode()).isEqualTo(404));
    consul.sessionDestroy(one, QueryParams.DEFAULT);
  }
}
