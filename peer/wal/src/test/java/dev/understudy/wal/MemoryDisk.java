package dev.understudy.wal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.util.List;
import java.util.Optional;

/**
 * A disk in memory that forgets in a power cut what a real one may forget, for simulations and
 * tests: any un-synced creations, renamings and deletions are undone, and of every sector that was
 * written any state may be left that it has had since the last sync. It also fails on demand, can
 * be full, puts sectors into wrong places or nowhere, and damages them.
 *
 * <p>{@link #mount} opens it as a {@link Directory}; after {@link #powerCut} or {@link #kill}
 * everything opened before is dead and it can be mounted anew. Safe for use by several threads.
 */
public final class MemoryDisk {
  /** What an operation does. */
  public enum Kind {
    CREATE,
    WRITE,
    PREALLOCATE,
    TRUNCATE,
    FORCE_FILE,
    RENAME,
    DELETE,
    FORCE_DIRECTORY
  }

  /**
   * One operation that changes the disk, as it is about to happen.
   *
   * @param number counts all of them since the disk was made, from 0
   * @param kind what it does
   * @param file the file's name; empty for the directory itself
   * @param bytes how much is to be written, 0 for other kinds
   */
  public record Operation(long number, Kind kind, String file, int bytes) {}

  /** What a disk writes whole or not at all. */
  public static final int SECTOR_BYTES = MemoryContents.SECTOR_BYTES;

  /** A sector of a file: its first byte's position is a multiple of 512. */
  public record Sector(String file, long position) {}

  /** Decides what becomes of each operation; must not change the disk, but may cut its power. */
  @FunctionalInterface
  public interface Faults {
    /** Everything works. */
    Faults NONE = Operation::bytes;

    /** The machine is off from that operation on, which is not begun any more. */
    static Faults offFrom(long number) {
      return operation -> {
        if (operation.number() >= number) {
          throw new IOException("the power has failed");
        }
        return operation.bytes();
      };
    }

    /**
     * Called before each operation.
     *
     * @return how many bytes of a write reach the disk; when fewer than {@link Operation#bytes},
     *     the write then fails. Ignored for other kinds
     * @throws IOException to make the operation fail with nothing done
     */
    int allow(Operation operation) throws IOException;

    /**
     * Called after each operation that has worked.
     *
     * @throws IOException to make it fail though it was done
     */
    default void done(Operation operation) throws IOException {}

    /**
     * What a file's failed sync leaves on the disk; readers see what was written all the same, and
     * later syncs write none of it, as with Linux. Empty lets a later sync write it.
     */
    default Optional<MemorySurvival> afterFailedSync(String file) {
      return Optional.empty();
    }

    /**
     * Where a sync puts a sector, of which it then says that all is well. The place itself for a
     * disk that works; empty for one that writes nothing; another one for a misdirected write.
     */
    default Optional<Sector> placeOf(Sector sector) {
      return Optional.of(sector);
    }
  }

  private final Object lock = new Object();
  private final String name;
  private final MemoryNames names;
  private Faults faults = Faults.NONE;
  private long capacityBytes = Long.MAX_VALUE;
  private long othersBytes;
  private long operations;
  private int life;
  private boolean mounted;

  /** An empty disk; the name is for messages. */
  public MemoryDisk(String name) {
    this(name, new MemoryNames());
  }

  private MemoryDisk(String name, MemoryNames names) {
    this.name = name;
    this.names = names;
  }

  /** Another disk with what is on this one at the moment, as a tool copies files. */
  public MemoryDisk copy(String copyName) {
    synchronized (lock) {
      return new MemoryDisk(copyName, names.copied());
    }
  }

  /** Another disk with what a power cut would leave of this one now; nothing happens to this. */
  public MemoryDisk afterPowerCut(String copyName, MemorySurvival survival) {
    synchronized (lock) {
      return new MemoryDisk(copyName, names.leftBy(survival));
    }
  }

  /**
   * Opens the disk.
   *
   * @throws DirectoryLockedException when it is open already
   */
  public Directory mount() throws DirectoryLockedException {
    synchronized (lock) {
      if (mounted) {
        throw new DirectoryLockedException(name);
      }
      mounted = true;
      return new Mounted(life);
    }
  }

