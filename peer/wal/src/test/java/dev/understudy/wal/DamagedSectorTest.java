package dev.understudy.wal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.raft.SnapshotMetadata;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * A disk reports that a sector is written, and put it elsewhere or nowhere. The log that is found
 * later is refused, or is one that this member had; what was acknowledged can be missing only if it
 * was in the very last sync, since nothing that was written later bears witness to that.
 */
class DamagedSectorTest {
  /** Puts one of the sectors that are synced into a wrong place. */
  private static final class WrongPlace implements MemoryDisk.Faults {
    private final MemoryDisk disk;
    private final long number;
    private final Optional<SplittableRandom> misdirected;
    private long sectors;

    /** How many sectors had been synced before the last sync. */
    private long beforeLastSync;

    WrongPlace(MemoryDisk disk, long number, Optional<SplittableRandom> misdirected) {
      this.disk = disk;
      this.number = number;
      this.misdirected = misdirected;
    }

    @Override
    public int allow(MemoryDisk.Operation operation) {
      if (operation.kind() == MemoryDisk.Kind.FORCE_FILE) {
        beforeLastSync = sectors;
      }
      return operation.bytes();
    }

    @Override
    public Optional<MemoryDisk.Sector> placeOf(MemoryDisk.Sector sector) {
      return ++sectors == number ? misdirected.map(this::anyPlace) : Optional.of(sector);
    }

    private MemoryDisk.Sector anyPlace(SplittableRandom random) {
      List<String> files = disk.files();
      return new MemoryDisk.Sector(
          files.get(random.nextInt(files.size())),
          (long) random.nextInt(8) * MemoryDisk.SECTOR_BYTES);
    }
  }

  private int refused;

  @Test
  void aSectorThatWasWrittenNowhereOrElsewhereIsNoticedButAtTheLogsEnd() throws IOException {
    MemoryDisk counted = new MemoryDisk("disk");
    WrongPlace counter = new WrongPlace(counted, 0, Optional.empty());
    run(counted, counter);
    assertThat(counter.sectors).isGreaterThan(30);
    for (long number = 1; number <= counter.sectors; number++) {
      check(number, Optional.empty());
      for (int draw = 0; draw < 10; draw++) {
        check(number, Optional.of(new SplittableRandom(number * 100 + draw)));
      }
    }
    assertThat(refused).as("starts that were refused").isGreaterThan(50);
  }

  private static Workload run(MemoryDisk disk, WrongPlace faults) throws IOException {
    disk.setFaults(faults);
    Workload work = new Workload(disk.mount(), Model.EMPTY);
    CrashTest.script(work);
    return work;
  }

  private void check(long number, Optional<SplittableRandom> misdirected) throws IOException {
    MemoryDisk disk = new MemoryDisk("disk");
    WrongPlace faults = new WrongPlace(disk, number, misdirected);
    Workload work = run(disk, faults);
    disk.setFaults(MemoryDisk.Faults.NONE);
    disk.powerCut(MemorySurvival.EVERYTHING);
    String what = "sector " + number + " of " + faults.sectors + " " + misdirected;
    try {
      Recovered recovered = Logs.recover(disk);
      assertThat(work.states()).as(what).anyMatch(state -> isFrom(recovered, state));
      if (work.possible().stream().noneMatch(state -> isFrom(recovered, state))) {
        assertThat(number).as(what).isGreaterThan(faults.beforeLastSync);
      }
    } catch (WalCorruptedException e) {
      assertThat(e).as(what).hasMessageMatching("(?s).+\\.(wal|snap).* at offset .+");
      refused++;
    }
  }

  /**
   * The newest snapshot may be the damaged one; then there are more entries behind an older one.
   */
  private static boolean isFrom(Recovered recovered, Model state) {
    long from = recovered.snapshot().map(SnapshotMetadata::index).orElse(0L);
    return from >= state.baseIndex()
        && from <= state.lastIndex()
        && state
            .entries()
            .subList((int) (from - state.baseIndex()), state.entries().size())
            .equals(recovered.entries());
  }
}
