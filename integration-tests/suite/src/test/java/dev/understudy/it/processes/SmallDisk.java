package dev.understudy.it.processes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** A small file system in memory that can be filled. */
final class SmallDisk implements AutoCloseable {
  private static final int MEGABYTES = 64;
  private static final int CHUNK = 1 << 16;
  private static final int SECONDS = 20;

  private final Path mounted;

  private SmallDisk(Path mounted) {
    this.mounted = mounted;
  }

  /** Mounts one at a directory. Skips the test where that is not permitted. */
  static SmallDisk at(Path directory) throws IOException {
    Files.createDirectories(directory);
    Tool mount = Tool.require("mount", "Debian: mount");
    String size = "size=" + MEGABYTES + "m";
    Tool.Result result =
        mount.run(
            directory.getParent(),
            Map.of(),
            SECONDS,
            "-t",
            "tmpfs",
            "-o",
            size,
            "tmpfs",
            directory.toString());
    if (result.exit() != 0) {
      abort("a small file system can be mounted only by root: " + result.printed().strip());
    }
    return new SmallDisk(directory);
  }

  Path path() {
    return mounted;
  }

  /** Writes until the file system takes nothing more. */
  void fill() throws IOException {
    try (var out = Files.newOutputStream(filler())) {
      byte[] zeros = new byte[CHUNK];
      for (int i = 0; i < (MEGABYTES << 20) / CHUNK; i++) {
        out.write(zeros);
      }
    } catch (IOException full) {
      assertThat(full).hasMessageContaining("No space left");
    }
    assertThat(Files.getFileStore(filler()).getUsableSpace()).isLessThan(CHUNK);
  }

  /** Takes away what {@link #fill} wrote. */
  void makeRoom() throws IOException {
    Files.delete(filler());
  }

  private Path filler() {
    return mounted.resolve("filler");
  }

  /** It may be busy until a machine has ended: so it is only taken away. */
  @Override
  public void close() {
    Tool umount = Tool.require("umount", "Debian: mount");
    Tool.Result result =
        umount.run(mounted.getParent(), Map.of(), SECONDS, "-l", mounted.toString());
    assertThat(result.exit()).as(result.printed()).isZero();
  }
}
