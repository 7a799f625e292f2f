package dev.understudy.it.processes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.it.processes.Tool.Result;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Three peers, a standby and a replica that ask for certificates on all ports, with real clients:
 * curl, and {@code etcdctl} where it is installed (Debian: etcd-client).
 */
class MutualTlsTest {
  private static final int SECONDS = 60;
  private static final List<String> NAMES = List.of("m1", "m2", "m3", "m4", "m5");

  @RegisterExtension final Machines machines = Machines.ofEachTest();

  private Path files;

  private Result run(Tool tool, Map<String, String> environment, String... arguments) {
    return tool.run(machines.directory(), environment, SECONDS, arguments);
  }

  private String understudy(String... command) {
    List<String> arguments = new ArrayList<>(List.of("-XX:TieredStopAtLevel=1"));
    arguments.addAll(JavaCommand.run(JavaCommand.THIS_BUILD));
    arguments.addAll(List.of(command));
    Tool java = Tool.at(JavaCommand.JAVA);
    Result result = run(java, Map.of(), arguments.toArray(String[]::new));
    assertThat(result.exit()).as(result.printed()).isZero();
    return result.printed();
  }

  private String file(String name) {
    return files.resolve(name).toString();
  }

  private MachineUnderTest machine(String name, List<String> more) {
    List<String> options = new ArrayList<>(more);
    for (String port : List.of("--", "--peer-")) {
      options.addAll(List.of(port + "cert-file", file(name + ".crt")));
      options.addAll(List.of(port + "key-file", file(name + ".key")));
      options.addAll(List.of(port + "ca-file", file("ca.crt")));
    }
    options.add("--client-cert-cn-auth");
    return machines.machineAt(name, Ports.free(), options);
  }

  private List<String> withCertificate(String... command) {
    List<String> all = new ArrayList<>(List.of(command));
    all.addAll(List.of("--ca-file", file("ca.crt"), "--cert-file", file("client.crt")));
    all.addAll(List.of("--key-file", file("client.key")));
    return all;
  }

  private String[] curl(String... command) {
    List<String> all = new ArrayList<>(List.of("-sSL", "--max-time", "30"));
    all.addAll(List.of("--cacert", file("ca.crt"), "--cert", file("client.crt")));
    all.addAll(List.of("--key", file("client.key")));
    all.addAll(List.of(command));
    return all.toArray(String[]::new);
  }

  private static String https(MachineUnderTest machine, String address) {
    return "https://" + machine.option(address).orElseThrow();
  }

