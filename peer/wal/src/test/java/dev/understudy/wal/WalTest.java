package dev.understudy.wal;

import static dev.understudy.wal.Logs.entries;
import static dev.understudy.wal.Logs.entry;
import static dev.understudy.wal.Logs.hardState;
import static dev.understudy.wal.Logs.snapshot;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.understudy.raft.Entry;
import dev.understudy.raft.HardState;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WalTest {
  private final MemoryDisk disk = new MemoryDisk("disk");

  private static void append(Wal wal, WalBatch batch) {
    AtomicInteger done = new AtomicInteger();
    assertThat(wal.append(batch, done::incrementAndGet)).isEqualTo(AppendOutcome.ACCEPTED);
    assertThat(wal.turn()).isTrue();
    assertThat(done).hasValue(1);
  }

  @Test
  void aNewLogIsEmptyAndKnowsWhoseItIs() throws IOException {
    try (Directory directory = disk.mount()) {
      assertThat(Wal.exists(directory)).isFalse();
      Logs.create(directory).close();
      assertThat(Wal.exists(directory)).isTrue();
    }

    assertThat(Logs.recover(disk))
        .isEqualTo(new Recovered(Logs.IDENTITY, HardState.EMPTY, Optional.empty(), List.of()));
  }

  @Test
  void aLogIsNotMadeOverAnother() throws IOException {
    try (Directory directory = disk.mount()) {
      Logs.create(directory).close();
      assertThatThrownBy(() -> Logs.create(directory))
          .isInstanceOf(FileAlreadyExistsException.class);
    }
  }

  @Test
  void whatWasAppendedIsRecoveredAfterAPowerCut() throws IOException {
    Wal wal = Logs.create(disk.mount());
    append(wal, WalBatch.of(entries(1, 1, 3, 100), hardState(1, 7, 0)));
    append(wal, WalBatch.of(entries(2, 4, 5, 0), hardState(2, 8, 3)));
    disk.powerCut(MemorySurvival.NOTHING);

    Recovered recovered = Logs.recover(disk);

    List<Entry> expected = new ArrayList<>(entries(1, 1, 3, 100));
    expected.addAll(entries(2, 4, 5, 0));
    assertThat(recovered.entries()).isEqualTo(expected);
    assertThat(recovered.hardState()).isEqualTo(hardState(2, 8, 3));
  }

  @Test
  void aLogThatSpansManySegmentsIsRecoveredWhole() throws IOException {
    Wal wal = Logs.create(disk.mount());
    for (int i = 1; i <= 200; i++) {
      append(wal, WalBatch.of(List.of(entry(1, i, 200)), hardState(1, 7, i - 1)));
    }
    wal.close();
    disk.powerCut(MemorySurvival.NOTHING);

    Recovered recovered = Logs.recover(disk);

    assertThat(recovered.entries()).isEqualTo(entries(1, 1, 200, 200));
    assertThat(recovered.hardState()).isEqualTo(hardState(1, 7, 199));
  }

  @Test
  void aLaterAppendAtALowerIndexReplacesTheRest() throws IOException {
    Wal wal = Logs.create(disk.mount());
    append(wal, WalBatch.of(entries(1, 1, 10, 10)));
    append(wal, WalBatch.of(entries(2, 4, 5, 10)));
    wal.close();
    disk.powerCut(MemorySurvival.NOTHING);

    List<Entry> expected = new ArrayList<>(entries(1, 1, 3, 10));
    expected.addAll(entries(2, 4, 5, 10));
    assertThat(Logs.recover(disk).entries()).isEqualTo(expected);
  }

  @Test
  void aBatchLargerThanBufferAndSegmentIsTaken() throws IOException {
    Wal wal = Logs.create(disk.mount());
    append(wal, WalBatch.of(List.of(entry(1, 1, 10), entry(1, 2, 20_000), entry(1, 3, 3000))));
    append(wal, WalBatch.of(List.of(entry(1, 4, 100))));
    wal.close();
    disk.powerCut(MemorySurvival.NOTHING);

    assertThat(Logs.recover(disk).entries())
        .containsExactly(entry(1, 1, 10), entry(1, 2, 20_000), entry(1, 3, 3000), entry(1, 4, 100));
  }

  @Test
  void whatWaitsTogetherIsSyncedOnce() throws IOException {
    AtomicInteger syncs = new AtomicInteger();
    WalListener listener =
        new WalListener() {
          @Override
          public void failed(Throwable cause) {}

          @Override
          public void synced(int batches, long bytes) {
            syncs.incrementAndGet();
          }
        };
    List<Integer> done = new ArrayList<>();
    Wal wal = Wal.create(disk.mount(), Logs.IDENTITY, WalOptions.DEFAULT, listener);
    for (int i = 1; i <= 50; i++) {
      int number = i;
      wal.append(WalBatch.of(List.of(entry(1, i, 100))), () -> done.add(number));
    }
    wal.turn();

    assertThat(syncs).hasValue(1);
    assertThat(done).hasSize(50).isSorted();
    wal.close();
  }

  @Test
  void appendingMakesHardlyAnyGarbage(@TempDir Path path) throws IOException {
    try (Directory directory = DiskDirectory.open(path);
        Wal wal = Wal.create(directory, Logs.IDENTITY, WalOptions.DEFAULT, WalListener.NONE)) {
      WalBatch batch = WalBatch.of(entries(1, 1, 8, 256), hardState(1, 7, 1));
      Runnable nothing = () -> {};
      for (int i = 0; i < 200; i++) {
        wal.append(batch, nothing);
        wal.turn();
      }
      ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < 200; i++) {
        wal.append(batch, nothing);
        wal.turn();
      }
      long perTurn = (threads.getCurrentThreadAllocatedBytes() - before) / 200;
      assertThat(perTurn).as("bytes for 8 entries and a hard state").isLessThan(512);
    }
  }

  @Test
  void aCommitIndexAloneNeedsNoSync() throws IOException {
    Wal wal = Logs.create(disk.mount());
    append(wal, WalBatch.of(entries(1, 1, 1, 10), hardState(1, 7, 0)));
    long before = disk.operations();
    append(wal, WalBatch.of(hardState(1, 7, 1)));
    assertThat(disk.operations() - before).as("one write and no sync").isEqualTo(1);

    append(wal, WalBatch.of(hardState(2, 7, 1)));
    assertThat(disk.operations() - before).as("a write and a sync more").isEqualTo(3);
    wal.close();
  }

  @Test
  void aFullQueueTakesNothingAndSaysSo() throws IOException {
    Wal wal = Logs.create(disk.mount());
    for (int i = 1; i <= Logs.SMALL.maxPendingBatches(); i++) {
      assertThat(wal.append(WalBatch.of(entries(1, i, i, 1)), () -> {}))
          .isEqualTo(AppendOutcome.ACCEPTED);
    }
    assertThat(wal.append(WalBatch.of(entries(1, 65, 65, 1)), () -> {}))
        .isEqualTo(AppendOutcome.FULL);
    wal.turn();
    assertThat(wal.append(WalBatch.of(entries(1, 65, 65, 1)), () -> {}))
        .isEqualTo(AppendOutcome.ACCEPTED);
    wal.close();
    assertThat(wal.append(WalBatch.of(entries(1, 66, 66, 1)), () -> {}))
        .isEqualTo(AppendOutcome.REFUSED);
  }

  @Test
  void closingWritesWhatStillWaits() throws IOException {
    Wal wal = Logs.create(disk.mount());
    AtomicInteger done = new AtomicInteger();
    wal.append(WalBatch.of(entries(1, 1, 4, 30)), done::incrementAndGet);
    wal.close();
    wal.close();
    disk.powerCut(MemorySurvival.NOTHING);

    assertThat(done).hasValue(1);
    assertThat(Logs.recover(disk).entries()).hasSize(4);
  }

  @Test
  void aGapInTheEntriesFailsTheLog() throws IOException {
    AtomicInteger failures = new AtomicInteger();
    Wal wal =
        Wal.create(disk.mount(), Logs.IDENTITY, Logs.SMALL, cause -> failures.incrementAndGet());
    wal.append(WalBatch.of(entries(1, 2, 2, 1)), () -> {});
    wal.turn();
    assertThat(failures).hasValue(1);
    assertThat(wal.isFailed()).isTrue();
    wal.close();
  }

  @Test
  void aRestartGoesOnFromTheNewestMarkedSnapshot() throws IOException {
    Directory directory = disk.mount();
    SnapshotStore snapshots = SnapshotStore.open(directory);
    Wal wal = Logs.create(directory);
    append(wal, WalBatch.of(entries(1, 1, 10, 50), hardState(1, 7, 10)));
    snapshots.save(snapshot(1, 6), out -> out.write(6));
    append(wal, WalBatch.taken(snapshot(1, 6)));
    snapshots.save(snapshot(1, 9), out -> out.write(9));
    disk.powerCut(MemorySurvival.EVERYTHING);

    Recovered recovered = Logs.recover(disk);

    assertThat(recovered.snapshot()).contains(snapshot(1, 6));
    assertThat(recovered.entries()).isEqualTo(entries(1, 7, 10, 50));
    assertThat(SnapshotStore.open(disk.mount()).list())
        .as("the one without a marker is gone")
        .containsExactly(snapshot(1, 6));
  }

  @Test
  void aSnapshotFromTheLeaderRestartsTheLog() throws IOException {
    Directory directory = disk.mount();
    SnapshotStore snapshots = SnapshotStore.open(directory);
    Wal wal = Logs.create(directory);
    append(wal, WalBatch.of(entries(1, 1, 10, 50), hardState(1, 7, 3)));
    snapshots.save(snapshot(3, 8), out -> out.write(8));
    append(
        wal,
        WalBatch.installed(snapshot(3, 8), entries(3, 9, 9, 50), Optional.of(hardState(3, 0, 8))));
    append(wal, WalBatch.of(entries(3, 10, 12, 50)));
    disk.powerCut(MemorySurvival.NOTHING);

    Recovered recovered = Logs.recover(disk);

    assertThat(recovered.snapshot()).contains(snapshot(3, 8));
    assertThat(recovered.entries()).isEqualTo(entries(3, 9, 12, 50));
    assertThat(recovered.hardState()).isEqualTo(hardState(3, 0, 8));
  }

  @Test
  void segmentsBelowTheOlderSnapshotGo() throws IOException {
    Directory directory = disk.mount();
    SnapshotStore snapshots = SnapshotStore.open(directory);
    Wal wal = Logs.create(directory);
    for (int i = 1; i <= 100; i++) {
      append(wal, WalBatch.of(List.of(entry(1, i, 200)), hardState(1, 7, i)));
    }
    int before = LogScan.names(directory).size();
    for (int index : new int[] {40, 70, 90}) {
      snapshots.save(snapshot(1, index), out -> out.write(index));
      append(wal, WalBatch.taken(snapshot(1, index)));
      wal.release(snapshots.prune(snapshot(1, index)));
      wal.turn();
    }
    assertThat(LogScan.names(directory)).hasSizeLessThan(before);
    assertThat(LogScan.names(directory).get(0).firstIndex()).isBetween(2L, 71L);
    assertThat(snapshots.list()).containsExactly(snapshot(1, 90), snapshot(1, 70));
    wal.close();
    disk.powerCut(MemorySurvival.NOTHING);

    Recovered recovered = Logs.recover(disk);
    assertThat(recovered.snapshot()).contains(snapshot(1, 90));
    assertThat(recovered.entries()).isEqualTo(entries(1, 91, 100, 200));
    assertThat(recovered.hardState()).isEqualTo(hardState(1, 7, 100));
  }
}