  /** Lets {@code next} decide about every operation from now on. */
  public void setFaults(Faults next) {
    synchronized (lock) {
      faults = next;
    }
  }

  /** How much all files together may hold; what they hold already stays. */
  public void setCapacityBytes(long bytes) {
    synchronized (lock) {
      capacityBytes = bytes;
    }
  }

  /** Lets other programs fill the disk but for so many bytes. */
  public void fillUpTo(long bytesLeft) {
    synchronized (lock) {
      othersBytes = 0;
      othersBytes = Math.max(0, capacityBytes - usedBytes() - bytesLeft);
    }
  }

  /** Gives back what other programs have taken. */
  public void emptyOfOthers() {
    synchronized (lock) {
      othersBytes = 0;
    }
  }

  /** How many operations there have been. */
  public long operations() {
    synchronized (lock) {
      return operations;
    }
  }

  /** The names of all files as a reader sees them now, sorted. */
  public List<String> files() {
    synchronized (lock) {
      return List.copyOf(names.seen().keySet());
    }
  }

  /** Ends the process that has mounted the disk; what was not synced can still be lost later. */
  public void kill() {
    synchronized (lock) {
      life++;
      mounted = false;
    }
  }

  /** Cuts the power: what was mounted is dead, and of what was not synced only a part is left. */
  public void powerCut(MemorySurvival survival) {
    synchronized (lock) {
      kill();
      names.powerCut(survival);
      names.seen().forEach((file, contents) -> contents.powerCut(file, survival));
    }
  }

  /** A file's bytes as a reader sees them now. */
  public byte[] contents(String file) throws IOException {
    synchronized (lock) {
      return names.existing(file).copy();
    }
  }

  /** Replaces a file's bytes durably, as if the disk had damaged them; null removes the file. */
  public void damage(String file, byte[] bytes) {
    synchronized (lock) {
      if (bytes == null) {
        names.put(file, null);
        return;
      }
      MemoryContents contents = new MemoryContents();
      contents.write(ByteBuffer.wrap(bytes), 0);
      contents.force((position, sector) -> Optional.of(sector));
      names.put(file, contents);
    }
  }

  /** Turns bits of a file around, on the disk and for readers; all within one sector. */
  public void turnBits(String file, long position, byte... mask) throws IOException {
    synchronized (lock) {
      names.existing(file).turnBits(position, mask);
    }
  }

  private long usedBytes() {
    return othersBytes + names.seen().values().stream().mapToLong(MemoryContents::length).sum();
  }

  private long usableBytesNow() {
    return capacityBytes == Long.MAX_VALUE && othersBytes == 0
        ? Long.MAX_VALUE
        : Math.max(0, capacityBytes - usedBytes());
  }

  private int allow(Operation operation) throws IOException {
    return Math.min(faults.allow(operation), operation.bytes());
  }

  /** What an operation does once it is allowed. */
  private interface Effect {
    void happen() throws IOException;
  }

  private void perform(Kind kind, String file, Effect effect) throws IOException {
    Operation operation = new Operation(operations++, kind, file, 0);
    allow(operation);
    effect.happen();
    faults.done(operation);
  }

  private void sync(String file, MemoryContents contents) throws IOException {
    Operation operation = new Operation(operations++, Kind.FORCE_FILE, file, 0);
    try {
      allow(operation);
    } catch (IOException e) {
      faults.afterFailedSync(file).ifPresent(left -> contents.forget(file, left));
      throw e;
    }
    contents.force((position, bytes) -> place(new Sector(file, position), bytes));
    faults.done(operation);
  }

  private Optional<byte[]> place(Sector meant, byte[] bytes) {
    Optional<Sector> place = faults.placeOf(meant);
    if (place.equals(Optional.of(meant))) {
      return Optional.of(bytes);
    }
    if (place.isPresent() && names.seen().containsKey(place.get().file())) {
      names.seen().get(place.get().file()).putOnDisk(place.get().position(), bytes);
    }
    return Optional.empty();
  }

  private final class Mounted implements Directory {
    private final int mountedInLife;

    Mounted(int life) {
      this.mountedInLife = life;
    }

    private void checkAlive() throws IOException {
      if (mountedInLife != life || !mounted) {
        throw new IOException(name + ": no longer open");
      }
    }

    @Override
    public List<String> list() throws IOException {
      synchronized (lock) {
        checkAlive();
        return files();
      }
    }

