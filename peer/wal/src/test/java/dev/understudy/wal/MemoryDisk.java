package dev.understudy.wal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * A disk in memory that forgets in a power cut what a real one may forget, for simulations and
 * tests: un-synced writes go missing or are torn, un-synced creations, renamings and deletions are
 * undone. It also fails on demand and can be full.
 *
 * <p>{@link #mount} opens it as a {@link Directory}; after {@link #powerCut} everything opened
 * before is dead and it can be mounted anew. Safe for use by several threads.
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

  /** Decides what becomes of each operation. Must not call the disk. */
  @FunctionalInterface
  public interface Faults {
    /** Everything works. */
    Faults NONE = Operation::bytes;

    /**
     * Called before each operation.
     *
     * @return how many bytes of a write reach the disk; when fewer than {@link Operation#bytes},
     *     the write then fails. Ignored for other kinds
     * @throws IOException to make the operation fail with nothing done
     */
    int allow(Operation operation) throws IOException;
  }

  /** Decides which un-synced changes outlive a power cut. */
  public interface Survival {
    /** All of them do, as when only the process was killed. */
    Survival EVERYTHING = new Fixed(true);

    /** None does. */
    Survival NOTHING = new Fixed(false);

    /** How many of the un-synced changes to the directory survive, in their order. */
    int directoryChanges(int unsynced);

    /** Whether these bytes, all of one 512-byte sector or a part of one, survive. */
    boolean sector(String file, long position, int bytes);

    /** Whether a change of the file's length survives where no written byte demands it. */
    boolean length(String file);
  }

  private record Fixed(boolean survives) implements Survival {
    @Override
    public int directoryChanges(int unsynced) {
      return survives ? unsynced : 0;
    }

    @Override
    public boolean sector(String file, long position, int bytes) {
      return survives;
    }

    @Override
    public boolean length(String file) {
      return survives;
    }
  }

  private final Object lock = new Object();
  private final String name;
  private TreeMap<String, MemoryContents> names = new TreeMap<>();
  private TreeMap<String, MemoryContents> durableNames = new TreeMap<>();
  private final List<UnaryOperator<TreeMap<String, MemoryContents>>> unsynced = new ArrayList<>();
  private Faults faults = Faults.NONE;
  private long capacityBytes = Long.MAX_VALUE;
  private long othersBytes;
  private long operations;
  private int life;
  private boolean mounted;

  /** Another disk with what is on this one at the moment, as a tool copies files. */
  public MemoryDisk copy(String copyName) {
    MemoryDisk copy = new MemoryDisk(copyName);
    synchronized (lock) {
      names.forEach((file, contents) -> copy.names.put(file, contents.copied()));
    }
    copy.durableNames = new TreeMap<>(copy.names);
    return copy;
  }

  /** An empty disk; the name is for messages. */
  public MemoryDisk(String name) {
    this.name = name;
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

  /** Cuts the power: what was mounted is dead, and of what was not synced only a part is left. */
  public void powerCut(Survival survival) {
    synchronized (lock) {
      life++;
      mounted = false;
      int kept = Math.min(unsynced.size(), survival.directoryChanges(unsynced.size()));
      for (int i = 0; i < kept; i++) {
        durableNames = unsynced.get(i).apply(durableNames);
      }
      unsynced.clear();
      names = new TreeMap<>(durableNames);
      names.forEach((file, contents) -> contents.powerCut(file, survival));
    }
  }

  /** A file's bytes as a reader sees them now. */
  public byte[] contents(String file) throws IOException {
    synchronized (lock) {
      return existing(file).copy();
    }
  }

  /** Replaces a file's bytes durably, as if the disk had damaged them; null removes the file. */
  public void damage(String file, byte[] bytes) {
    synchronized (lock) {
      if (bytes == null) {
        names.remove(file);
        durableNames.remove(file);
        return;
      }
      MemoryContents contents = new MemoryContents();
      contents.write(ByteBuffer.wrap(bytes), 0);
      contents.force();
      names.put(file, contents);
      durableNames.put(file, contents);
    }
  }

  private MemoryContents existing(String file) throws IOException {
    MemoryContents contents = names.get(file);
    if (contents == null) {
      throw new NoSuchFileException(file);
    }
    return contents;
  }

  private long usedBytes() {
    return othersBytes + names.values().stream().mapToLong(MemoryContents::length).sum();
  }

  private int allow(Kind kind, String file, int bytes) throws IOException {
    int allowed = faults.allow(new Operation(operations++, kind, file, bytes));
    return Math.min(allowed, bytes);
  }

  private void change(UnaryOperator<TreeMap<String, MemoryContents>> change) {
    names = change.apply(names);
    unsynced.add(change);
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
        return List.copyOf(names.keySet());
      }
    }

    @Override
    public long size(String file) throws IOException {
      synchronized (lock) {
        checkAlive();
        return existing(file).length();
      }
    }

    @Override
    public WritableFile create(String file) throws IOException {
      synchronized (lock) {
        checkAlive();
        if (names.containsKey(file)) {
          throw new FileAlreadyExistsException(file);
        }
        allow(Kind.CREATE, file, 0);
        MemoryContents contents = new MemoryContents();
        change(
            map -> {
              map.put(file, contents);
              return map;
            });
        return new OpenFile(this, file, contents);
      }
    }

    @Override
    public WritableFile openForWriting(String file) throws IOException {
      synchronized (lock) {
        checkAlive();
        return new OpenFile(this, file, existing(file));
      }
    }

    @Override
    public ReadableFile openForReading(String file) throws IOException {
      synchronized (lock) {
        checkAlive();
        return new OpenFile(this, file, existing(file));
      }
    }

    @Override
    public void rename(String from, String to) throws IOException {
      synchronized (lock) {
        checkAlive();
        MemoryContents contents = existing(from);
        allow(Kind.RENAME, from, 0);
        change(
            map -> {
              map.remove(from);
              map.put(to, contents);
              return map;
            });
      }
    }

    @Override
    public void delete(String file) throws IOException {
      synchronized (lock) {
        checkAlive();
        existing(file);
        allow(Kind.DELETE, file, 0);
        change(
            map -> {
              map.remove(file);
              return map;
            });
      }
    }

    @Override
    public void force() throws IOException {
      synchronized (lock) {
        checkAlive();
        allow(Kind.FORCE_DIRECTORY, "", 0);
        unsynced.clear();
        durableNames = new TreeMap<>(names);
      }
    }

    @Override
    public long usableBytes() throws IOException {
      synchronized (lock) {
        checkAlive();
        return Math.max(0, capacityBytes - usedBytes());
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
      if (growth > 0 && growth > capacityBytes - usedBytes()) {
        throw new DiskFullException(file, null);
      }
    }

    @Override
    public void write(ByteBuffer source, long position) throws IOException {
      synchronized (lock) {
        checkOpen();
        int bytes = source.remaining();
        int allowed = allow(Kind.WRITE, file, bytes);
        checkRoom(position + allowed);
        ByteBuffer part = source.slice(source.position(), allowed);
        source.position(source.position() + allowed);
        contents.write(part, position);
        if (allowed < bytes) {
          throw new IOException(file + ": write torn after " + allowed + " bytes");
        }
      }
    }

    @Override
    public void preallocate(long length) throws IOException {
      synchronized (lock) {
        checkOpen();
        if (length > contents.length()) {
          allow(Kind.PREALLOCATE, file, 0);
          checkRoom(length);
          contents.setLength(length);
        }
      }
    }

    @Override
    public void truncate(long length) throws IOException {
      synchronized (lock) {
        checkOpen();
        if (length < contents.length()) {
          allow(Kind.TRUNCATE, file, 0);
          contents.setLength(length);
        }
      }
    }

    @Override
    public void force() throws IOException {
      synchronized (lock) {
        checkOpen();
        allow(Kind.FORCE_FILE, file, 0);
        contents.force();
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
