package dev.understudy.wal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A directory of the real file system. The file {@code LOCK} in it is locked while it is open; the
 * system releases the lock when the process dies, so a crash leaves nothing to clear away.
 *
 * <p>Threads that use the files must not be interrupted: that closes the channel they are in.
 */
public final class DiskDirectory implements Directory {
  private static final String LOCK_NAME = "LOCK";
  private static final int ZEROS_BYTES = 1 << 18;

  /**
   * Directories that this process has open. A file lock belongs to the process, and closing any
   * channel on the file drops it, so a second opening must be turned away before it touches it.
   */
  private static final Set<Path> OPEN = new HashSet<>();

  private final Path path;

  /** Null for a directory that is only read and has no lock. */
  private final FileChannel lockChannel;

  private boolean closed;

  private DiskDirectory(Path path, FileChannel lockChannel) {
    this.path = path;
    this.lockChannel = lockChannel;
  }

  /**
   * Opens a directory, which is made when it does not exist. What is made is its owner's alone.
   *
   * @throws DirectoryLockedException when it is open already, here or in another process
   */
  public static DiskDirectory open(Path directory) throws IOException {
    Files.createDirectories(directory, onlyOwner("rwx------"));
    if (!Files.isWritable(directory)) {
      // Otherwise only the next new file would show it, perhaps after days.
      throw new FileSystemException(directory.toString(), null, "is not writable");
    }
    return open(directory, StandardOpenOption.CREATE);
  }

  /**
   * Opens a directory that exists, to read what is in it. Nothing is made; where there is a lock,
   * it is held meanwhile.
   *
   * @throws DirectoryLockedException when it is open already, here or in another process
   */
  public static DiskDirectory openToRead(Path directory) throws IOException {
    return open(directory, new OpenOption[0]);
  }

  private static DiskDirectory open(Path directory, OpenOption... lockOptions) throws IOException {
    Path path = directory.toRealPath();
    synchronized (OPEN) {
      if (!OPEN.add(path)) {
        throw new DirectoryLockedException(directory.toString());
      }
    }
    try {
      return new DiskDirectory(path, lock(path, lockOptions));
    } catch (IOException | RuntimeException e) {
      forget(path);
      throw e;
    }
  }

  /** The lock; null where there is none and none may be made. */
  private static FileChannel lock(Path path, OpenOption... options) throws IOException {
    Path file = path.resolve(LOCK_NAME);
    // Opening a named pipe would block until another process reads it.
    if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)
        && !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      throw new FileSystemException(file.toString(), null, "is not a regular file");
    }
    if (options.length == 0 && !Files.exists(file)) {
      return null;
    }
    Set<OpenOption> all = new HashSet<>(List.of(options));
    all.add(StandardOpenOption.WRITE);
    FileChannel channel = FileChannel.open(file, all, onlyOwner("rw-------"));
    try {
      FileLock lock = channel.tryLock();
      if (lock == null) {
        throw new DirectoryLockedException(path.toString());
      }
      return channel;
    } catch (OverlappingFileLockException e) {
      channel.close();
      throw new DirectoryLockedException(path.toString());
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /** Who else may use the machine must not read what clients have stored. */
  private static FileAttribute<?>[] onlyOwner(String permissions) {
    return FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        }
        : new FileAttribute<?>[0];
  }

  private static void forget(Path path) {
    synchronized (OPEN) {
      OPEN.remove(path);
    }
  }

  @Override
  public List<String> list() throws IOException {
    try (Stream<Path> children = Files.list(path)) {
      return children
          .filter(Files::isRegularFile)
          .map(child -> child.getFileName().toString())
          .filter(name -> !name.equals(LOCK_NAME))
          .sorted()
          .toList();
    }
  }

  @Override
  public long size(String name) throws IOException {
    return Files.size(path.resolve(name));
  }

  @Override
  public WritableFile create(String name) throws IOException {
    return openChannel(name, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
  }

  @Override
  public WritableFile openForWriting(String name) throws IOException {
    return openChannel(name, StandardOpenOption.WRITE);
  }

  @Override
  public ReadableFile openForReading(String name) throws IOException {
    return openChannel(name, StandardOpenOption.READ);
  }

  private ChannelFile openChannel(String name, OpenOption... options) throws IOException {
    try {
      Path file = path.resolve(name);
      return new ChannelFile(file, FileChannel.open(file, Set.of(options), onlyOwner("rw-------")));
    } catch (IOException e) {
      throw explained("open", path.resolve(name), e);
    }
  }

  @Override
  public void rename(String from, String to) throws IOException {
    try {
      Files.move(path.resolve(from), path.resolve(to), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw explained("make", path.resolve(to), e);
    }
  }

  @Override
  public void delete(String name) throws IOException {
    Files.delete(path.resolve(name));
  }

  @Override
  public void force() throws IOException {
    try (FileChannel self = FileChannel.open(path, StandardOpenOption.READ)) {
      self.force(true);
    } catch (IOException e) {
      throw explained("sync", path, e);
    }
  }

  @Override
  public long usableBytes() throws IOException {
    return path.toFile().getUsableSpace();
  }

  @Override
  public long totalBytes() {
    return path.toFile().getTotalSpace();
  }

  @Override
  public String toString() {
    return path.toString();
  }

  /** Releases the lock; the files must have been closed before. */
  @Override
  public synchronized void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    try {
      if (lockChannel != null) {
        lockChannel.close();
      }
    } finally {
      forget(path);
    }
  }

  /**
   * The same failure with the file and the operation, which the system's message leaves out. Java
   * has no exception type for a full disk either: only the message shows it.
   */
  private static IOException explained(String attempt, Path file, IOException e) {
    String reason = e instanceof FileSystemException f ? f.getReason() : e.getMessage();
    String words = reason == null ? "" : reason.toLowerCase(Locale.ROOT);
    if (words.contains("no space left") || words.contains("quota exceeded")) {
      return new DiskFullException(file.getFileName().toString(), e);
    }
    return e instanceof FileSystemException
        ? e
        : new IOException("cannot " + attempt + " " + file + ": " + e.getMessage(), e);
  }

  private static final class ChannelFile implements WritableFile, ReadableFile {
    /** Shared and never written: its contents are the zeros of every preallocation. */
    private static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(ZEROS_BYTES);

    private final Path file;
    private final FileChannel channel;

    ChannelFile(Path file, FileChannel channel) {
      this.file = file;
      this.channel = channel;
    }

    @Override
    public void write(ByteBuffer source, long position) throws IOException {
      try {
        long at = position;
        while (source.hasRemaining()) {
          at += channel.write(source, at);
        }
      } catch (IOException e) {
        throw explained("write", file, e);
      }
    }

    @Override
    public void preallocate(long length) throws IOException {
      long at = channel.size();
      while (at < length) {
        int bytes = (int) Math.min(ZEROS_BYTES, length - at);
        write(ZEROS.duplicate().limit(bytes), at);
        at += bytes;
      }
    }

    @Override
    public void truncate(long length) throws IOException {
      channel.truncate(length);
    }

    @Override
    public long size() throws IOException {
      return channel.size();
    }

    @Override
    public void force() throws IOException {
      try {
        channel.force(false);
      } catch (IOException e) {
        throw explained("sync", file, e);
      }
    }

    @Override
    public int read(ByteBuffer target, long position) throws IOException {
      try {
        return channel.read(target, position);
      } catch (IOException e) {
        throw explained("read", file, e);
      }
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
