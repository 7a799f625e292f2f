package dev.understudy.peer;

import static dev.understudy.clusterconfig.waits.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.clusterconfig.MachineRecord;
import dev.understudy.peer.driver.StateCapture;
import dev.understudy.wal.Directory;
import dev.understudy.wal.MemoryDisk;
import dev.understudy.wal.MemorySurvival;
import dev.understudy.wal.WalIdentity;
import dev.understudy.wal.WalOptions;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a peer does when its disk fails, and when it is full. */
@Timeout(180)
class FailingDiskTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final long NO_SNAPSHOTS = 1_000_000;

  private final MemoryDisk disk = new MemoryDisk("disk");

  @Test
  void aSyncThatFailsEndsThePeerAndNothingIsAnsweredAnyMore() throws Exception {
    aFailureEndsThePeer(MemoryDisk.Kind.FORCE_FILE);
  }

  @Test
  void aWriteThatFailsEndsThePeerAndNothingIsAnsweredAnyMore() throws Exception {
    aFailureEndsThePeer(MemoryDisk.Kind.WRITE);
  }

  private void aFailureEndsThePeer(MemoryDisk.Kind kind) throws Exception {
    try (Directory directory = disk.mount()) {
      ClusterOfOne.found(directory);
      try (ClusterOfOne lone = new ClusterOfOne(directory, WalOptions.DEFAULT, NO_SNAPSHOTS)) {
        awaitWritten(lone, "/before");

        disk.setFaults(
            operation -> {
              if (operation.kind() == kind) {
                throw new IOException("the disk is broken");
              }
              return operation.bytes();
            });
        CompletableFuture<Integer> unanswered = CompletableFuture.supplyAsync(() -> status(lone));

        assertThat(lone.failure.get(60, TimeUnit.SECONDS)).hasMessage("the disk is broken");
        HttpResponse<String> read = lone.get("/before");
        assertThat(read.statusCode()).isEqualTo(503);
        assertThat(read.body()).contains("this peer has failed");
        lone.peer().close();
        assertThat(unanswered.get(60, TimeUnit.SECONDS)).isGreaterThanOrEqualTo(500);
      }
    }
    disk.setFaults(MemoryDisk.Faults.NONE);
    disk.powerCut(MemorySurvival.NOTHING);
    try (Directory directory = disk.mount();
        ClusterOfOne again = new ClusterOfOne(directory, WalOptions.DEFAULT, NO_SNAPSHOTS)) {
      await().atMost(PATIENCE).until(() -> again.get("/before").statusCode() == 200);
    }
  }

  private static int status(ClusterOfOne lone) {
    try {
      return lone.put("/after", "x").statusCode();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aFullDiskRefusesWritesKeepsReadingAndRecoversByItself() throws Exception {
    try (Directory directory = disk.mount()) {
      ClusterOfOne.found(directory);
      long used = used(directory);
      disk.setCapacityBytes(used + (40L << 20));
      WalOptions options = WalOptions.DEFAULT.withReserveBytes(1 << 20);
      try (ClusterOfOne lone = new ClusterOfOne(directory, options, NO_SNAPSHOTS)) {
        awaitWritten(lone, "/before");
        disk.setCapacityBytes(used(directory) + (1 << 10));

        // An idle log looks once a second how much room there is, a busy one when it grows.
        await()
            .pollInterval(Duration.ofSeconds(2))
            .atMost(PATIENCE)
            .until(() -> lone.put("/filling", "x").statusCode() == 503);
        HttpResponse<String> refused = lone.put("/refused", "x");
        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(refused.body()).contains("\"errorCode\":301").contains("disk");
        assertThat(lone.get("/before").statusCode()).isEqualTo(200);
        assertThat(lone.get("/before?quorum=true").statusCode()).isEqualTo(200);
        assertThat(lone.get("/refused").statusCode()).isEqualTo(404);
        assertThat(lone.failure).isNotDone();

        disk.setCapacityBytes(Long.MAX_VALUE);
        awaitWritten(lone, "/after");
      }
    }
  }

  @Test
  void aClusterIsNotFoundedWhereThereIsNoRoom() throws Exception {
    disk.setCapacityBytes(1 << 16);
    try (Directory directory = disk.mount()) {
      assertThatThrownBy(() -> ClusterOfOne.found(directory)).isInstanceOf(IOException.class);
      assertThat(PeerFiles.exist(directory)).isFalse();
    }
  }

  @Test
  void aClusterRestoredFromACaptureHasItsKeysAndOneSeat() throws Exception {
    StateCapture capture;
    try (Directory directory = disk.mount()) {
      ClusterOfOne.found(directory);
      try (ClusterOfOne lone = new ClusterOfOne(directory, WalOptions.DEFAULT, NO_SNAPSHOTS)) {
        awaitWritten(lone, "/kept");
        capture = captured(lone);
      }
    }
    MemoryDisk fresh = new MemoryDisk("fresh");
    MachineRecord founder =
        new MachineRecord("other", "http://127.0.0.1:7003", "http://127.0.0.1:4003");
    try (Directory directory = fresh.mount()) {
      PeerFiles.restore(
          directory, new WalIdentity(0xc2, 0xb), founder, capture.metadata(), capture.image());
      try (ClusterOfOne lone = new ClusterOfOne(directory, WalOptions.DEFAULT, NO_SNAPSHOTS)) {
        awaitWritten(lone, "/more");
        assertThat(lone.get("/kept").statusCode()).isEqualTo(200);
        assertThat(lone.get("/_etcd/machines").body()).contains("other").doesNotContain("lone");
        assertThat(lone.peer().recollection().registry().all())
            .singleElement()
            .satisfies(seat -> assertThat(seat.member()).isEqualTo(0xb));
      }
      // Once more from the disk alone.
      try (ClusterOfOne lone = new ClusterOfOne(directory, WalOptions.DEFAULT, NO_SNAPSHOTS)) {
        await().atMost(PATIENCE).until(() -> lone.get("/more").statusCode() == 200);
        assertThat(lone.get("/kept").statusCode()).isEqualTo(200);
      }
    }
  }

  private static StateCapture captured(ClusterOfOne lone) throws Exception {
    AdminOutcome<StateCapture> outcome = lone.peer().admin().capture().get(60, TimeUnit.SECONDS);
    assertThat(outcome).isInstanceOf(AdminOutcome.Done.class);
    return ((AdminOutcome.Done<StateCapture>) outcome).value();
  }

  private static long used(Directory directory) throws IOException {
    long bytes = 0;
    for (String file : directory.list()) {
      bytes += directory.size(file);
    }
    return bytes;
  }

  private static void awaitWritten(ClusterOfOne lone, String key) {
    await().atMost(PATIENCE).until(() -> lone.put(key, "x").statusCode() / 100 == 2);
  }
}
