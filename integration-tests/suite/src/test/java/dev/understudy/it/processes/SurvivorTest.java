package dev.understudy.it.processes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is left of a machine whose log is damaged, and of a cluster that has lost its majority. */
class SurvivorTest {
  @RegisterExtension final Machines machines = Machines.ofEachTest();

  @Test
  void aDamagedMachineComesBackAsAnotherMemberAndTheLastOneFoundsANewCluster() throws IOException {
    TestCluster cluster = TestCluster.start(machines, 3, 3, 600);
    MachineUnderTest survivor = cluster.follower();
    assertThat(put(survivor, "before").succeeded()).isTrue();
    String before = TestCluster.memberIds(survivor).get(survivor.name());

    survivor.kill();
    damage(survivor.dataDirectory().resolve("peer"));
    survivor.start().awaitReady();
    cluster.awaitPeers(3);
    assertThat(TestCluster.memberIds(survivor).get(survivor.name())).isNotEqualTo(before);
    assertThat(survivor.dataDirectory().resolve("peer.damaged-1")).isDirectory();
    assertThat(value(survivor)).contains("\"before\"");
    assertThat(put(survivor, "after").succeeded()).isTrue();

    List<MachineUnderTest> lost = new ArrayList<>(cluster.machines());
    lost.remove(survivor);
    lost.forEach(MachineUnderTest::kill);
    survivor.kill();
    MachineUnderTest tool =
        machines.machine(
            "recover",
            List.of(
                "recover",
                "--data-dir",
                survivor.dataDirectory().toString(),
                "--force-new-cluster",
                "--yes"));
    assertThat(tool.start().awaitExit()).as(() -> tool.lastWords(20)).isZero();
    assertThat(tool.printed()).anyMatch(line -> line.startsWith("MAY BE MISSING"));
    survivor.start().awaitReady();
    assertThat(value(survivor)).contains("\"after\"");
    assertThat(put(survivor, "new").succeeded()).isTrue();

    MachineUnderTest other = lost.get(0);
    List<String> anew = new ArrayList<>(other.options());
    anew.addAll(List.of("--data-dir", machines.directory().resolve("anew").toString()));
    anew.addAll(List.of("--peers", survivor.peerAddress()));
    MachineUnderTest joined = machines.machine(other.name() + "-anew", anew);
    joined.start().awaitReady();
    Deadlines.await("it has caught up")
        .untilAsserted(() -> assertThat(value(joined)).contains("\"new\""));
  }

  private static Http.Answer put(MachineUnderTest machine, String value) throws IOException {
    return Http.putValue(machine.clientUrl() + "/v2/keys/kept", value);
  }

  private static String value(MachineUnderTest machine) throws IOException {
    return Http.get(machine.clientUrl() + "/v2/keys/kept?quorum=true").body();
  }

  /** Behind the tail: the head of the log. */
  private static void damage(Path peer) throws IOException {
    Path segment;
    try (Stream<Path> files = Files.list(peer)) {
      segment =
          files.filter(file -> file.toString().endsWith(".wal")).sorted().findFirst().orElseThrow();
    }
    try (RandomAccessFile file = new RandomAccessFile(segment.toFile(), "rw")) {
      file.seek(20);
      int read = file.read();
      file.seek(20);
      file.write(read ^ 1);
    }
  }
}
