package dev.understudy.testkit;

import dev.understudy.wal.MemoryDisk;
import java.util.random.RandomGenerator;

/** Of what was not synced when the power went, each part is kept or lost by chance. */
record SectorLottery(RandomGenerator random) implements MemoryDisk.Survival {
  @Override
  public int directoryChanges(int unsynced) {
    return random.nextInt(unsynced + 1);
  }

  @Override
  public boolean sector(String file, long position, int bytes) {
    return random.nextBoolean();
  }

  @Override
  public boolean length(String file) {
    return random.nextBoolean();
  }
}
