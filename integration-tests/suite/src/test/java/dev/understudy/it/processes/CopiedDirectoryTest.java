package dev.understudy.it.processes;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.io.FileUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Copies of machines' directories, and directories that were set back to an older copy. */
class CopiedDirectoryTest {
  /** Nobody is to lose a seat by being away. */
  private static final int REMOVE_DELAY_SECONDS = 600;

  @RegisterExtension final Machines machines = Machines.ofEachTest();

  private TestCluster start() {
    return TestCluster.start(machines, 3, 3, REMOVE_DELAY_SECONDS);
  }

  private Path copyOf(MachineUnderTest machine) throws IOException {
    Path copy = machines.directory().resolve(machine.name() + "-copy");
    FileUtils.copyDirectory(machine.dataDirectory().toFile(), copy.toFile());
    return copy;
  }

  /** A machine of that name with a copy of its directory, at ports of its own. */
  private MachineUnderTest cloneOf(MachineUnderTest machine, Path copy, TestCluster cluster) {
    String peers =
        String.join(",", cluster.machines().stream().map(MachineUnderTest::peerAddress).toList());
    List<String> options = new ArrayList<>(List.of("--name", machine.name()));
    options.addAll(List.of("--data-dir", copy.toString()));
    options.addAll(List.of("--addr", "127.0.0.1:" + Ports.free()));
    options.addAll(List.of("--peer-addr", "127.0.0.1:" + Ports.free()));
    options.addAll(List.of("--peers", peers));
    return machines.machine(machine.name() + "-clone", options);
  }

  private static String peerUrlOf(MachineUnderTest machine, MachineUnderTest asked)
      throws IOException {
    JsonElement seat = Http.get(asked.peerUrl() + "/v2/admin/machines/" + machine.name()).json();
    return seat.getAsJsonObject().get("peerURL").getAsString();
  }

  private static void assertRefused(
      MachineUnderTest clone, MachineUnderTest original, TestCluster cluster) throws IOException {
    clone.start();
    assertThat(clone.awaitExit()).isNotZero();
    assertThat(clone.errors())
        .anyMatch(
            line ->
                line.contains(
                    original.name() + " holds a seat and is alive at " + original.peerUrl()));
    assertThat(clone.printed()).noneMatch(line -> line.startsWith("ready"));
    assertThat(peerUrlOf(original, cluster.leader())).isEqualTo(original.peerUrl());
    assertThat(original.isAlive()).isTrue();
  }

  @Test
  void aCopyOfAPeerIsRefusedWhileThePeerIsAlive() throws IOException {
    TestCluster cluster = start();
    MachineUnderTest leader = cluster.leader();
    MachineUnderTest follower = cluster.follower();
    for (MachineUnderTest original : List.of(follower, leader)) {
      original.terminate();
      Path copy = copyOf(original);
      original.start().awaitReady();
      cluster.awaitPeers(3);
      assertRefused(cloneOf(original, copy, cluster), original, cluster);
    }
  }

  @Test
  void aPeerWhosePlaceACopyHasTakenIsRefused() throws IOException {
    TestCluster cluster = start();
    MachineUnderTest original = cluster.follower();
    original.terminate();
    MachineUnderTest copy = cloneOf(original, copyOf(original), cluster).start().awaitReady();
    original.start();
    assertThat(original.awaitExit()).isNotZero();
    assertThat(copy.isAlive()).isTrue();
    // The copy is asked, which may lead, and is not among the machines of the cluster here.
    Deadlines.await("the copy has the seat")
        .ignoreExceptions()
        .until(() -> peerUrlOf(original, copy).equals(copy.peerUrl()));
  }

  @Test
  void aDirectoryThatWasSetBackComesBackAsANewMemberWhoeverLeads() throws IOException {
    TestCluster cluster = start();
    for (boolean leaderChanges : List.of(false, true)) {
      MachineUnderTest victim = cluster.follower();
      victim.terminate();
      Path old = copyOf(victim);
      victim.start().awaitReady();
      cluster.awaitPeers(3);
      write(cluster, 20);
      victim.kill();
      FileUtils.deleteDirectory(victim.dataDirectory().toFile());
      FileUtils.moveDirectory(old.toFile(), victim.dataDirectory().toFile());
      if (leaderChanges) {
        MachineUnderTest leader = cluster.leader();
        leader.kill();
        leader.start().awaitReady();
        cluster.leader();
      }
      String before = memberOf(victim, cluster.leader());
      victim.start().awaitReady();
      cluster.awaitPeers(3);
      assertThat(memberOf(victim, cluster.leader())).isNotEqualTo(before);
    }
  }

  private static String memberOf(MachineUnderTest machine, MachineUnderTest asked)
      throws IOException {
    for (JsonElement member :
        Http.get(asked.clientUrl() + "/v2/members")
            .json()
            .getAsJsonObject()
            .getAsJsonArray("members")) {
      if (member.getAsJsonObject().get("name").getAsString().equals(machine.name())) {
        return member.getAsJsonObject().get("id").getAsString();
      }
    }
    throw new AssertionError(machine.name() + " holds no seat");
  }

  private static void write(TestCluster cluster, int count) {
    Deadlines.await(count + " writes")
        .until(
            () -> {
              String url = cluster.leader().clientUrl();
              return Stream.iterate(0, i -> i < count, i -> i + 1)
                  .allMatch(i -> isWritten(url + "/v2/keys/k" + i));
            });
  }

  private static boolean isWritten(String url) {
    try {
      int status = Http.putValue(url, "x").status();
      return status == 200 || status == 201;
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void aPeerThatWasKilledIsBackAtOnce() throws IOException {
    TestCluster cluster = start();
    MachineUnderTest follower = cluster.follower();
    String before = memberOf(follower, cluster.leader());
    follower.kill();
    follower.start().awaitReady();
    assertThat(follower.millisSinceStart()).isLessThan(Deadlines.PATIENCE.toMillis());
    cluster.awaitPeers(3);
    assertThat(memberOf(follower, cluster.leader())).isEqualTo(before);
    assertThat(follower.errors()).noneMatch(line -> line.contains("is alive at"));
  }
}
