package dev.understudy.admin.tools;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.wal.DiskDirectory;
import java.io.IOException;
import java.io.PrintStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ToolsTest extends ToolFixture {
  @Test
  void aSoundLogIsSummedUp() throws Exception {
    assertThat(run("wal", "verify", dataDirectory().toString())).isZero();

    assertThat(printed())
        .contains("cluster   c1")
        .contains("member    a")
        .contains("entries   1..2, terms 1..1")
        .contains("commit 2")
        .endsWith("sound" + System.lineSeparator());
    assertThat(error()).isEmpty();
  }

  @Test
  void theFolderPeerIsAsGoodAsTheDataDirectory() throws Exception {
    assertThat(run("wal", "verify", dataDirectory().resolve("peer").toString())).isZero();
  }

  @Test
  void damageIsOneLineWithFileAndOffsetAndOne() throws Exception {
    Path data = dataDirectory();
    Path segment = segment(data);
    try (RandomAccessFile file = new RandomAccessFile(segment.toFile(), "rw")) {
      file.seek(100);
      file.write(0x77);
    }

    assertThat(run("wal", "verify", data.toString())).isEqualTo(1);
    assertThat(error())
        .startsWith("understudy: damaged: " + segment.getFileName() + " at offset ")
        .hasLineCount(1);
    assertThat(run("wal", "dump", data.toString())).isEqualTo(1);
    assertThat(error()).hasLineCount(1);
  }

  private static Path segment(Path data) throws IOException {
    try (Stream<Path> files = Files.list(data.resolve("peer"))) {
      return files.filter(file -> file.toString().endsWith(".wal")).findFirst().orElseThrow();
    }
  }

  @Test
  void aDumpHasALineForEachRecordAndDecodesCommands() throws Exception {
    Path data = dataDirectory();
    assertThat(run("wal", "dump", data.toString())).isZero();

    assertThat(printed().lines())
        .hasSize(3)
        .anySatisfy(
            line ->
                assertThat(line)
                    .startsWith("1  term 1  change")
                    .contains("add-voter a")
                    .contains("machine old as a at http://127.0.0.1:7001"))
        .anySatisfy(
            line -> assertThat(line).startsWith("2  term 1  command").contains("create-cluster"))
        .anySatisfy(line -> assertThat(line).startsWith("state").contains("commit 2"));

    assertThat(run("wal", "dump", data.toString(), "--from", "2", "--to=9")).isZero();
    assertThat(printed().lines()).singleElement().asString().startsWith("2  ");
  }

  @Test
  void aDirectoryInUseIsRefusedByEveryTool() throws Exception {
    Path data = dataDirectory();
    try (DiskDirectory outer = DiskDirectory.open(data);
        DiskDirectory peer = DiskDirectory.open(data.resolve("peer"))) {
      assertThat(peer.list()).isNotEmpty();
      for (String tool : List.of("verify", "dump")) {
        assertThat(run("wal", tool, data.toString())).isEqualTo(1);
        assertThat(error()).contains("in use by another process").hasLineCount(1);
      }
      assertThat(restore(backupFile(), outer.toString())).isEqualTo(1);
      assertThat(error()).contains("in use by another process").hasLineCount(1);
    }
  }

  @Test
  void whatIsNotThereIsOneLineAndIsNotMade() throws Exception {
    Path nowhere = path.resolve("nowhere");
    assertThat(run("wal", "verify", nowhere.toString())).isEqualTo(1);
    assertThat(error()).contains("there is no such file or directory").hasLineCount(1);
    assertThat(run("snapshot", "status", nowhere.toString())).isEqualTo(1);
    assertThat(error()).contains("there is no such file or directory").hasLineCount(1);
    assertThat(run("snapshot", "status", path.toString())).isEqualTo(1);
    assertThat(error()).contains("not a file").hasLineCount(1);
    assertThat(nowhere).doesNotExist();
  }

  @Test
  void aDirectoryWithoutALogIsNotDamagedAndStaysAsItIs() throws Exception {
    Path empty = Files.createDirectories(path.resolve("empty"));
    Path other = Files.createDirectories(path.resolve("other"));
    Files.createFile(other.resolve("README"));
    Path begun = Files.createDirectories(path.resolve("begun"));
    Files.createDirectories(begun.resolve("peer"));
    Path standby = Files.createDirectories(path.resolve("standby"));
    Files.createFile(standby.resolve("standby_info"));
    Path cut = Files.createDirectories(path.resolve("cut"));
    Files.createFile(cut.resolve("0000000000000001-0000000000000001.snap"));
    Map<Path, String> found =
        Map.of(
            empty, "it is empty",
            other, "no data directory of understudy: there is no log, but \"README\"",
            begun, "in which no log has begun",
            standby, "of a standby",
            cut, "the log to them is missing");
    for (Map.Entry<Path, String> each : found.entrySet()) {
      List<Path> before = allBelow(each.getKey());
      for (String tool : List.of("verify", "dump")) {
        assertThat(run("wal", tool, each.getKey().toString())).isEqualTo(1);
        assertThat(error()).contains(each.getValue()).doesNotContain("damaged").hasLineCount(1);
      }
      assertThat(allBelow(each.getKey())).isEqualTo(before);
    }
  }

  @Test
  void aLogWithoutALockIsVerifiedWithoutMakingOne() throws Exception {
    Path data = dataDirectory();
    Files.deleteIfExists(data.resolve("peer/LOCK"));
    List<Path> before = allBelow(data);
    assertThat(run("wal", "verify", data.toString())).isZero();
    assertThat(allBelow(data)).isEqualTo(before);
  }

  @Test
  void aFreshFileSystemIsAsGoodAsAnEmptyDirectory() throws Exception {
    Path volume = Files.createDirectories(path.resolve("volume"));
    Files.createDirectories(volume.resolve("lost+found"));
    assertThat(restore(backupFile(), volume.toString())).isZero();
    assertThat(volume.resolve("peer")).isDirectory();
    Files.createFile(Files.createDirectories(path.resolve("used")).resolve("file"));
    assertThat(restore(backupFile(), path.resolve("used").toString())).isEqualTo(1);
  }

  @Test
  void theTimeOfTheLastEntryIsNotShownAsThatOfTheBackup() throws Exception {
    Path backup = backupFile();
    Files.setLastModifiedTime(backup, FileTime.from(Instant.parse("2026-01-02T03:04:05Z")));
    assertThat(run("snapshot", "status", backup.toString())).isZero();
    assertThat(printed())
        .contains("saved     2026-01-02T03:04:05Z, the file's time")
        .containsPattern("up to     \\S+Z, its last entry's time")
        .doesNotContain("\ntime ");
  }

  @Test
  void aBackupTellsWhatItHolds() throws Exception {
    assertThat(run("snapshot", "status", backupFile().toString())).isZero();
    assertThat(printed())
        .contains("index 2, term 3")
        .contains("nodes at index 2")
        .contains("old  a  http://127.0.0.1:7001  http://127.0.0.1:4001");
  }

  @Test
  void aBackupThatIsCutShortOrDamagedIsRefused() throws Exception {
    byte[] whole = backup();
    for (int length : new int[] {0, 5, 60, whole.length - 8, whole.length - 1}) {
      Path cut = Files.write(path.resolve("cut"), Arrays.copyOf(whole, length));
      assertThat(run("snapshot", "status", cut.toString())).isEqualTo(1);
      assertThat(error()).startsWith("understudy: damaged: ").hasLineCount(1);
      assertThat(restore(cut, path.resolve("new").toString())).isEqualTo(1);
    }
    whole[whole.length / 2] ^= 1;
    Path flipped = Files.write(path.resolve("flipped"), whole);
    assertThat(run("snapshot", "status", flipped.toString())).isEqualTo(1);
    assertThat(path.resolve("new")).doesNotExist();
  }

  @Test
  void aRestoredDirectoryIsALogOfANewClusterThatCanBeVerified() throws Exception {
    Path data = path.resolve("restored");
    assertThat(restore(backupFile(), data.toString())).isZero();
    assertThat(printed()).contains("start it with --name young");

    assertThat(run("wal", "verify", data.toString())).isZero();
    assertThat(printed())
        .containsPattern("(?m)^cluster   [0-9a-f]+$")
        .doesNotContainPattern("(?m)^cluster   c1$")
        .contains("none after the snapshot of 2 (term 3)")
        .contains("sound, a start begins here");
    assertThat(run("wal", "dump", data.toString())).isZero();
    assertThat(printed()).contains("installed, the log restarts here");
  }

  @Test
  void aDirectoryThatHoldsSomethingIsNotRestoredInto() throws Exception {
    Path data = dataDirectory();
    assertThat(restore(backupFile(), data.toString())).isEqualTo(1);
    assertThat(error()).contains("not empty").hasLineCount(1);
    assertThat(run("wal", "verify", data.toString())).isZero();
    assertThat(printed()).contains("cluster   c1");
  }

  @Test
  void progressIsABarOnATerminalAndNothingElsewhere() {
    assertThat(ProgressBar.line(1_500_000, 3_000_000))
        .isEqualTo("[###############               ]  50 %  1.5 of 3.0 MB");
    assertThat(ProgressBar.line(1_500_000, -1)).isEqualTo("1.5 MB");

    ProgressBar hidden = progress(false, new long[1]);
    hidden.say("waiting");
    hidden.show(1, 2);
    hidden.end(2, 2);
    assertThat(err.size()).isZero();
  }

  @Test
  void theBarIsFullOnlyAtTheEnd() {
    assertThat(ProgressBar.line(0, 2_000_000)).startsWith("[" + " ".repeat(30) + "]   0 %");
    assertThat(ProgressBar.line(1_999_999, 2_000_000))
        .isEqualTo("[" + "#".repeat(29) + " ]  99 %  2.0 of 2.0 MB");
    assertThat(ProgressBar.line(2_000_000, 2_000_000))
        .isEqualTo("[" + "#".repeat(30) + "] 100 %  2.0 of 2.0 MB");
  }

  @Test
  void theBarIsDrawnOverItselfTenTimesASecondAndItsLineEndsOnce() {
    long[] nanos = {5};
    ProgressBar bar = progress(true, nanos);
    bar.show(0, 4_000_000);
    bar.show(1_000_000, 4_000_000);
    nanos[0] += 99_999_999;
    bar.show(2_000_000, 4_000_000);
    nanos[0] += 1;
    bar.show(3_000_000, 4_000_000);
    bar.show(4_000_000, 4_000_000);
    bar.end(4_000_000, 4_000_000);
    bar.end(4_000_000, 4_000_000);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .isEqualTo(
            "\r"
                + ProgressBar.line(0, 4_000_000)
                + "\r"
                + ProgressBar.line(3_000_000, 4_000_000)
                + "\r"
                + ProgressBar.line(4_000_000, 4_000_000)
                + System.lineSeparator());
  }

  @Test
  void whatWasSaidBeforeAndAfterTheBarLeavesNothingBehind() {
    ProgressBar bar = progress(true, new long[1]);
    bar.say("waiting");
    bar.show(1_000_000, -1);
    bar.end(1_000_000, -1);
    bar.say("checking");
    bar.clear();
    bar.clear();
    assertThat(err.toString(StandardCharsets.UTF_8))
        .isEqualTo(
            "\rwaiting\r1.0 MB \r1.0 MB"
                + System.lineSeparator()
                + "\rchecking\r"
                + " ".repeat("checking".length())
                + "\r");
  }

  @Test
  void aTransferThatNeverBeganHasNoLine() {
    ProgressBar bar = progress(true, new long[1]);
    bar.end(0, 4_000_000);
    bar.clear();
    assertThat(err.size()).isZero();
  }

  private ProgressBar progress(boolean terminal, long[] nanos) {
    return new ProgressBar(
        new PrintStream(err, true, StandardCharsets.UTF_8), terminal, () -> nanos[0]);
  }
}
