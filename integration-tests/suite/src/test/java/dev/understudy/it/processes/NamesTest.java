package dev.understudy.it.processes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Machines that know each other by names, which each looks up in a file of its own: one that is not
 * there at first, and one that leads elsewhere later.
 */
class NamesTest {
  private static final String CLIENT_PATH = "/v2/keys/a";

  /** A sync interval of a second, and the second for which a name is kept, and the way. */
  private static final long FOUND_WITHIN_MILLIS = 5_000;

  @RegisterExtension final Machines machines = Machines.ofEachTest();

  private Path hosts(MachineUnderTest machine) {
    return machines.directory().resolve(machine.name() + ".hosts");
  }

  private void setHosts(MachineUnderTest machine, String... lines) throws IOException {
    Files.write(hosts(machine), List.of(lines));
  }

  private MachineUnderTest named(String name, int peerPort, String... more) {
    List<String> options = new ArrayList<>(List.of("--name", name));
    options.addAll(List.of("--data-dir", machines.directory().resolve(name).toString()));
    options.addAll(List.of("--addr", name + ".test:" + Ports.free()));
    options.addAll(List.of("--peer-addr", name + ".test:" + peerPort));
    options.addAll(List.of(more));
    MachineUnderTest machine = machines.machine(name, options);
    return machine.java("-Djdk.net.hosts.file=" + hosts(machine));
  }

  private static String clientAt(String address, MachineUnderTest machine) {
    String port = machine.option("--addr").orElseThrow().replaceFirst(".*:", ":");
    return "http://" + address + port + CLIENT_PATH;
  }

  /** A replica needs all: to join, to sync, a stream, and to pass writes on. */
  @Test
  void aReplicaFindsItsClusterOnceTheNameIsThereAndAgainWhereItLeadsLater() throws IOException {
    int port = Ports.free();
    MachineUnderTest peer = named("m1", port, "--cluster-sync-interval", "1");
    MachineUnderTest replica =
        named(
            "r1",
            Ports.free(),
            "--peers",
            "m1.test:" + port,
            "--seat-priority",
            "0",
            "--standby-mode",
            "replica",
            "--max-retry-attempts",
            "0",
            "--retry-interval",
            "1");
    setHosts(peer, "127.0.0.1 m1.test", "127.0.0.1 r1.test");
    setHosts(replica, "127.0.0.1 r1.test");
    peer.start().awaitReady();
    replica.start();
    Deadlines.await("it asks in vain")
        .until(() -> replica.errors().stream().anyMatch(line -> line.contains("m1.test")));

    setHosts(replica, "127.0.0.1 m1.test", "127.0.0.1 r1.test");
    awaitWritten(peer, "127.0.0.1", replica, "1");

    assertThat(peer.terminate()).isZero();
    for (MachineUnderTest machine : List.of(peer, replica)) {
      setHosts(machine, "127.0.0.2 m1.test", "127.0.0.1 r1.test");
    }
    peer.start().awaitReady();
    awaitWritten(peer, "127.0.0.2", replica, "2");
  }

  /** A write through the replica, and one that it is told of. */
  private static void awaitWritten(
      MachineUnderTest peer, String address, MachineUnderTest replica, String value) {
    long since = System.nanoTime();
    Deadlines.await("the replica passes a write on")
        .ignoreExceptions()
        .until(() -> Http.putValue(clientAt("127.0.0.1", replica), value).succeeded());
    Deadlines.await("a write at the peer")
        .ignoreExceptions()
        .until(() -> Http.putValue(clientAt(address, peer), value + value).succeeded());
    Deadlines.await("the replica has it")
        .ignoreExceptions()
        .until(
            () ->
                Http.get(clientAt("127.0.0.1", replica))
                    .body()
                    .contains("\"value\":\"" + value + value + "\""));
    Deadlines.kept(
        "a name leads to the machine at " + address,
        TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - since),
        FOUND_WITHIN_MILLIS);
  }
}
