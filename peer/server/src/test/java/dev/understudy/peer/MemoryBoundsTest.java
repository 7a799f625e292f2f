package dev.understudy.peer;

import static dev.understudy.clusterconfig.waits.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.api.ClientLimits;
import dev.understudy.wal.Directory;
import dev.understudy.wal.MemoryDisk;
import dev.understudy.wal.WalOptions;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What keys and log may take in memory. */
class MemoryBoundsTest {
  private static final WalOptions SMALL = new WalOptions(1 << 20, 1 << 16, 1 << 16, 1_024, 0);

  private static ClusterOfOne start(long treeBytes, long logBytes) throws Exception {
    MemoryDisk disk = new MemoryDisk("bounds");
    try (Directory directory = disk.mount()) {
      ClusterOfOne.found(directory);
    }
    PeerOptions options =
        PeerOptions.of(ClusterOfOne.SELF, 50, 500, 1_000_000, ClientLimits.DEFAULT, SMALL, "test")
            .withMemory(treeBytes, logBytes);
    return new ClusterOfOne(disk.mount(), options);
  }

  @Test
  void aFullTreeIsRefusedWithACodeOfItsOwnAndCanBeEmptied() throws Exception {
    try (ClusterOfOne cluster = start(200_000, Long.MAX_VALUE / 2)) {
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> cluster.put("/leased", "1&ttl=600").statusCode() / 100 == 2);
      int taken = 0;
      HttpResponse<String> last = cluster.put("/k0", "x".repeat(10_000));
      while (last.statusCode() == 201 && taken < 100) {
        taken++;
        last = cluster.put("/k" + taken, "x".repeat(10_000));
      }
      assertThat(taken).isBetween(15, 25);
      assertThat(last.statusCode()).isEqualTo(403);
      assertThat(last.body()).contains("\"errorCode\":405", "database space exceeded");
      assertThat(cluster.get("/k0").statusCode()).isEqualTo(200);
      assertThat(cluster.refresh("/leased", 700).statusCode()).isEqualTo(200);
      for (int i = 0; i < 5; i++) {
        assertThat(cluster.delete("/k" + i).statusCode()).isEqualTo(200);
      }
      assertThat(cluster.put("/again", "x").statusCode()).isEqualTo(201);
    }
  }

  @Test
  void aLogOfLargeEntriesIsMadeShorterByItsBytes() throws Exception {
    try (ClusterOfOne cluster = start(Long.MAX_VALUE / 2, 100_000)) {
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> cluster.put("/k", "first").statusCode() / 100 == 2);
      for (int i = 0; i < 200; i++) {
        await()
            .pollInterval(Duration.ofMillis(5))
            .atMost(Duration.ofSeconds(30))
            .until(() -> cluster.put("/k", "x".repeat(5_000)).statusCode() == 200);
      }
      assertThat(cluster.peer().assembly().driver.logBytes()).isLessThan(250_000);
    }
  }
}
