package dev.understudy.it.processes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.it.processes.Tool.Result;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Machines whose commands know nobody but a token, in an understudy and in Debian's etcd. */
class DiscoveryProcessTest {
  private static final int SECONDS = 60;

  @RegisterExtension final Machines machines = Machines.ofEachTest();
  @TempDir Path directory;

  @Test
  void machinesFindEachOtherAtATokenInAnUnderstudy() throws IOException {
    MachineUnderTest service = machines.machineAt("service").start().awaitReady();
    findEachOtherAt(service.peerUrl());
  }

  @Test
  void machinesFindEachOtherAtATokenInEtcd() throws IOException {
    Tool etcd = Tool.require("etcd", "Debian: etcd-server");
    try (EtcdReference service = EtcdReference.start(etcd, directory)) {
      findEachOtherAt(service.url());
    }
  }

  private void findEachOtherAt(String service) throws IOException {
    String token = newToken(service);
    List<MachineUnderTest> four = new ArrayList<>();
    for (int i = 1; i <= 4; i++) {
      four.add(
          machines.machineAt(
              "m" + i,
              Ports.free(),
              List.of(
                  "--discovery", token, "--retry-interval", "1", "--max-retry-attempts", "30")));
    }
    four.forEach(MachineUnderTest::start);
    four.forEach(MachineUnderTest::awaitReady);
    Deadlines.await("three peers and a standby")
        .untilAsserted(
            () ->
                assertThat(four.stream().map(MachineUnderTest::mode))
                    .containsExactlyInAnyOrder("peer", "peer", "peer", "standby"));
    assertThat(four.stream().flatMap(machine -> machine.printed().stream()))
        .filteredOn(line -> line.contains("founded=NEW"))
        .hasSize(1);

    MachineUnderTest lost =
        four.stream().filter(machine -> machine.mode().equals("peer")).findFirst().orElseThrow();
    lost.kill();
    lost.start().awaitReady();
    assertThat(lost.mode()).as("started twice with the same command").isEqualTo("peer");
  }

  private String newToken(String service) {
    Result made =
        Tool.at(Path.of(System.getProperty("java.home"), "bin", "java"))
            .run(
                directory,
                Map.of(),
                SECONDS,
                "-XX:TieredStopAtLevel=1",
                "-jar",
                MachineUnderTest.THIS_BUILD,
                "discovery",
                "new",
                "--size",
                "3",
                "--endpoint",
                service);
    assertThat(made.exit()).as(made.printed()).isZero();
    return made.printed().strip();
  }
}
