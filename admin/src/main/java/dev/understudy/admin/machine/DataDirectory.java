package dev.understudy.admin.machine;

import dev.understudy.peer.UnknownDataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Checks on a data directory before anything is written to it: that of another product is refused
 * by name, and so is a log directory that holds what no peer has put there.
 */
final class DataDirectory {
  private static final String PEER = "peer";
  private static final String LOST_AND_FOUND = "lost+found";
  private static final String ELSEWHERE = "; give another --data-dir";

  private DataDirectory() {}

  /**
   * Blocks for the disk and changes nothing.
   *
   * @param force whether what the directory holds is about to be dropped
   * @throws UnknownDataException if a machine must not start here
   */
  static void check(Path directory, boolean force) throws IOException {
    Path peer = directory.resolve(PEER);
    List<Path> inPeer = children(peer);
    boolean hasLog = inPeer.stream().anyMatch(DataDirectory::isSegment);
    Optional<String> product = hasLog ? Optional.empty() : otherProduct(directory);
    if (product.isPresent()) {
      throw new UnknownDataException(
          directory
              + " holds data of "
              + product.get()
              + ", which understudy does not read"
              + ELSEWHERE
              + ", and copy the keys over the client API");
    }
    for (Path file : inPeer) {
      if (!force && isSegment(file) && !Files.isRegularFile(file)) {
        throw new UnknownDataException(
            file + " is no file, and leads to none: a part of the log is not there");
      }
      boolean plain = Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS);
      if ((force || !hasLog) && !plain && !file.endsWith(LOST_AND_FOUND)) {
        throw new UnknownDataException(
            peer + " holds \"" + file.getFileName() + "\", which is not understudy's" + ELSEWHERE);
      }
    }
    if (force && Files.isSymbolicLink(peer)) {
      throw new UnknownDataException(
          peer + " is a symbolic link, and --force does not follow it; empty its target by hand");
    }
  }

  private static boolean isSegment(Path file) {
    return file.toString().endsWith(".wal");
  }

  /** Who else may read what clients have stored; empty for nobody, or where nobody can tell. */
  static Optional<String> openToOthers(Path directory) throws IOException {
    PosixFileAttributeView view =
        Files.getFileAttributeView(directory, PosixFileAttributeView.class);
    if (view == null) {
      return Optional.empty();
    }
    String permissions = PosixFilePermissions.toString(view.readAttributes().permissions());
    return permissions.endsWith("------") ? Optional.empty() : Optional.of(permissions);
  }

  private static Optional<String> otherProduct(Path directory) {
    if (isFile(directory, "conf") || isFile(directory, "log") || isFolder(directory, "snapshot")) {
      return Optional.of("etcd 0.4 (conf, log, snapshot)");
    }
    boolean member = isFolder(directory, "member");
    if (member || isFolder(directory, "wal") && isFolder(directory, "snap")) {
      return Optional.of("etcd 2 or 3 (member)");
    }
    return isFolder(directory, "proxy") ? Optional.of("an etcd 2 proxy") : Optional.empty();
  }

  private static boolean isFile(Path directory, String name) {
    return Files.isRegularFile(directory.resolve(name));
  }

  private static boolean isFolder(Path directory, String name) {
    return Files.isDirectory(directory.resolve(name));
  }

  private static List<Path> children(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> children = Files.list(directory)) {
      return children.sorted().toList();
    }
  }
}
