package dev.understudy.testkit.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.client.ClientException;
import dev.understudy.client.KeysClient;
import dev.understudy.client.WriteOptions;
import dev.understudy.testkit.junit.Understudy;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Every test leaves three peers that reach each other, and a standby or two. */
@Understudy(machines = 4, activeSize = 3, removeDelay = 1_800)
class ClusterTest {
  private static final Duration SOON = Duration.ofSeconds(60);

  private static KeysClient client(Cluster cluster) {
    return KeysClient.to(cluster.clientUrls()).build();
  }

  @Test
  void aKilledLeaderIsFollowedByAnotherAndComesBackWithItsSeat(Cluster cluster) throws Exception {
    KeysClient client = client(cluster);
    client.put("/kept", "1");
    String killed = cluster.leader();
    cluster.kill(killed);
    assertThat(cluster.awaitLeader()).isNotEqualTo(killed);
    assertThat(cluster.peers()).hasSize(2).doesNotContain(killed);
    cluster.restart(killed);
    cluster.awaitSeat(killed);
    assertThat(cluster.clientUrls()).contains(cluster.clientUrl(killed));
    assertThat(client.get("/kept").value()).contains("1");
  }

  @Test
  void aLeaderThatIsCutOffLeadsNoMore(Cluster cluster) throws Exception {
    String old = cluster.leader();
    cluster.isolate(old);
    String next = awaitAnotherThan(old, cluster);
    KeysClient.to(cluster.clientUrl(next)).build().put("/while/cut/off", "1");
    KeysClient there =
        KeysClient.to(cluster.clientUrl(old)).timeout(Duration.ofMillis(300)).build();
    assertThatThrownBy(() -> there.get("/while/cut/off")).isInstanceOf(Exception.class);
    cluster.heal();
    KeysClient patient = KeysClient.to(cluster.clientUrl(old)).build();
    Awaitility.await()
        .atMost(SOON)
        .ignoreExceptionsInstanceOf(ClientException.class) // for as long as it lags behind
        .until(() -> patient.getLocal("/while/cut/off").value().isPresent());
  }

  @Test
  void aLeaderThatIsPausedIsFollowedByAnotherAndGoesOnLater(Cluster cluster) throws Exception {
    String paused = cluster.leader();
    cluster.pause(paused);
    assertThat(awaitAnotherThan(paused, cluster)).isNotEqualTo(paused);
    cluster.resume(paused);
    KeysClient there = KeysClient.to(cluster.clientUrl(paused)).build();
    there.put("/after/the/pause", "1");
    assertThat(cluster.peers()).contains(paused);
  }

  private static String awaitAnotherThan(String old, Cluster cluster) throws InterruptedException {
    String leader = cluster.awaitLeader();
    while (leader.equals(old)) {
      leader = cluster.awaitLeader();
    }
    return leader;
  }

  @Test
  void anHourPassesWhenClocksAreMoved(Cluster cluster) throws Exception {
    KeysClient client = client(cluster);
    client.put("/short", "1", WriteOptions.expiringAfter(Duration.ofMinutes(50)));
    client.put("/long", "1", WriteOptions.expiringAfter(Duration.ofMinutes(180)));
    cluster.moveClock(Duration.ofHours(1));
    Awaitility.await().atMost(SOON).until(() -> client.get("/short").node().isEmpty());
    assertThat(client.get("/long").node()).isPresent();
    assertThat(cluster.peers()).hasSize(3);
  }

  @Test
  void aRemovedMachineLeavesItsSeatToAStandby(Cluster cluster) throws Exception {
    String standby = cluster.standbys().get(0);
    String leader = cluster.leader();
    String removed =
        cluster.peers().stream().filter(name -> !name.equals(leader)).findFirst().orElseThrow();
    cluster.remove(removed);
    cluster.awaitSeat(standby);
    cluster.awaitStandby(removed);
    assertThat(cluster.peers()).hasSize(3);
  }

  @Test
  void whatIsNotThereIsNamed(Cluster cluster) {
    assertThatThrownBy(() -> cluster.kill("m9"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("no machine m9 in [m1, m2, m3, m4]");
    assertThat(cluster.toString()).contains("m1 peer");
  }
}
