package dev.understudy.it.processes;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Watches and times to live while the leader dies. */
class WatchLifeTest {
  private static final int TTL_SECONDS = 4;

  /** Without a leader nothing expires, and half a second more may pass. */
  private static final long ELECTION_MILLIS = 3_000;

  private static final long EXPIRY_LAG_MILLIS = 500;

  @RegisterExtension final Machines machines = Machines.ofEachTest();

  @Test
  void watchesOnAFollowerOutliveTheLeaderAndTimesToLiveGoOn() throws IOException {
    TestCluster cluster = TestCluster.start(machines, 3, 3, 120);
    MachineUnderTest leader = cluster.leader();
    MachineUnderTest follower = cluster.follower();
    String keys = follower.clientUrl() + "/v2/keys";
    try (WatchLines stream = new WatchLines(keys + "/w?wait=true&recursive=true&stream=true");
        WatchLines poll = new WatchLines(keys + "/w/after?wait=true");
        WatchLines expiry = new WatchLines(keys + "/short?wait=true&stream=true")) {
      Http.putValue(keys + "/w/before", "1");
      assertThat(stream.nextValue()).isEqualTo("1");
      long written = System.nanoTime();
      Http.put(keys + "/short", Map.of("value", "x", "ttl", Integer.toString(TTL_SECONDS)));
      assertThat(expiry.next().get("action").getAsString()).isEqualTo("set");
      assertThat(poll.isEnded()).isFalse();

      leader.kill();
      Deadlines.await("a write after the leader's death")
          .ignoreExceptions()
          .until(() -> Http.putValue(keys + "/w/after", "2").succeeded());
      assertThat(stream.nextValue()).isEqualTo("2");
      assertThat(poll.nextValue()).isEqualTo("2");

      expiresInTime(expiry, written);
      sameHistoryEverywhere(cluster);
    }
  }

  private static void expiresInTime(WatchLines expiry, long writtenNanos) {
    assertThat(expiry.next().get("action").getAsString()).isEqualTo("expire");
    long lived = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - writtenNanos);
    assertThat(lived).isGreaterThanOrEqualTo(TimeUnit.SECONDS.toMillis(TTL_SECONDS));
    Deadlines.kept(
        "expiry of " + TTL_SECONDS + " s across the leader's death",
        lived,
        TimeUnit.SECONDS.toMillis(TTL_SECONDS) + ELECTION_MILLIS + EXPIRY_LAG_MILLIS);
  }

  /** Also the times to live that the events tell are the same, wherever and whenever one asks. */
  private static void sameHistoryEverywhere(TestCluster cluster) {
    List<JsonObject> told =
        cluster.alive().stream().map(machine -> firstOf(machine, "/short")).toList();
    assertThat(told).hasSize(2);
    assertThat(told.get(0).getAsJsonObject("node").get("ttl").getAsInt()).isEqualTo(TTL_SECONDS);
    assertThat(told.get(0).getAsJsonObject("node").get("ttl"))
        .isEqualTo(told.get(1).getAsJsonObject("node").get("ttl"));
    assertThat(told.get(0).getAsJsonObject("node").get("modifiedIndex"))
        .isEqualTo(told.get(1).getAsJsonObject("node").get("modifiedIndex"));
  }

  private static JsonObject firstOf(MachineUnderTest machine, String key) {
    try (WatchLines past =
        new WatchLines(machine.clientUrl() + "/v2/keys" + key + "?wait=true&waitIndex=1")) {
      return past.next();
    }
  }
}
