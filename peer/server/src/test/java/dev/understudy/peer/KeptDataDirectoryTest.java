package dev.understudy.peer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.clusterconfig.ClusterConfig;
import dev.understudy.clusterconfig.MachineRecord;
import dev.understudy.clusterconfig.waits.Waits;
import dev.understudy.wal.DiskDirectory;
import dev.understudy.wal.WalOptions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A peer starts on what earlier releases have left; see the resources' README. */
class KeptDataDirectoryTest {
  private static final String FORMAT_1 = "/data-directories/1/m1.zip";
  private static final long LAST_INDEX = 88;

  @TempDir private Path path;

  @Test
  void aDirectoryOfFormat1IsTakenOverWithAllThatIsInIt() throws Exception {
    unpack(FORMAT_1);
    try (DiskDirectory directory = DiskDirectory.open(path.resolve("peer"));
        ClusterOfOne peer = new ClusterOfOne(directory, WalOptions.DEFAULT, 50_000)) {
      Waits.await().until(() -> peer.peer().status().applied() >= LAST_INDEX);
      assertThat(peer.peer().admin().config()).isEqualTo(new ClusterConfig(5, 90_000, 7));
      assertThat(peer.peer().recollection().registry().byName("m3").orElseThrow().machine())
          .isEqualTo(new MachineRecord("m3", "http://127.0.0.1:35403", "http://127.0.0.1:25403"));
      assertThat(peer.peer().recollection().registry().removed())
          .containsExactly(0x498f9e8f48f9480aL);
      assertThat(peer.peer().admin().machines()).hasSize(3);
      keysAreThere(peer);
    }
  }

  private static void keysAreThere(ClusterOfOne peer) throws Exception {
    value(peer, "/plain", "three", 75, 75);
    value(peer, "/dir/nested/deep", "ä ü", 8, 8);
    value(peer, "/_hidden", "secret", 10, 10);
    value(peer, "/ttl-dir/inside", "x", 13, 13);
    value(peer, "/queue/00000000000000000015", "first", 15, 15);
    value(peer, "/queue/00000000000000000016", "second", 16, 16);
    value(peer, "/queue/00000000000000000074", "after-the-snapshot", 74, 74);
    value(peer, "/swapped", "new", 22, 21);
    value(peer, "/created", "updated", 24, 23);
    value(peer, "/behind", "log", 76, 76);
    value(peer, "/last", "3", 83, 83);
    for (int number : IntStream.rangeClosed(1, 45).toArray()) {
      value(peer, "/fill/" + number, "" + number, 28 + number, 28 + number);
    }
    assertThat(peer.get("/empty-dir").body()).contains("\"dir\":true");
    // The cluster's time stood still while nobody ran: what is left of a time to live is the same.
    for (String lasting : new String[] {"/long-lived", "/ttl-dir", "/behind-ttl"}) {
      assertThat(peer.get(lasting).body()).containsPattern("\"ttl\":(4000000000|39999999..),");
    }
    for (String gone : new String[] {"/short-lived", "/deleted", "/tree", "/behind-deleted"}) {
      assertThat(peer.get(gone).statusCode()).as(gone).isEqualTo(404);
    }
    assertThat(peer.get("/deleted?wait=true&waitIndex=18").body())
        .as("the history is there")
        .contains("\"action\":\"delete\"", "\"value\":\"was\"");
  }

  private static void value(
      ClusterOfOne peer, String key, String value, long modifiedIndex, long createdIndex)
      throws Exception {
    assertThat(peer.get(key).body())
        .contains(
            "\"value\":\"%s\",\"modifiedIndex\":%d,\"createdIndex\":%d"
                .formatted(value, modifiedIndex, createdIndex));
  }

  private void unpack(String resource) throws IOException {
    try (InputStream in = KeptDataDirectoryTest.class.getResourceAsStream(resource);
        ZipInputStream zip = new ZipInputStream(in)) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        Path to = path.resolve(entry.getName());
        if (entry.isDirectory()) {
          Files.createDirectories(to);
        } else {
          Files.write(to, zip.readAllBytes());
        }
      }
    }
  }
}
