package dev.understudy.admin.imports;

import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * Files as etcd writes them, made by hand; one of a real etcd is read by the tests of processes.
 */
class EtcdFilesTest extends EtcdFilesFixture {
  @Test
  void theChecksumIsThatOfTheStandard() {
    assertThat(Crc32c.of(0, "123456789".getBytes(StandardCharsets.US_ASCII))).isEqualTo(0xe3069283);
    byte[] half = "12345".getBytes(StandardCharsets.US_ASCII);
    byte[] rest = "6789".getBytes(StandardCharsets.US_ASCII);
    assertThat(Crc32c.of(Crc32c.of(0, half), rest)).isEqualTo(0xe3069283);
  }

  @Test
  void theWholeLogIsReadForItsEndMayHaveBeenAcknowledged() throws Exception {
    record(CRC, new byte[0]);
    entry(1, request("PUT", "/1/a", "1"));
    entry(2, request("PUT", "/1/dir/_hidden", "2"));
    entry(3, request("PUT", "/1/a", "3"));
    commit(2);
    writeLog();

    EtcdBackup backup = read();

    assertThat(backup.listing().nodes().keySet()).containsExactly("/a", "/dir", "/dir/_hidden");
    assertThat(backup.listing().nodes().get("/a").value()).hasValue("3");
    assertThat(backup.uncommitted()).isEqualTo(1);
  }

  @Test
  void anEntryTakesThePlaceOfAnOlderOne() throws Exception {
    record(CRC, new byte[0]);
    entry(1, request("PUT", "/1/a", "old"));
    entry(2, request("PUT", "/1/b", "old"));
    entry(1, request("PUT", "/1/a", "new"));
    commit(1);
    writeLog();

    assertThat(read().listing().nodes()).containsOnlyKeys("/a");
    assertThat(read().listing().nodes().get("/a").value()).hasValue("new");
  }

  @Test
  void aRequestWithinOneOfTheThirdApisIsDoneAndOthersAreNot() throws Exception {
    byte[] inner = request("PUT", "/1/in", "v");
    record(CRC, new byte[0]);
    entry(1, message(out -> out.writeByteArray(2, inner)));
    entry(2, message(out -> out.writeByteArray(4, new byte[] {10, 1, 'k'})));
    entry(3, new byte[0]);
    commit(3);
    writeLog();

    assertThat(read().listing().nodes()).containsOnlyKeys("/in");
  }

  private static final String STORE =
      """
      {"Root":{"Path":"/","CreatedIndex":0,"ModifiedIndex":0,"ExpireTime":"0001-01-01T00:00:00Z",
       "Value":"","Children":{
         "0":{"Path":"/0","CreatedIndex":0,"ModifiedIndex":0,"ExpireTime":"0001-01-01T00:00:00Z",
          "Value":"","Children":{}},
         "1":{"Path":"/1","CreatedIndex":0,"ModifiedIndex":0,"ExpireTime":"0001-01-01T00:00:00Z",
          "Value":"","Children":{
           "d":{"Path":"/1/d","CreatedIndex":4,"ModifiedIndex":4,
            "ExpireTime":"2100-01-01T00:00:00.5Z","Value":"","Children":{
             "k":{"Path":"/1/d/k","CreatedIndex":5,"ModifiedIndex":6,
              "ExpireTime":"0001-01-01T00:00:00Z","Value":"kept","Children":null}}},
           "e":{"Path":"/1/e","CreatedIndex":7,"ModifiedIndex":7,
            "ExpireTime":"0001-01-01T00:00:00Z","Value":"gone","Children":null}}}}},
       "WatcherHub":{"EventHistory":{"Queue":{"Events":[null]}}},"CurrentIndex":9,
       "Stats":{"getsSuccess":1},"CurrentVersion":2}
      """;

  @Test
  void aSnapshotIsReadAndTheLogBehindItDoneAgain() throws Exception {
    writeSnapshot(20, STORE, 0);
    record(CRC, new byte[0]);
    entry(20, request("PUT", "/1/before", "is in the snapshot"));
    entry(21, request("DELETE", "/1/e", ""));
    commit(21);
    writeLog();

    EtcdBackup backup = read();

    assertThat(backup.listing().index()).isEqualTo(10);
    assertThat(backup.listing().nodes())
        .containsOnlyKeys("/d", "/d/k")
        .containsEntry("/d", new TreeNode("/d", Optional.empty(), 4_102_444_800_500L))
        .containsEntry("/d/k", new TreeNode("/d/k", Optional.of("kept"), TreeNode.PERMANENT));
  }

  @Test
  void anOlderSnapshotServesWhereTheNewestIsDamaged() throws Exception {
    writeSnapshot(20, STORE, 0);
    writeSnapshot(30, STORE, 1);
    record(CRC, new byte[0]);
    entry(21, request("DELETE", "/1/e", ""));
    commit(21);
    writeLog();

    assertThat(read().listing().nodes()).containsOnlyKeys("/d", "/d/k");
  }

  @Test
  void onlyFilesAreRead() throws Exception {
    Files.createDirectory(directory.resolve("member/snap/ffffffffffffffff.snap"));
    record(CRC, new byte[0]);
    entry(1, request("PUT", "/1/a", "v"));
    commit(1);
    writeLog();

    assertThat(read().listing().nodes()).containsOnlyKeys("/a");
  }

  @Test
  void damageIsSaidWithItsPlace() throws Exception {
    writeSnapshot(30, STORE, 1);
    writeLog();
    assertThatThrownBy(this::read)
        .isInstanceOf(ImportException.class)
        .hasMessageContaining("000000000000001e.snap")
        .hasMessageContaining("checksum");
  }