  @Test
  void aClusterWithCertificatesServesSwapsAndIsSaved() {
    files = machines.directory().resolve("tls");
    understudy("tls", "init", files.toString(), "--names", String.join(",", NAMES));
    MachineUnderTest founder =
        machine(
            "m1",
            List.of(
                "--cluster-active-size",
                "3",
                "--cluster-remove-delay",
                "2",
                "--cluster-sync-interval",
                "1"));
    founder.start().awaitReady();
    List<MachineUnderTest> all = new ArrayList<>(List.of(founder));
    List<String> peers = List.of("--peers", founder.peerAddress());
    for (String name : NAMES.subList(1, 3)) {
      all.add(machine(name, peers).start().awaitReady());
    }
    // First, since one that has not been known for the stabilization time is offered no seat.
    List<String> asReplica = new ArrayList<>(peers);
    asReplica.addAll(List.of("--standby-mode", "replica"));
    MachineUnderTest replica = machine("m5", asReplica).start().awaitReady();
    MachineUnderTest standby = machine("m4", peers).start().awaitReady();
    assertThat(standby.mode()).isEqualTo("standby");

    String key = https(standby, "--addr") + "/v2/keys/a";
    Tool curl = Tool.require("curl", "Debian: curl");
    Result put = run(curl, Map.of(), curl(key, "-XPUT", "-d", "value=1"));
    assertThat(put.printed()).contains("\"action\":\"set\"");
    Result nobody = run(curl, Map.of(), "-sS", "--cacert", file("ca.crt"), key);
    assertThat(nobody.exit()).as("without a certificate: " + nobody.printed()).isNotZero();
    Tool etcdctl = Tool.require("etcdctl", "Debian: etcd-client");
    List<String> get = withCertificate("--endpoints", https(founder, "--addr"));
    get.addAll(List.of("get", "--quorum", "/a"));
    Result got = run(etcdctl, Map.of("ETCDCTL_API", "2"), get.toArray(String[]::new));
    assertThat(got.printed()).isEqualToIgnoringNewLines("1");

    String atReplica = https(replica, "--addr") + "/v2/keys/r";
    Deadlines.await("the replica serves")
        .until(
            () ->
                run(curl, Map.of(), curl(https(replica, "--addr") + "/metrics"))
                    .printed()
                    .contains("understudy_replica_serves 1.0"));
    assertThat(run(curl, Map.of(), curl(atReplica, "-XPUT", "-d", "value=r")).printed())
        .contains("\"action\":\"set\"");
    assertThat(run(curl, Map.of(), curl("--max-redirs", "0", atReplica + "?quorum=true")).printed())
        .contains("\"value\":\"r\"");

    all.get(1).kill();
    Deadlines.await("the replica takes the dead peer's seat")
        .until(() -> replica.mode().equals("peer"));
    Deadlines.await("it says that it takes its data along")
        .until(
            () ->
                replica.errors().stream()
                    .anyMatch(line -> line.contains("takes a seat with the data that it holds")));
    assertThat(standby.mode()).isEqualTo("standby");
    Deadlines.await("the cluster takes writes")
        .until(
            () ->
                run(curl, Map.of(), curl(key, "-XPUT", "-d", "value=2"))
                    .printed()
                    .contains("\"action\":\"set\""));
    String endpoint = founder.option("--peer-addr").orElseThrow();
    assertThat(
            understudy(
                withCertificate("machines", "list", "--endpoints", endpoint)
                    .toArray(String[]::new)))
        .contains("m1", "m3", "m5", "leader")
        .contains(https(replica, "--peer-addr"));
    String backup = machines.directory().resolve("backup.snap").toString();
    assertThat(
            understudy(
                withCertificate("snapshot", "save", "https://" + endpoint, backup)
                    .toArray(String[]::new)))
        .contains("sound");
    aCertificateNamesItsUser(curl, founder, standby);
  }

  private void aCertificateNamesItsUser(
      Tool curl, MachineUnderTest founder, MachineUnderTest standby) {
    String auth = https(founder, "--addr") + "/v2/auth";
    String app = "{\"role\":\"app\",\"permissions\":{\"kv\":{\"read\":[\"/a\"]}}}";
    Map<String, String> bodies = new LinkedHashMap<>();
    bodies.put("/roles/guest", "{\"role\":\"guest\"}");
    bodies.put("/roles/app", app);
    bodies.put("/users/client", "{\"user\":\"client\",\"password\":\"x\",\"roles\":[\"app\"]}");
    bodies.put("/users/m4", "{\"user\":\"m4\",\"password\":\"x\",\"roles\":[\"app\"]}");
    bodies.put("/users/root", "{\"user\":\"root\",\"password\":\"x\"}");
    bodies.put("/enable", "");
    bodies.forEach(
        (path, body) -> {
          // Refused until every member is known to know users.
          Deadlines.await(path + " is taken")
              .untilAsserted(
                  () -> {
                    Result made = run(curl, Map.of(), curl(auth + path, "-XPUT", "-f", "-d", body));
                    assertThat(made.exit()).as(path + made.printed()).isZero();
                  });
        });
    String there = https(founder, "--addr") + "/v2/keys/a";
    assertThat(run(curl, Map.of(), curl(there)).printed()).contains("\"action\":\"get\"");
    assertThat(run(curl, Map.of(), curl(there, "-XDELETE")).printed()).contains("110");
    assertThat(run(curl, Map.of(), curl(there, "-u", "root:x", "-XDELETE")).printed())
        .contains("\"action\":\"delete\"");
    String relayed = https(standby, "--addr") + "/v2/keys/a";
    assertThat(run(curl, Map.of(), curl(relayed, "-H", "X-Understudy-Relay: 1")).printed())
        .as("who is asked for by a standby has not its rights")
        .contains("110");
    assertThat(
            run(curl, Map.of(), curl(relayed, "-H", "X-Understudy-Relay: 1", "-u", "client:x"))
                .printed())
        .contains("\"errorCode\":100");
    assertThat(run(curl, Map.of(), curl(https(standby, "--addr") + "/dashboard")).printed())
        .contains("<title>understudy</title>");
  }
}
