package dev.understudy.wal;

import java.util.random.RandomGenerator;

/** Decides which un-synced changes outlive a power cut: any of them may, in whatever order. */
public interface MemorySurvival {
  /** All of them do. */
  MemorySurvival EVERYTHING = new Fixed(true);

  /** None does. */
  MemorySurvival NOTHING = new Fixed(false);

  /** Each does or not, by chance, in {@code percent} of a hundred cases. */
  static MemorySurvival byChance(RandomGenerator random, int percent) {
    return new ByChance(random, percent);
  }

  /**
   * Whether a creation, renaming or deletion does.
   *
   * @param file the name that it gives or takes
   */
  boolean directoryChange(MemoryDisk.Kind kind, String file);

  /**
   * What is left of a sector, which is never torn in itself.
   *
   * @param states how many it has had since the last sync
   * @return which of them, from 1 on; 0 for what it was at the last sync
   */
  int sector(String file, long position, int states);

  /** The same for a file's length. What lies beyond it is lost, what it adds is zeros. */
  int length(String file, int states);

  /** The usual answers. */
  record Fixed(boolean survives) implements MemorySurvival {
    @Override
    public boolean directoryChange(MemoryDisk.Kind kind, String file) {
      return survives;
    }

    @Override
    public int sector(String file, long position, int states) {
      return survives ? states : 0;
    }

    @Override
    public int length(String file, int states) {
      return survives ? states : 0;
    }
  }

  record ByChance(RandomGenerator random, int percent) implements MemorySurvival {
    @Override
    public boolean directoryChange(MemoryDisk.Kind kind, String file) {
      return random.nextInt(100) < percent;
    }

    @Override
    public int sector(String file, long position, int states) {
      return random.nextInt(100) < percent ? 1 + random.nextInt(states) : 0;
    }

    @Override
    public int length(String file, int states) {
      return random.nextInt(100) < percent ? 1 + random.nextInt(states) : 0;
    }
  }
}
