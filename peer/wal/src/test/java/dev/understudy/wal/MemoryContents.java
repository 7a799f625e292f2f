package dev.understudy.wal;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * One file of a {@link MemoryDisk}: its bytes as a reader sees them, as they were at the last sync,
 * and the changes between the two. Guarded by the disk's lock.
 */
final class MemoryContents {
  private static final int SECTOR_BYTES = 512;

  /** A change since the last sync: bytes at a position, or (bytes null) a new length. */
  private record Change(long position, byte[] bytes) {}

  /** Bytes and how many of them count; what is beyond is always zero. */
  private static final class Image {
    private byte[] bytes = new byte[0];
    private int length;

    void setLength(long to) {
      int next = Math.toIntExact(to);
      if (next > bytes.length) {
        bytes = Arrays.copyOf(bytes, Math.max(next, bytes.length * 2));
      }
      if (next < length) {
        Arrays.fill(bytes, next, length, (byte) 0);
      }
      length = next;
    }

    void put(long position, byte[] source, int from, int count) {
      if (position + count > length) {
        setLength(position + count);
      }
      System.arraycopy(source, from, bytes, Math.toIntExact(position), count);
    }
  }

  private Image seen = new Image();
  private Image synced = new Image();
  private final List<Change> changes = new ArrayList<>();

  long length() {
    return seen.length;
  }

  /** The same bytes, all of them synced. */
  MemoryContents copied() {
    MemoryContents copied = new MemoryContents();
    copied.seen.put(0, seen.bytes, 0, seen.length);
    copied.synced.put(0, seen.bytes, 0, seen.length);
    return copied;
  }

  byte[] copy() {
    return Arrays.copyOf(seen.bytes, seen.length);
  }

  int read(ByteBuffer target, long position) {
    if (position >= seen.length) {
      return -1;
    }
    int count = (int) Math.min(target.remaining(), seen.length - position);
    target.put(seen.bytes, (int) position, count);
    return count;
  }

  void write(ByteBuffer source, long position) {
    byte[] bytes = new byte[source.remaining()];
    source.get(bytes);
    seen.put(position, bytes, 0, bytes.length);
    changes.add(new Change(position, bytes));
  }

  void setLength(long length) {
    seen.setLength(length);
    changes.add(new Change(length, null));
  }

  void force() {
    for (Change change : changes) {
      if (change.bytes == null) {
        synced.setLength(change.position);
      } else {
        synced.put(change.position, change.bytes, 0, change.bytes.length);
      }
    }
    changes.clear();
  }

  /** Keeps of the changes since the last sync what {@code survival} says. */
  void powerCut(String file, MemoryDisk.Survival survival) {
    List<Change> kept = surviving(file, survival);
    for (Change change : kept) {
      if (change.bytes == null) {
        synced.setLength(change.position);
      } else {
        synced.put(change.position, change.bytes, 0, change.bytes.length);
      }
    }
    changes.clear();
    seen = new Image();
    seen.put(0, synced.bytes, 0, synced.length);
  }

  /**
   * From the last change to the first: a sector that reached the disk did so as it was then, with
   * all that had been written to it before.
   */
  private List<Change> surviving(String file, MemoryDisk.Survival survival) {
    Set<Long> keptSectors = new HashSet<>();
    ArrayDeque<Change> kept = new ArrayDeque<>();
    for (int i = changes.size() - 1; i >= 0; i--) {
      Change change = changes.get(i);
      if (change.bytes != null) {
        keepSectors(file, change, survival, keptSectors, kept);
      } else if (survival.length(file)) {
        kept.addFirst(change);
      }
    }
    return List.copyOf(kept);
  }

  private static void keepSectors(
      String file,
      Change change,
      MemoryDisk.Survival survival,
      Set<Long> keptSectors,
      ArrayDeque<Change> kept) {
    int from = 0;
    while (from < change.bytes.length) {
      long position = change.position + from;
      int toSectorEnd = SECTOR_BYTES - (int) (position % SECTOR_BYTES);
      int count = Math.min(toSectorEnd, change.bytes.length - from);
      long sector = position / SECTOR_BYTES;
      if (keptSectors.contains(sector) || survival.sector(file, position, count)) {
        keptSectors.add(sector);
        kept.addFirst(new Change(position, Arrays.copyOfRange(change.bytes, from, from + count)));
      }
      from += count;
    }
  }
}
