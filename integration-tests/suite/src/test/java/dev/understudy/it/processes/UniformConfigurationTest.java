package dev.understudy.it.processes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.commons.io.FileUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * One file of options for all machines, as Ansible, a unit file or a StatefulSet hands it out: the
 * same list of peers everywhere, own address included, and nobody is the first.
 */
class UniformConfigurationTest {
  private static final int COUNT = 4;
  private static final int SEATS = 3;

  @RegisterExtension final Machines machines = Machines.ofEachTest();
  @TempDir Path directory;

  @Test
  void machinesWithOneFileBeginTogetherAndComeBackAfterAnything() throws IOException {
    List<MachineUnderTest> all = machinesWithOneFile();
    all.forEach(MachineUnderTest::start);
    all.forEach(MachineUnderTest::awaitReady);
    assertThat(all.stream().flatMap(machine -> machine.printed().stream()))
        .filteredOn(line -> line.contains("founded=NEW"))
        .hasSize(1);
    awaitPeers(all);
    write(all, "a");

    // The power goes, and one of the peers loses its disk by that: the one that has founded.
    MachineUnderTest founder =
        all.stream()
            .filter(machine -> machine.printed().toString().contains("founded=NEW"))
            .findFirst()
            .orElseThrow();
    all.forEach(MachineUnderTest::kill);
    FileUtils.deleteDirectory(founder.dataDirectory().toFile());
    all.forEach(MachineUnderTest::start);
    all.forEach(MachineUnderTest::awaitReady);
    assertThat(all.stream().flatMap(machine -> machine.printed().stream()))
        .noneMatch(line -> line.contains("founded=NEW"));
    awaitPeers(all);
    for (MachineUnderTest machine : all) {
      if (machine.mode().equals("peer")) {
        Deadlines.await(machine.name() + " has what was written")
            .ignoreExceptions()
            .until(
                () ->
                    Http.get(machine.clientUrl() + "/v2/keys/a?quorum=true")
                        .body()
                        .contains("\"value\":\"a\""));
      }
    }
  }

  private List<MachineUnderTest> machinesWithOneFile() throws IOException {
    int[] ports = IntStream.range(0, COUNT).map(i -> Ports.free()).toArray();
    String peers =
        IntStream.range(0, COUNT)
            .mapToObj(i -> "\"" + machines.host("m" + (i + 1)) + ":" + ports[i] + "\"")
            .collect(Collectors.joining(", "));
    Path file =
        Files.writeString(
            directory.resolve("understudy.toml"),
            """
            peers = [%s]
            retry_interval = 1
            max_retry_attempts = 0

            [cluster]
            active_size = %d
            sync_interval = 1.0
            """
                .formatted(peers, SEATS));
    List<MachineUnderTest> all = new ArrayList<>();
    for (int i = 0; i < COUNT; i++) {
      all.add(machines.machineAt("m" + (i + 1), ports[i], List.of("--config", file.toString())));
    }
    return all;
  }

  private static void awaitPeers(List<MachineUnderTest> all) {
    Deadlines.await("all seats are taken")
        .until(
            () -> all.stream().filter(machine -> machine.mode().equals("peer")).count() == SEATS);
  }

  private static void write(List<MachineUnderTest> all, String key) {
    MachineUnderTest peer =
        all.stream().filter(machine -> machine.mode().equals("peer")).findFirst().orElseThrow();
    Deadlines.await("a write is taken")
        .ignoreExceptions()
        .until(() -> Http.putValue(peer.clientUrl() + "/v2/keys/" + key, key).status() < 300);
  }
}
