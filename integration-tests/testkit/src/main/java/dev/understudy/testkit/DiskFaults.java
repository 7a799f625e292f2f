package dev.understudy.testkit;

import dev.understudy.wal.MemoryDisk;
import dev.understudy.wal.MemorySurvival;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * What is wrong with the disks of one simulated machine, which is nothing at first. Faults come by
 * themselves, at {@link Rates} drawn anew for every operation, or when a test causes them.
 *
 * <p>A machine whose disk has shown a fault may end, or refuse to start, with a reason. One whose
 * disk {@link #isDamaged} may do so for good: such a machine counts as dead, no more than a
 * minority may be in that state at once, and it comes back with new disks.
 */
public final class DiskFaults {
  /** More than any simulated machine writes. */
  private static final long CAPACITY_BYTES = 1L << 30;

  private static final int MILLION = 1_000_000;

  /** So many syncs have to follow before one counts that was said to be done and was not. */
  private static final int WITNESSES = 2;

  private static final int MOST_REMEMBERED = 300;

  /**
   * How often things go wrong, each in millionths.
   *
   * @param failedSyncs syncs that fail; of what they were to write, any part is forgotten
   * @param tornWrites writes that fail half way
   * @param misdirectedSectors sectors that a sync writes to another place of some file
   * @param staleSectors sectors that a sync does not write, though it succeeds
   * @param slowTurns turns of the log that take long
   * @param slowestMillis how long, at most
   */
  public record Rates(
      int failedSyncs,
      int tornWrites,
      int misdirectedSectors,
      int staleSectors,
      int slowTurns,
      int slowestMillis) {
    /** A disk that works. */
    public static final Rates NONE = new Rates(0, 0, 0, 0, 0, 0);
  }

  /** Whether a machine loses its power before a storage operation or once that is done. */
  public enum Moment {
    BEFORE,
    AFTER
  }

  private final RandomGenerator random;
  private Rates rates = Rates.NONE;
  private MemoryDisk peerDisk;

  /** Sectors of the log and of snapshots, with the number of their last sync, oldest first. */
  private final Map<MemoryDisk.Sector, Long> synced = new LinkedHashMap<>();

  private long logSyncs;
  private boolean shown;
  private boolean damaged;
  private boolean tampered;

  /** What would make the damage good, the last first. */
  private final Deque<Damage> damages = new ArrayDeque<>();

  private long operations;
  private long crashAt = Long.MAX_VALUE;
  private Moment crashMoment = Moment.BEFORE;
  private Runnable crash = () -> {};

  /** Draws from that source whatever is left to chance. */
  DiskFaults(RandomGenerator random) {
    this.random = random;
  }

  /** These are the disks from now on, new or another's; nothing is wrong with them. */
  void attach(MemoryDisk data, MemoryDisk peer) {
    peerDisk = peer;
    shown = false;
    damaged = false;
    tampered = false;
    damages.clear();
    synced.clear();
    data.setFaults(new OfDisk(data));
    peer.setFaults(new OfDisk(peer));
  }

  /** What goes wrong by itself from now on. */
  public void setRates(Rates next) {
    rates = next;
  }

  /** Whether a fault has shown since the machine got these disks. */
  public boolean haveShown() {
    return shown;
  }

  /** Whether something on the disks is not as it was written. */
  public boolean isDamaged() {
    return damaged;
  }

  /** Whether what is on the disks was changed behind the machine's back, also long ago. */
  boolean isTampered() {
    return tampered;
  }

  /** These disks are not as the machine has left them. */
  void tamper() {
    tampered = true;
  }

  /** How many operations there have been that change what is on the disks. */
  public long operations() {
    return operations;
  }

  /** Lets other programs fill the peer's disk but for so many bytes. */
  public void fillUpTo(long bytesLeft) {
    shown = true;
    peerDisk.setCapacityBytes(CAPACITY_BYTES);
    peerDisk.fillUpTo(bytesLeft);
  }

  /** Gives back what other programs have taken. */
  public void empty() {
    peerDisk.setCapacityBytes(Long.MAX_VALUE);
    peerDisk.emptyOfOthers();
  }

  /**
   * Flips a bit, by chance, somewhere in the log or in a snapshot.
   *
   * @return where; empty when neither is there
   */
  public Optional<String> flipBit() {
    List<String> files =
        peerDisk.files().stream().filter(file -> isLog(file) || isSnapshot(file)).toList();
    if (files.isEmpty()) {
      return Optional.empty();
    }
    String file = files.get(random.nextInt(files.size()));
    try {
      int bytes = peerDisk.contents(file).length;
      if (bytes == 0) {
        return Optional.empty();
      }
      int position = random.nextInt(bytes);
      damage(file, position, (byte) (1 << random.nextInt(Byte.SIZE)));
      return Optional.of(file + " at offset " + position);
    } catch (IOException e) {
      throw new IllegalStateException("a file that is listed is there", e);
    }
  }

  /** Lets {@code next} happen at an operation from now on, 1 for the next one; once. */
  void crashAt(long operation, Moment moment, Runnable next) {
    crashAt = operations + operation;
    crashMoment = moment;
    crash = next;
  }

  /** Lets nothing happen there any more. */
  void forgetCrash() {
    crashAt = Long.MAX_VALUE;
  }

  /** How much longer than usual the log's turn takes. */
  long delayMillis() {
    return happens(rates.slowTurns()) ? random.nextInt(rates.slowestMillis() + 1) : 0;
  }

  /**
   * Bits that were turned.
   *
   * @param upTo what the file holds since, up to the end of the damage: a log only grows, so a file
   *     that begins otherwise is another one of the same name
   */
  private record Damage(String file, long position, byte[] mask, byte[] upTo) {}

  /**
   * What was damaged can be read again.
   *
   * @return false if that is not where it was any more
   */
  public boolean repair() {
    try {
      while (!damages.isEmpty()) {
        Damage last = damages.peek();
        if (!peerDisk.files().contains(last.file())
            || !Arrays.equals(contents(last.file(), 0, last.upTo().length), last.upTo())) {
          return false;
        }
        peerDisk.turnBits(last.file(), last.position(), last.mask());
        damages.pop();
      }
    } catch (IOException e) {
      throw new IllegalStateException("a file that is listed is there", e);
    }
    damaged = false;
    return true;
  }

  private byte[] contents(String file, long position, int bytes) throws IOException {
    int from = Math.toIntExact(position);
    return Arrays.copyOfRange(peerDisk.contents(file), from, from + bytes);
  }

  private void damage(String file, long position, byte... mask) throws IOException {
    peerDisk.turnBits(file, position, mask);
    int end = Math.toIntExact(position) + mask.length;
    damages.push(new Damage(file, position, mask, contents(file, 0, end)));
    shown = true;
    damaged = true;
    tampered = true;
  }

  private static boolean isLog(String file) {
    return file.endsWith(".wal");
  }

  private static boolean isSnapshot(String file) {
    return file.endsWith(".snap");
  }

  /**
   * It turns out that a sector of the log or of a snapshot, by chance, was never written, although
   * a sync has said so. Not one of the last syncs, of which nothing later bears witness: that one
   * of those is missing no log can see.
   *
   * @param misdirected whether it stands in the place of another such sector
   * @return where; empty when there is none
   */
  public Optional<String> loseSector(boolean misdirected) {
    List<MemoryDisk.Sector> old =
        synced.entrySet().stream()
            .filter(entry -> entry.getValue() <= logSyncs - WITNESSES)
            .map(Map.Entry::getKey)
            .filter(this::isWhole)
            .toList();
    if (old.size() < 2) {
      return Optional.empty();
    }
    int lost = random.nextInt(old.size());
    int other = (lost + 1 + random.nextInt(old.size() - 1)) % old.size();
    try {
      byte[] bytes = contents(old.get(lost));
      if (misdirected) {
        overwrite(old.get(other), bytes);
      }
      overwrite(old.get(lost), new byte[MemoryDisk.SECTOR_BYTES]);
    } catch (IOException e) {
      throw new IllegalStateException("a sector that is there can be read", e);
    }
    return Optional.of(old.get(lost) + (misdirected ? ", which is at " + old.get(other) : ""));
  }

  private boolean isWhole(MemoryDisk.Sector sector) {
    try {
      return peerDisk.files().contains(sector.file())
          && sector.position() + MemoryDisk.SECTOR_BYTES <= peerDisk.contents(sector.file()).length;
    } catch (IOException e) {
      throw new IllegalStateException("a file that is listed is there", e);
    }
  }

  private byte[] contents(MemoryDisk.Sector sector) throws IOException {
    return contents(sector.file(), sector.position(), MemoryDisk.SECTOR_BYTES);
  }

  private void overwrite(MemoryDisk.Sector sector, byte[] bytes) throws IOException {
    byte[] mask = contents(sector);
    for (int i = 0; i < mask.length; i++) {
      mask[i] ^= bytes[i];
    }
    damage(sector.file(), sector.position(), mask);
  }

  private boolean happens(int millionths) {
    return millionths > 0 && random.nextInt(MILLION) < millionths;
  }

  private void crashIfAt(Moment moment) throws IOException {
    if (operations >= crashAt && crashMoment == moment) {
      crashAt = Long.MAX_VALUE;
      crash.run();
      throw new IOException("the power has gone");
    }
  }

  private final class OfDisk implements MemoryDisk.Faults {
    private final MemoryDisk disk;

    OfDisk(MemoryDisk disk) {
      this.disk = disk;
    }

    @Override
    public int allow(MemoryDisk.Operation operation) throws IOException {
      operations++;
      crashIfAt(Moment.BEFORE);
      return switch (operation.kind()) {
        case FORCE_FILE, FORCE_DIRECTORY -> allowSync(operation);
        case WRITE -> allowWrite(operation);
        default -> operation.bytes();
      };
    }

    private int allowSync(MemoryDisk.Operation operation) throws IOException {
      if (happens(rates.failedSyncs())) {
        shown = true;
        throw new IOException(operation.file() + ": cannot sync: Input/output error");
      }
      if (isLog(operation.file())) {
        logSyncs++;
      }
      return operation.bytes();
    }

    private int allowWrite(MemoryDisk.Operation operation) {
      if (operation.bytes() > 0 && happens(rates.tornWrites())) {
        shown = true;
        return random.nextInt(operation.bytes());
      }
      return operation.bytes();
    }

    @Override
    public void done(MemoryDisk.Operation operation) throws IOException {
      crashIfAt(Moment.AFTER);
    }

    @Override
    public Optional<MemorySurvival> afterFailedSync(String file) {
      return Optional.of(MemorySurvival.byChance(random, 50));
    }

    @Override
    public Optional<MemoryDisk.Sector> placeOf(MemoryDisk.Sector sector) {
      if (isLog(sector.file()) || isSnapshot(sector.file())) {
        synced.remove(sector);
        synced.put(sector, logSyncs);
        if (synced.size() > MOST_REMEMBERED) {
          synced.remove(synced.keySet().iterator().next());
        }
      }
      if (happens(rates.staleSectors())) {
        return damaged(Optional.empty());
      }
      return happens(rates.misdirectedSectors())
          ? damaged(Optional.of(anotherPlace()))
          : Optional.of(sector);
    }

    private Optional<MemoryDisk.Sector> damaged(Optional<MemoryDisk.Sector> place) {
      shown = true;
      damaged = true;
      tampered = true;
      return place;
    }

    private MemoryDisk.Sector anotherPlace() {
      List<String> files = disk.files();
      String file = files.get(random.nextInt(files.size()));
      try {
        int sectors = 1 + disk.contents(file).length / MemoryDisk.SECTOR_BYTES;
        long position = (long) random.nextInt(sectors) * MemoryDisk.SECTOR_BYTES;
        return new MemoryDisk.Sector(file, position);
      } catch (IOException e) {
        throw new IllegalStateException("a file that is listed is there", e);
      }
    }
  }
}
