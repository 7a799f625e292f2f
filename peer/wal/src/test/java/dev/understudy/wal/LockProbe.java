package dev.understudy.wal;

import java.io.IOException;
import java.nio.file.Path;

/** Runs in another process; its exit code says whether it could open a directory. */
final class LockProbe {
  static final int OPENED = 3;
  static final int LOCKED = 7;

  private LockProbe() {}

  public static void main(String[] args) throws IOException {
    try (Directory directory = DiskDirectory.open(Path.of(args[0]))) {
      directory.list();
      System.exit(OPENED);
    } catch (DirectoryLockedException e) {
      System.exit(LOCKED);
    }
  }
}
