package dev.understudy.admin.local;

import dev.understudy.admin.cli.LocalClusterOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.commons.io.FileUtils;

/**
 * What a local cluster needs for itself alone: its directory, held by a lock with the owner's pid,
 * and its ports. For one thread at a time.
 */
final class ClusterHome implements AutoCloseable {
  private static final String LOCK = "cluster.lock";
  private static final int MAX_PID_BYTES = 32;

  private final Path directory;
  private final boolean temporary;
  private final boolean usedBefore;
  private final FileChannel lock;

  private ClusterHome(Path directory, boolean temporary, boolean usedBefore, FileChannel lock) {
    this.directory = directory;
    this.temporary = temporary;
    this.usedBefore = usedBefore;
    this.lock = lock;
  }

  /**
   * Takes the directory and checks that the ports are free.
   *
   * @throws IOException with one line for the user if somebody else has either
   */
  static ClusterHome open(LocalClusterOptions options) throws IOException {
    boolean temporary = options.dataDirectory().isEmpty();
    Path directory =
        temporary
            ? Files.createTempDirectory("understudy-")
            : options.dataDirectory().get().toAbsolutePath().normalize();
    Files.createDirectories(directory);
    boolean usedBefore = Files.exists(directory.resolve("m1"));
    ClusterHome home = new ClusterHome(directory, temporary, usedBefore, locked(directory));
    try {
      requirePorts(options);
      return home;
    } catch (IOException e) {
      home.close();
      throw e;
    }
  }

  private static FileChannel locked(Path directory) throws IOException {
    FileChannel channel =
        FileChannel.open(
            directory.resolve(LOCK),
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE);
    if (!tryLock(channel)) {
      ByteBuffer owner = ByteBuffer.allocate(MAX_PID_BYTES);
      channel.read(owner, 0);
      channel.close();
      String pid = StandardCharsets.US_ASCII.decode(owner.flip()).toString();
      throw new IOException("the cluster in " + directory + " is run by pid " + pid + " already");
    }
    channel.truncate(0);
    String pid = Long.toString(ProcessHandle.current().pid());
    channel.write(StandardCharsets.US_ASCII.encode(pid), 0);
    return channel;
  }

  private static boolean tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      return false; // this process has it
    }
  }

  private static void requirePorts(LocalClusterOptions options) throws IOException {
    List<Integer> taken = new ArrayList<>();
    for (int i = 0; i < options.machines(); i++) {
      for (int port : List.of(options.clientPort(i), options.peerPort(i))) {
        if (!isFree(port)) {
          taken.add(port);
        }
      }
    }
    if (!taken.isEmpty()) {
      throw new IOException(
          "of the ports %d to %d of 127.0.0.1, these are taken: %s; choose others with --base-port"
              .formatted(
                  options.basePort(),
                  options.peerPort(options.machines() - 1),
                  taken.stream().map(String::valueOf).collect(Collectors.joining(", "))));
    }
  }

  private static boolean isFree(int port) {
    try (ServerSocket probe = new ServerSocket()) {
      probe.setReuseAddress(true);
      probe.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** Absolute. */
  Path directory() {
    return directory;
  }

  /** Whether a cluster has been here before: it goes on, with its own config. */
  boolean usedBefore() {
    return usedBefore;
  }

  /** What becomes of data and logs, for the last line. */
  String fate() {
    return temporary ? "data and logs are deleted (--keep keeps them)" : "data in " + directory;
  }

  /** Gives the directory back, and deletes it if it was a temporary one. Idempotent. */
  @Override
  public void close() {
    try {
      lock.close();
      if (temporary) {
        FileUtils.deleteDirectory(directory.toFile());
      }
    } catch (IOException e) {
      // A temporary directory that cannot be deleted is the system's to clear.
    }
  }
}
