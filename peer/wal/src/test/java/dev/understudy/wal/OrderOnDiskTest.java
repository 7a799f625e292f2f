package dev.understudy.wal;

import static dev.understudy.wal.Logs.entries;
import static dev.understudy.wal.Logs.hardState;
import static dev.understudy.wal.Logs.snapshot;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What the log leaves to no disk's good will: what is durable, and in which order. */
class OrderOnDiskTest {
  private static final int DRAWS = 20;

  /** With one of 3,000 bytes each, a segment of {@link Logs#SMALL} is full. */
  private static final int SEGMENT_FILLING_BYTES = 3_000;

  private final MemoryDisk disk = new MemoryDisk("disk");

  /** A log of ten segments with one entry each, marked snapshots of entries 4 and 8 beside it. */
  private static Workload tenSegments(MemoryDisk disk) throws IOException {
    Workload work = new Workload(disk.mount(), Model.EMPTY);
    for (int i = 1; i <= 10; i++) {
      work.append(WalBatch.of(entries(1, i, i, SEGMENT_FILLING_BYTES), hardState(1, 7, i)));
      work.turn();
    }
    return work;
  }

  @Test
  void aPowerCutWhileSegmentsAreReleasedLeavesNoGap() throws IOException {
    Workload whole = tenSegments(disk);
    long begun = disk.operations();
    releaseByTwoSnapshots(whole);
    long ended = disk.operations();
    for (long at = begun; at < ended; at++) {
      for (int draw = 0; draw < DRAWS; draw++) {
        MemoryDisk cut = new MemoryDisk("disk");
        Workload work = tenSegments(cut);
        cut.setFaults(MemoryDisk.Faults.offFrom(at));
        try {
          releaseByTwoSnapshots(work);
        } catch (IOException e) {
          assertThat(e).as("the power has failed").isNotNull();
        }
        cut.setFaults(MemoryDisk.Faults.NONE);
        cut.powerCut(MemorySurvival.byChance(new SplittableRandom(at * 1_000 + draw), 50));
        assertThat(Logs.recover(cut)).isIn(recoverable(work));
      }
    }
  }

  private static List<Recovered> recoverable(Workload work) {
    return work.possible().stream().map(Model::recovered).toList();
  }

  private static void releaseByTwoSnapshots(Workload work) throws IOException {
    work.snapshot(snapshot(1, 4));
    work.snapshot(snapshot(1, 8));
    work.snapshot(snapshot(1, 10));
  }

  @Test
  void theOlderSnapshotHasAllEntriesBehindItWhenTheNewestIsDamaged() throws IOException {
    Workload work = tenSegments(disk);
    work.snapshot(snapshot(1, 4));
    work.snapshot(snapshot(1, 8));
    assertThat(LogScan.names(work.directory())).as("released up to the older one").hasSize(6);
    work.close();
    String newest = SnapshotName.of(snapshot(1, 8)).file();
    disk.turnBits(newest, disk.contents(newest).length / 2, (byte) 8);

    Recovered recovered = Logs.recover(disk);

    assertThat(recovered.snapshot()).contains(snapshot(1, 4));
    assertThat(recovered.entries()).isEqualTo(entries(1, 5, 10, SEGMENT_FILLING_BYTES));
  }

  /** What was not acknowledged may be recovered all the same, but then for good. */
  @Test
  void whatIsRecoveredAfterASyncThatFailedSurvivesAPowerCut() throws IOException {
    Workload work = new Workload(disk.mount(), Model.EMPTY);
    work.append(WalBatch.of(entries(1, 1, 3, 300), hardState(1, 7, 0)));
    work.turn();
    disk.setFaults(MemoryDiskTest.failingSyncs());
    work.append(WalBatch.of(entries(1, 4, 6, 300), hardState(2, 8, 2)));
    assertThat(failsToTurn(work)).isTrue();
    disk.kill();
    disk.setFaults(MemoryDisk.Faults.NONE);

    Recovered found = Logs.recover(disk);
    disk.powerCut(MemorySurvival.NOTHING);

    assertThat(found.entries()).as("from the system's cache").hasSize(6);
    assertThat(Logs.recover(disk)).isEqualTo(found);
  }

  private static boolean failsToTurn(Workload work) {
    try {
      work.turn();
      return false;
    } catch (IOException e) {
      return true;
    }
  }
}