  @Test
  void aFlippedBitInTheLogIsSaidWithItsPlace() throws Exception {
    record(CRC, new byte[0]);
    int at = log.size();
    entry(1, request("PUT", "/1/a", "value"));
    commit(1);
    byte[] bytes = log.toByteArray();
    bytes[at + 40] ^= 1;
    log.reset();
    log.write(bytes);
    writeLog();

    assertThatThrownBy(this::read)
        .isInstanceOf(ImportException.class)
        .hasMessageContaining(".wal at offset " + at);
  }

  @Test
  void missingEntriesAreSaid() throws Exception {
    record(CRC, new byte[0]);
    entry(5, request("PUT", "/1/a", "v"));
    commit(5);
    writeLog();

    assertThatThrownBy(this::read).hasMessageContaining("entries 1 to 4 are missing");
  }

  @Test
  void aRecordThatAPowerCutTornOffEndsTheLog() throws Exception {
    record(CRC, new byte[0]);
    entry(1, request("PUT", "/1/a", "v"));
    commit(1);
    int whole = log.size();
    entry(2, request("PUT", "/1/b", "v"));
    byte[] torn = Arrays.copyOf(log.toByteArray(), whole + 20);
    log.reset();
    log.write(torn);
    writeLog();

    assertThat(read().listing().nodes()).containsOnlyKeys("/a");
  }

  @Test
  void aRecordThatAPowerCutTornOffInAFileWithRoomEndsTheLog() throws Exception {
    record(CRC, new byte[0]);
    entry(1, request("PUT", "/1/a", "v"));
    commit(1);
    int whole = log.size();
    entry(2, request("PUT", "/1/b", "v"));
    byte[] torn = Arrays.copyOf(Arrays.copyOf(log.toByteArray(), whole + 20), 4_096);
    log.reset();
    log.write(torn);
    writeLog();

    assertThat(read().listing().nodes()).containsOnlyKeys("/a");
  }

  @Test
  void whatEtcdRefusedIsNotDone() throws Exception {
    record(CRC, new byte[0]);
    entry(1, request("PUT", "/1/a", "v"));
    entry(
        2,
        message(
            out -> {
              out.writeString(2, "DELETE");
              out.writeString(3, "/1");
              out.writeBool(12, true);
            }));
    entry(3, request("PUT", "/1", "a key instead of all"));
    entry(4, request("PUT", "/1/b", "v"));
    commit(4);
    writeLog();

    assertThat(read().listing().nodes()).containsOnlyKeys("/a", "/b");
  }

  @Test
  void aTimeThatHasOverflowedIsNone() throws Exception {
    record(CRC, new byte[0]);
    entry(
        1,
        message(
            out -> {
              out.writeString(2, "PUT");
              out.writeString(3, "/1/a");
              out.writeString(4, "v");
              out.writeInt64(9, -5_000_000_000L);
            }));
    entry(
        2,
        message(
            out -> {
              out.writeString(2, "SYNC");
              out.writeInt64(15, 1_700_000_000_000_000_000L);
            }));
    commit(2);
    writeLog();

    assertThat(read().listing().nodes()).containsOnlyKeys("/a");
    assertThat(read().listing().nodes().get("/a").expires()).isFalse();
  }

  @Test
  void aKeyInOrderIsNamedAsTheEtcdOfItsLogNamedIt() throws Exception {
    record(CRC, new byte[0]);
    entry(1, request("POST", "/1/queue", "first"));
    entry(2, request("PUT", "/0/version", "2.1.0"));
    entry(3, request("POST", "/1/queue", "second"));
    commit(3);
    writeLog();

    assertThat(read().listing().nodes()).containsOnlyKeys("/queue", "/queue/1", "/queue/3");
    assertThat(read().listing().plainNames()).isEqualTo(2);

    entry(4, request("PUT", "/0/version", "2.2.0"));
    writeLog();

    assertThat(read().listing().nodes())
        .as("a newer one has done its log again")
        .containsOnlyKeys("/queue", "/queue/00000000000000000001", "/queue/00000000000000000003");
    assertThat(read().listing().plainNames()).isZero();
  }

  @Test
  void aSnapshotTellsTheVersionOfItsCluster() throws Exception {
    String old = STORE.replace("\"Children\":{}", "\"Children\":{" + VERSION + "}");
    record(CRC, new byte[0]);
    entry(21, request("POST", "/1/queue", "v"));
    commit(21);
    writeLog();

    writeSnapshot(20, old.formatted("2.0.0"), 0);
    assertThat(read().listing().nodes()).containsKey("/queue/10");
    writeSnapshot(20, old.formatted("2.3.0"), 0);
    assertThat(read().listing().nodes()).containsKey("/queue/00000000000000000010");
  }

  private static final String VERSION =
      """
      "version":{"Path":"/0/version","CreatedIndex":0,"ModifiedIndex":0,
       "ExpireTime":"0001-01-01T00:00:00Z","Value":"%s","Children":null}\
      """;

  @Test
  void aLogMayHaveMoreThanTwoGibibytes() throws Exception {
    record(CRC, new byte[0]);
    entry(1, request("PUT", "/1/a", "v"));
    commit(1);
    writeLog();
    try (FileChannel file = FileChannel.open(directory.resolve(LOG), WRITE)) {
      file.write(ByteBuffer.allocate(8), 3L << 30); // a hole: room that was made before
    }

    assertThat(read().listing().nodes()).containsOnlyKeys("/a");
  }

  @Test
  void anyOtherDirectoryIsRefused() {
    for (Path other : List.of(directory.resolve("member/snap"), directory.resolve("none"))) {
      assertThatThrownBy(() -> EtcdBackup.read(other))
          .isInstanceOf(ImportException.class)
          .hasMessageContaining("neither a data directory of etcd nor a backup");
    }
  }
}
