package dev.understudy.it.processes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.it.processes.Http.Answer;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the cluster is for: peers die, standbys take their seats, and nobody loses a write. */
class ClusterLifeTest {
  private static final int REMOVE_DELAY_SECONDS = 4;
  private static final long WRITES_GO_ON_MILLIS = 3_000;

  /** Remove delay, three sync intervals of a second, and three seconds. */
  private static final long SEAT_TAKEN_MILLIS = (REMOVE_DELAY_SECONDS + 3 + 3) * 1_000L;

  @RegisterExtension final Machines machines = Machines.ofEachTest();

  @Test
  void standbysTakeTheSeatsOfTheDeadAndNothingAcknowledgedIsLost() throws IOException {
    TestCluster cluster = TestCluster.start(machines, 5, 3, REMOVE_DELAY_SECONDS);
    Writers writers = Writers.start(cluster.machines(), 3, 5);
    try (writers) {
      writers.awaitMore(100);
      losesAPeer(cluster, writers, cluster.leader(), "leader");
      losesAPeer(cluster, writers, cluster.follower(), "follower");
      setsTheConfigThroughAFollower(cluster);
      writers.awaitMore(50);
      cluster.machines().forEach(MachineUnderTest::kill);
    }
    comesBackFromAPowerCut(cluster, writers);
  }

  private static void losesAPeer(
      TestCluster cluster, Writers writers, MachineUnderTest victim, String role)
      throws IOException {
    victim.kill();
    long killed = System.nanoTime();
    Deadlines.kept(
        "writes after kill -9 of the " + role,
        writers.millisUntilWrittenAfter(killed),
        WRITES_GO_ON_MILLIS);
    List<MachineUnderTest> peers = cluster.awaitPeers(3);
    Deadlines.kept(
        "three live peers after kill -9 of the " + role, millisSince(killed), SEAT_TAKEN_MILLIS);
    assertThat(peers).doesNotContain(victim);
    writers.awaitMore(50);

    victim.start().awaitReady();
    Deadlines.measured("start of a machine as a standby", victim.millisSinceStart());
    isAStandby(victim);
    writers.assertAllThere(cluster.leader(), true);
  }

  private static void isAStandby(MachineUnderTest machine) throws IOException {
    assertThat(machine.printed())
        .filteredOn(line -> line.startsWith("ready "))
        .containsExactly(
            "ready name=%s mode=standby client=%s peer=%s"
                .formatted(machine.name(), machine.clientUrl(), machine.peerUrl()));
    Deadlines.await(machine.name() + " redirects clients")
        .ignoreExceptions()
        .untilAsserted(
            () -> {
              Answer answer = Http.get(machine.clientUrl() + "/v2/keys/any?recursive=true");
              assertThat(answer.status()).isEqualTo(307);
              assertThat(answer.header("location"))
                  .endsWith("/v2/keys/any?recursive=true")
                  .doesNotStartWith(machine.clientUrl());
            });
    Answer admin = Http.get(machine.peerUrl() + "/v2/admin/machines");
    assertThat(admin.status()).isEqualTo(307);
    assertThat(admin.header("location")).endsWith("/v2/admin/machines");
    assertThat(Http.get(machine.peerUrl() + "/name").body()).isEqualTo(machine.name());
    assertThat(Http.get(machine.clientUrl() + "/metrics").body())
        .contains("understudy_standby 1.0", "understudy_leading 0.0")
        .containsPattern("understudy_client_connections [1-9]")
        .containsPattern("understudy_client_connections_limit [1-9]")
        .containsPattern("understudy_peer_connections \\d")
        .containsPattern("understudy_peer_connections_limit [1-9]");
    assertThat(Http.get(machine.clientUrl() + "/health").status()).isEqualTo(200);
  }

  private static void setsTheConfigThroughAFollower(TestCluster cluster) throws IOException {
    String changed = "{\"removeDelay\":%d}".formatted(REMOVE_DELAY_SECONDS + 1);
    Answer redirect = Http.putJson(cluster.follower().peerUrl() + "/v2/admin/config", changed);
    assertThat(redirect.status()).isEqualTo(307);
    assertThat(redirect.header("location"))
        .isEqualTo(cluster.leader().peerUrl() + "/v2/admin/config");
    Answer answer = Http.putJson(redirect.header("location"), changed);
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
  }

  private static void comesBackFromAPowerCut(TestCluster cluster, Writers writers)
      throws IOException {
    long restarted = System.nanoTime();
    cluster.machines().forEach(MachineUnderTest::start);
    cluster.machines().forEach(MachineUnderTest::awaitReady);
    List<MachineUnderTest> peers = cluster.awaitPeers(3);
    Deadlines.measured("three peers and two standbys after a power cut", millisSince(restarted));
    assertThat(cluster.standbys()).hasSize(2);
    for (MachineUnderTest peer : peers) {
      writers.assertAllThere(peer, true);
    }
    assertThat(cluster.config().get("activeSize").getAsInt()).isEqualTo(3);
    assertThat(cluster.config().get("removeDelay").getAsDouble())
        .isEqualTo(REMOVE_DELAY_SECONDS + 1);
    assertThat(cluster.config().get("syncInterval").getAsDouble()).isEqualTo(1);
    for (MachineUnderTest machine : cluster.machines()) {
      // A standby may send clients to the old leader until its next sync.
      Deadlines.await("writes through " + machine.name())
          .ignoreExceptions()
          .until(() -> writesThrough(machine));
    }
    System.out.printf(
        "measured %d writes acknowledged, %d sent again%n", writers.count(), writers.failures());
  }

  private static boolean writesThrough(MachineUnderTest machine) throws IOException {
    Answer answer = Http.putValue(machine.clientUrl() + "/v2/keys/after", machine.name());
    return answer.status() == 307
        ? Http.putValue(answer.header("location"), machine.name()).succeeded()
        : answer.succeeded();
  }

  private static long millisSince(long nanos) {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - nanos);
  }
}
