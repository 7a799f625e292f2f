package dev.understudy.wal;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * One file of a {@link MemoryDisk}, sector by sector: as a reader sees it, as it is on the disk,
 * and every state that a sector has had since the last sync, for any of them may be what a power
 * cut leaves. Guarded by the disk's lock.
 */
final class MemoryContents {
  /** What a disk writes whole or not at all. */
  static final int SECTOR_BYTES = 512;

  private static final byte[] BLANK = new byte[SECTOR_BYTES];

  /**
   * Sectors and how many bytes of them count. A sector that is null is blank, as are all beyond.
   */
  private static final class Image {
    private byte[][] sectors = new byte[0][];
    private int length;

    byte[] get(int sector) {
      return sector < sectors.length ? sectors[sector] : null;
    }

    void set(int sector, byte[] bytes) {
      if (sector >= sectors.length) {
        sectors = Arrays.copyOf(sectors, Math.max(sector + 1, sectors.length * 2));
      }
      sectors[sector] = bytes;
    }

    Image copied() {
      Image copied = new Image();
      copied.sectors = sectors.clone();
      copied.length = length;
      return copied;
    }
  }

  private Image seen = new Image();
  private Image onDisk = new Image();

  /** By sector, what it has been since the last sync, oldest first. */
  private final TreeMap<Integer, List<byte[]>> dirty = new TreeMap<>();

  /** What the length has been since the last sync. */
  private final List<Integer> lengths = new ArrayList<>();

  long length() {
    return seen.length;
  }

  /** The same bytes, all of them synced. */
  MemoryContents copied() {
    MemoryContents copied = new MemoryContents();
    copied.seen = seen.copied();
    copied.onDisk = seen.copied();
    return copied;
  }

  /** What a power cut would leave of it now, of which nothing happens to this one. */
  MemoryContents afterPowerCut(String file, MemorySurvival survival) {
    MemoryContents left = new MemoryContents();
    left.onDisk = onDisk.copied();
    left.dirty.putAll(dirty);
    left.lengths.addAll(lengths);
    left.powerCut(file, survival);
    return left;
  }

  byte[] copy() {
    ByteBuffer bytes = ByteBuffer.allocate(seen.length);
    read(bytes, 0);
    return bytes.array();
  }

  int read(ByteBuffer target, long position) {
    if (position >= seen.length) {
      return -1;
    }
    int count = (int) Math.min(target.remaining(), seen.length - position);
    int at = (int) position;
    int end = at + count;
    while (at < end) {
      int within = at % SECTOR_BYTES;
      int part = Math.min(SECTOR_BYTES - within, end - at);
      byte[] sector = seen.get(at / SECTOR_BYTES);
      target.put(sector == null ? BLANK : sector, within, part);
      at += part;
    }
    return count;
  }

  void write(ByteBuffer source, long position) {
    int at = Math.toIntExact(position);
    int end = Math.addExact(at, source.remaining());
    while (at < end) {
      int within = at % SECTOR_BYTES;
      int part = Math.min(SECTOR_BYTES - within, end - at);
      byte[] next = part == SECTOR_BYTES ? new byte[SECTOR_BYTES] : changeable(at / SECTOR_BYTES);
      source.get(next, within, part);
      change(at / SECTOR_BYTES, next);
      at += part;
    }
    if (end > seen.length) {
      changeLength(end);
    }
  }

  private byte[] changeable(int sector) {
    byte[] now = seen.get(sector);
    return now == null ? new byte[SECTOR_BYTES] : now.clone();
  }

  private void change(int sector, byte[] next) {
    seen.set(sector, next);
    dirty.computeIfAbsent(sector, absent -> new ArrayList<>(1)).add(next);
  }

  private void changeLength(int length) {
    seen.length = length;
    lengths.add(length);
  }

  void setLength(long length) {
    int next = Math.toIntExact(length);
    if (next < seen.length) {
      blankFrom(next);
    }
    changeLength(next);
  }

  private void blankFrom(int position) {
    int first = position / SECTOR_BYTES;
    for (int sector = first; sector * SECTOR_BYTES < seen.length; sector++) {
      if (seen.get(sector) != null) {
        change(sector, sector == first ? cut(seen.get(sector), position) : null);
      }
    }
  }

  private static byte[] cut(byte[] sector, int position) {
    return Arrays.copyOf(Arrays.copyOf(sector, position % SECTOR_BYTES), SECTOR_BYTES);
  }

  /** Where a sector's content is put. */
  @FunctionalInterface
  interface Placement {
    /** What is to be written here after all; empty when nothing is. */
    Optional<byte[]> place(long position, byte[] bytes);
  }

  /** Everything is on the disk from now on, as far as {@code placement} puts it there. */
  void force(Placement placement) {
    for (Map.Entry<Integer, List<byte[]>> each : dirty.entrySet()) {
      List<byte[]> states = each.getValue();
      byte[] last = states.get(states.size() - 1);
      placement
          .place((long) each.getKey() * SECTOR_BYTES, last == null ? BLANK : last)
          .ifPresent(bytes -> onDisk.set(each.getKey(), bytes));
    }
    dirty.clear();
    lengths.clear();
    onDisk.length = seen.length;
  }

  /** Puts bytes on the disk beside what a reader sees, until that is read anew from the disk. */
  void putOnDisk(long position, byte[] sector) {
    if (position < onDisk.length) {
      onDisk.set((int) (position / SECTOR_BYTES), sector);
    }
  }

  /** Turns around the bits that are set in a mask, for readers too; it ends with the sector. */
  void turnBits(long position, byte... mask) {
    int sector = (int) (position / SECTOR_BYTES);
    int within = (int) (position % SECTOR_BYTES);
    for (Image image : List.of(seen, onDisk)) {
      byte[] bytes = image.get(sector);
      byte[] damaged = bytes == null ? new byte[SECTOR_BYTES] : bytes.clone();
      for (int i = 0; i < mask.length; i++) {
        damaged[within + i] ^= mask[i];
      }
      image.set(sector, damaged);
    }
  }

  /**
   * A sync has failed: of what was to be written a part is on the disk, and the rest will never be,
   * though a reader sees it until it is read anew from the disk.
   */
  void forget(String file, MemorySurvival survival) {
    for (Map.Entry<Integer, List<byte[]>> each : dirty.entrySet()) {
      List<byte[]> states = each.getValue();
      long position = (long) each.getKey() * SECTOR_BYTES;
      int state = survival.sector(file, position, states.size());
      if (state > 0) {
        onDisk.set(each.getKey(), states.get(state - 1));
      }
    }
    if (!lengths.isEmpty()) {
      int state = survival.length(file, lengths.size());
      onDisk.length = state > 0 ? lengths.get(state - 1) : onDisk.length;
    }
    dirty.clear();
    lengths.clear();
  }

  /** Keeps of the changes since the last sync what {@code survival} says. */
  void powerCut(String file, MemorySurvival survival) {
    forget(file, survival);
    int sectors = (onDisk.length + SECTOR_BYTES - 1) / SECTOR_BYTES;
    if (onDisk.sectors.length > sectors) {
      onDisk.sectors = Arrays.copyOf(onDisk.sectors, sectors);
    }
    byte[] last = onDisk.get(sectors - 1 < 0 ? 0 : sectors - 1);
    if (last != null && onDisk.length % SECTOR_BYTES != 0) {
      onDisk.set(sectors - 1, cut(last, onDisk.length));
    }
    seen = onDisk.copied();
  }
}
