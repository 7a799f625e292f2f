package dev.understudy.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.raft.SnapshotMetadata;
import dev.understudy.wal.WalInspection.SnapshotFile;
import dev.understudy.wal.WalInspection.Summary;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class WalInspectionTest {
  private static final SnapshotMetadata TAKEN = Logs.snapshot(1, 5);

  private final MemoryDisk disk = new MemoryDisk("disk");

  /** Entries 1 to 9 and a snapshot of 5. */
  private void write() throws IOException {
    try (Directory directory = disk.mount();
        Wal wal = Logs.create(directory)) {
      append(wal, WalBatch.of(Logs.entries(1, 1, 7, 300), Logs.hardState(1, 2, 6)));
      SnapshotStore.open(directory).save(TAKEN, out -> out.write(new byte[100]));
      append(wal, WalBatch.taken(TAKEN));
      append(wal, WalBatch.of(Logs.entries(2, 8, 9, 300)));
    }
  }

  private static void append(Wal wal, WalBatch batch) {
    wal.append(batch, () -> {});
    wal.turn();
  }

  @Test
  void aSummaryTellsWhatAStartWouldFind() throws IOException {
    write();
    try (Directory directory = disk.mount()) {
      Summary summary = WalInspection.verify(directory);

      assertThat(summary.identity()).isEqualTo(Logs.IDENTITY);
      assertThat(summary.entryRecords()).isEqualTo(9);
      assertThat(summary.records()).isEqualTo(11);
      assertThat(summary.startsFrom()).contains(TAKEN);
      assertThat(summary.firstIndex()).isEqualTo(6);
      assertThat(summary.lastIndex()).isEqualTo(9);
      assertThat(summary.firstTerm()).isEqualTo(1);
      assertThat(summary.lastTerm()).isEqualTo(2);
      assertThat(summary.torn()).isFalse();
      assertThat(summary.snapshots())
          .singleElement()
          .satisfies(
              snapshot -> {
                assertThat(snapshot.marked()).isTrue();
                assertThat(snapshot.damage()).isEmpty();
              });
      assertThat(summary.hasDamagedSnapshots()).isFalse();
    }
  }

  @Test
  void nothingIsChangedNotEvenWhatAStartWouldClearAway() throws IOException {
    write();
    try (Directory directory = disk.mount()) {
      directory.create("0000000000000009-0000000000000001.snap.tmp").close();
      SnapshotStore.open(directory).save(Logs.snapshot(2, 9), out -> out.write(7));
      directory.create("0000000000000007-0000000000000001-1.snap.tmp").close();
      List<String> before = directory.list();
      long operations = disk.operations();

      Summary summary = WalInspection.verify(directory);
      WalInspection.read(directory, record -> {});

      assertThat(disk.operations()).isEqualTo(operations);
      assertThat(directory.list()).isEqualTo(before);
      assertThat(summary.snapshots()).extracting(SnapshotFile::marked).containsExactly(true, false);
    }
  }

  @Test
  void recordsAreShownInTheirOrder() throws IOException {
    write();
    List<LogRecord> records = new ArrayList<>();
    try (Directory directory = disk.mount()) {
      WalInspection.read(directory, records::add);
    }

    assertThat(records)
        .filteredOn(LogRecord.OfEntry.class::isInstance)
        .extracting(record -> ((LogRecord.OfEntry) record).entry().index())
        .containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L);
    assertThat(records)
        .filteredOn(LogRecord.OfSnapshot.class::isInstance)
        .singleElement()
        .satisfies(
            record -> assertThat(((LogRecord.OfSnapshot) record).snapshot()).isEqualTo(TAKEN));
  }

  @Test
  void damageIsToldWithFileAndOffset() throws IOException {
    write();
    try (Directory directory = disk.mount()) {
      String file = LogScan.names(directory).get(0).file();
      overwrite(directory, file, 200);

      assertThatThrownBy(() -> WalInspection.verify(directory))
          .isInstanceOfSatisfying(
              WalCorruptedException.class,
              e -> {
                assertThat(e.file()).isEqualTo(file);
                assertThat(e.offset()).isPositive().isLessThanOrEqualTo(200);
              });
    }
  }

  @Test
  void aDamagedSnapshotIsToldAndTheLogStillSummedUp() throws IOException {
    write();
    try (Directory directory = disk.mount()) {
      overwrite(directory, SnapshotName.of(TAKEN).file(), 90);

      Summary summary = WalInspection.verify(directory);

      assertThat(summary.hasDamagedSnapshots()).isTrue();
      assertThat(summary.startsFrom()).isEmpty();
      assertThat(summary.firstIndex()).isEqualTo(1);
    }
  }

  @Test
  void aDirectoryWithoutALogIsNoSoundLog() throws IOException {
    try (Directory directory = disk.mount()) {
      assertThatThrownBy(() -> WalInspection.verify(directory))
          .isInstanceOf(WalCorruptedException.class)
          .hasMessageContaining("there is no log");
    }
  }

  @Test
  void anExportCutShortAnywhereIsNoticed() throws IOException {
    byte[] state = "tree".repeat(40_000).getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream export = new ByteArrayOutputStream();
    SnapshotStore.export(TAKEN, out -> out.write(state), export);
    byte[] whole = export.toByteArray();

    try (SnapshotInput in = new SnapshotInput("whole", new ByteArrayInputStream(whole))) {
      assertThat(in.metadata()).isEqualTo(TAKEN);
      assertThat(in.readAllBytes()).isEqualTo(state);
    }
    for (int length = 0; length < whole.length; length += length < 200 ? 1 : 997) {
      assertCutShort(Arrays.copyOf(whole, length));
    }
    assertCutShort(Arrays.copyOf(whole, whole.length - 1));
    assertCutShort(Arrays.copyOf(whole, whole.length - SnapshotOutput.CHUNK_HEADER_BYTES));
  }

  private static void assertCutShort(byte[] bytes) {
    assertThatThrownBy(
            () -> {
              try (SnapshotInput in = new SnapshotInput("cut", new ByteArrayInputStream(bytes))) {
                in.verifyToTheEnd();
              }
            })
        .as("%d bytes", bytes.length)
        .isInstanceOf(WalCorruptedException.class);
  }

  private static void overwrite(Directory directory, String file, long offset) throws IOException {
    try (WritableFile out = directory.openForWriting(file)) {
      out.write(ByteBuffer.wrap(new byte[] {0x55, 0x2a, 0x55}), offset);
    }
  }
}