    @Override
    public long size(String file) throws IOException {
      synchronized (lock) {
        checkAlive();
        return names.existing(file).length();
      }
    }

    @Override
    public WritableFile create(String file) throws IOException {
      synchronized (lock) {
        checkAlive();
        if (names.seen().containsKey(file)) {
          throw new FileAlreadyExistsException(file);
        }
        MemoryContents contents = new MemoryContents();
        perform(Kind.CREATE, file, () -> names.create(file, contents));
        return new OpenFile(this, file, contents);
      }
    }

    @Override
    public WritableFile openForWriting(String file) throws IOException {
      synchronized (lock) {
        checkAlive();
        return new OpenFile(this, file, names.existing(file));
      }
    }

    @Override
    public ReadableFile openForReading(String file) throws IOException {
      synchronized (lock) {
        checkAlive();
        return new OpenFile(this, file, names.existing(file));
      }
    }

    @Override
    public void rename(String from, String to) throws IOException {
      synchronized (lock) {
        checkAlive();
        names.existing(from);
        perform(Kind.RENAME, from, () -> names.rename(from, to));
      }
    }

    @Override
    public void delete(String file) throws IOException {
      synchronized (lock) {
        checkAlive();
        names.existing(file);
        perform(Kind.DELETE, file, () -> names.delete(file));
      }
    }

    @Override
    public void force() throws IOException {
      synchronized (lock) {
        checkAlive();
        perform(Kind.FORCE_DIRECTORY, "", names::force);
      }
    }

    @Override
    public long usableBytes() throws IOException {
      synchronized (lock) {
        checkAlive();
        return usableBytesNow();
      }
    }

    @Override
    public long totalBytes() {
      synchronized (lock) {
        return capacityBytes;
      }
    }

    @Override
    public String toString() {
      return name;
    }

    @Override
    public void close() {
      synchronized (lock) {
        if (mountedInLife == life) {
          mounted = false;
        }
      }
    }
  }

  private final class OpenFile implements WritableFile, ReadableFile {
    private final Mounted owner;
    private final String file;
    private final MemoryContents contents;
    private boolean open = true;

    OpenFile(Mounted owner, String file, MemoryContents contents) {
      this.owner = owner;
      this.file = file;
      this.contents = contents;
    }

    private void checkOpen() throws IOException {
      owner.checkAlive();
      if (!open) {
        throw new IOException(file + ": closed");
      }
    }

    private void checkRoom(long end) throws DiskFullException {
      long growth = end - contents.length();
      if (growth > 0 && growth > usableBytesNow()) {
        throw new DiskFullException(file, null);
      }
    }

    @Override
    public void write(ByteBuffer source, long position) throws IOException {
      synchronized (lock) {
        checkOpen();
        int bytes = source.remaining();
        Operation operation = new Operation(operations++, Kind.WRITE, file, bytes);
        int allowed = allow(operation);
        checkRoom(position + allowed);
        ByteBuffer part = source.slice(source.position(), allowed);
        source.position(source.position() + allowed);
        contents.write(part, position);
        if (allowed < bytes) {
          throw new IOException(file + ": write torn after " + allowed + " bytes");
        }
        faults.done(operation);
      }
    }

    @Override
    public void preallocate(long length) throws IOException {
      synchronized (lock) {
        checkOpen();
        if (length > contents.length()) {
          perform(
              Kind.PREALLOCATE,
              file,
              () -> {
                checkRoom(length);
                contents.setLength(length);
              });
        }
      }
    }

    @Override
    public void truncate(long length) throws IOException {
      synchronized (lock) {
        checkOpen();
        if (length < contents.length()) {
          perform(Kind.TRUNCATE, file, () -> contents.setLength(length));
        }
      }
    }

    @Override
    public void force() throws IOException {
      synchronized (lock) {
        checkOpen();
        sync(file, contents);
      }
    }

    @Override
    public long size() throws IOException {
      synchronized (lock) {
        checkOpen();
        return contents.length();
      }
    }

    @Override
    public int read(ByteBuffer target, long position) throws IOException {
      synchronized (lock) {
        checkOpen();
        return contents.read(target, position);
      }
    }

    @Override
    public void close() {
      synchronized (lock) {
        open = false;
      }
    }
  }
}
