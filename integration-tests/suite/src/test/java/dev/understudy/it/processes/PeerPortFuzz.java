package dev.understudy.it.processes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.it.processes.Http.Answer;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * A cluster with clients, and somebody at its peer ports who should not be there: no machine ends,
 * a leader is there, every acknowledged write is on every machine, and nothing has changed without
 * the right to change it. {@code -Dunderstudy.fuzz.seed=…} repeats a course; a run that fails
 * leaves every frame that it sent beside the machines' files, in {@code frames}.
 */
final class PeerPortFuzz {
  private final Machines machines;
  private final Duration time;
  private final long seed = Long.getLong("understudy.fuzz.seed", System.nanoTime() & 0xFFFF_FFFFL);

  PeerPortFuzz(Machines machines, Duration time) {
    this.machines = machines;
    this.time = time;
  }

  void run(boolean inMembersNames) throws Exception {
    System.out.printf(
        "%s: -Dunderstudy.fuzz.seed=%d%n", inMembersNames ? "members" : "strangers", seed);
    TestCluster cluster = TestCluster.start(machines, 3, 3, 600);
    MachineUnderTest first = cluster.machines().get(0);
    assertThat(Http.putValue(first.clientUrl() + "/v2/keys/kept/deep/key", "mine").status())
        .isEqualTo(201);
    Map<String, String> ids = TestCluster.memberIds(first);
    String config = cluster.config().toString();
    FrameRecord record = new FrameRecord(machines.directory().resolve("frames"));
    HostileNeighbour neighbour =
        new HostileNeighbour(cluster.machines(), seed, inMembersNames, record);
    Writers writers = Writers.start(cluster.machines(), 2, 20);
    try (record;
        writers) {
      neighbour.speakFor(time);
      System.out.println(neighbour.summary());
      assertThat(cluster.machines()).allMatch(MachineUnderTest::isAlive);
      writers.awaitMore(20);
    }
    assertThat(neighbour.sent()).isGreaterThan((int) time.toSeconds());
    System.out.printf("%d writes acknowledged%n", writers.count());
    List<MachineUnderTest> peers = cluster.awaitPeers(3);
    for (MachineUnderTest peer : peers) {
      // First one that goes through the log: what the others have acknowledged comes before it.
      Http.get(peer.clientUrl() + "/v2/keys/kept?quorum=true");
      writers.assertAllThere(peer, true);
      assertUntouched(peer, ids, inMembersNames);
    }
    assertThat(cluster.config()).hasToString(config);
  }

  private static void assertUntouched(
      MachineUnderTest peer, Map<String, String> ids, boolean inMembersNames) throws IOException {
    Answer kept = Http.get(peer.clientUrl() + "/v2/keys/kept/deep/key?quorum=true");
    assertThat(kept.body()).as(peer.name()).contains("\"mine\"");
    assertThat(TestCluster.memberIds(peer)).isEqualTo(ids);
    if (!inMembersNames) {
      Answer forged = Http.get(peer.clientUrl() + "/v2/keys" + ForgedMessages.DIRECTORY);
      assertThat(forged.status()).as(forged.body()).isEqualTo(404);
    }
    assertThat(peer.errors()).as("errors of " + peer.name()).noneMatch(PeerPortFuzz::isStackTrace);
  }

  private static boolean isStackTrace(String line) {
    return line.startsWith("\tat ") || line.contains(" ERROR ");
  }
}
