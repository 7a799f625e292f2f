package dev.understudy.wal;

import static dev.understudy.clusterconfig.waits.Waits.await;
import static dev.understudy.wal.Logs.entries;
import static dev.understudy.wal.Logs.hardState;
import static dev.understudy.wal.Logs.snapshot;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The log and its snapshots on the real file system. */
class DiskDirectoryTest {
  private static final Path OPEN_FILES = Path.of("/proc/self/fd");

  @TempDir private Path path;

  @Test
  void aDirectoryIsOpenedOnceAndCanBeOpenedAgainAfterwards() throws Exception {
    try (Directory first = DiskDirectory.open(path)) {
      assertThatThrownBy(() -> DiskDirectory.open(path.resolve("../" + path.getFileName())))
          .isInstanceOf(DirectoryLockedException.class)
          .hasMessageContaining("in use");
      assertThat(first.list()).isEmpty();
      assertThat(probeInAnotherProcess()).isEqualTo(LockProbe.LOCKED);
    }
    assertThat(probeInAnotherProcess()).isEqualTo(LockProbe.OPENED);
    DiskDirectory.open(path).close();
  }

  @Test
  void whatIsMadeIsItsOwnersAlone() throws IOException {
    Path made = path.resolve("outer/inner");
    try (Directory directory = DiskDirectory.open(made)) {
      directory.create("a").close();
      assertThat(permissions(made)).isEqualTo("rwx------");
      assertThat(permissions(made.resolve("a"))).isEqualTo("rw-------");
      assertThat(permissions(made.resolve("LOCK"))).isEqualTo("rw-------");
    }
  }

  private static String permissions(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  private int probeInAnotherProcess() throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                LockProbe.class.getName(),
                path.toString())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return process.exitValue();
  }

  @Test
  void filesAreWrittenGrownCutAndRenamed() throws IOException {
    try (Directory directory = DiskDirectory.open(path)) {
      try (WritableFile file = directory.create("a")) {
        file.write(ByteBuffer.wrap(new byte[] {1, 2, 3}), 2);
        file.preallocate(700_000);
        file.force();
        assertThat(file.size()).isEqualTo(700_000);
        file.truncate(4);
      }
      directory.rename("a", "b");
      directory.force();
      assertThat(directory.list()).containsExactly("b");
      assertThat(directory.size("b")).isEqualTo(4);
      try (ReadableFile file = directory.openForReading("b")) {
        ByteBuffer target = ByteBuffer.allocate(10);
        assertThat(file.read(target, 0)).isEqualTo(4);
        assertThat(target.array()).startsWith(0, 0, 1, 2, 0);
        assertThat(file.read(target, 4)).isEqualTo(-1);
      }
      directory.delete("b");
      assertThat(directory.list()).isEmpty();
      assertThat(directory.usableBytes()).isPositive();
    }
  }

  @Test
  void aThreadedLogReportsInOrderAndIsRecovered() throws IOException {
    AtomicInteger durable = new AtomicInteger();
    try (Directory directory = DiskDirectory.open(path);
        Wal wal =
            Wal.create(
                directory,
                Logs.IDENTITY,
                WalOptions.DEFAULT.withSegmentBytes(1 << 16),
                WalListener.NONE)) {
      wal.start(Logs::daemon);
      for (int i = 1; i <= 2000; i++) {
        int number = i;
        WalBatch batch = WalBatch.of(entries(1, i, i, 256), hardState(1, 7, i - 1));
        assertThat(wal.append(batch, () -> durable.compareAndSet(number - 1, number)))
            .isEqualTo(AppendOutcome.ACCEPTED);
      }
      await().atMost(Duration.ofSeconds(30)).until(() -> durable.get() == 2000);
    }
    try (Directory directory = DiskDirectory.open(path);
        Wal wal = Logs.open(directory)) {
      assertThat(LogScan.names(directory)).hasSizeGreaterThan(3);
      assertThat(wal.recovered().entries()).isEqualTo(entries(1, 1, 2000, 256));
    }
  }

  @Test
  void twoHundredLivesLeaveNoThreadAndNoOpenFile() throws IOException {
    try (Directory directory = DiskDirectory.open(path)) {
      Logs.create(directory).close();
    }
    live(1);
    long files = openFiles();
    long threads = logThreads();
    for (int life = 2; life <= 200; life++) {
      live(life);
    }
    assertThat(openFiles()).isEqualTo(files);
    assertThat(logThreads()).isEqualTo(threads).isZero();
  }

  private void live(int life) throws IOException {
    try (Directory directory = DiskDirectory.open(path)) {
      SnapshotStore snapshots = SnapshotStore.open(directory);
      try (Wal wal = Wal.open(directory, snapshots, Logs.SMALL, WalListener.NONE)) {
        wal.start(Logs::daemon);
        wal.append(WalBatch.of(entries(1, life, life, 200), hardState(1, 7, life)), () -> {});
        if (life % 20 == 0) {
          snapshots.save(snapshot(1, life), out -> out.write(life));
          wal.append(WalBatch.taken(snapshot(1, life)), () -> {});
        }
        assertThat(wal.recovered().hardState().commit()).isEqualTo(life - 1);
      }
    }
  }

  /** Of this test's directory: what others have left open may be closed at any time. */
  private long openFiles() throws IOException {
    try (Stream<Path> files = Files.list(OPEN_FILES)) {
      return files.filter(this::isOurs).count();
    }
  }

  private boolean isOurs(Path link) {
    try {
      return Files.exists(link) && Files.readSymbolicLink(link).startsWith(path.toRealPath());
    } catch (NoSuchFileException e) {
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long logThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("wal-"))
        .count();
  }
}
