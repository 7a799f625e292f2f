package dev.understudy.wal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.wal.MemoryDisk.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** The disk in memory is as unkind as a real one may be, and no more. */
class MemoryDiskTest {
  private static final RandomGenerator RANDOM = new SplittableRandom(1);

  /** Keeps nothing but changes of some kind, and the second state of every sector. */
  private record Only(Kind kind) implements MemorySurvival {
    @Override
    public boolean directoryChange(Kind change, String file) {
      return change == kind;
    }

    @Override
    public int sector(String file, long position, int states) {
      return Math.min(2, states);
    }

    @Override
    public int length(String file, int states) {
      return states;
    }
  }

  private static MemoryDisk disk() {
    return new MemoryDisk("disk");
  }

  private static WritableFile file(Directory directory, String name, String text)
      throws IOException {
    WritableFile file = directory.create(name);
    write(file, text, 0);
    return file;
  }

  private static void write(WritableFile file, String text, long at) throws IOException {
    file.write(ByteBuffer.wrap(text.getBytes(UTF_8)), at);
  }

  private static String text(MemoryDisk disk, String name) throws IOException {
    return new String(disk.contents(name), UTF_8);
  }

  @Test
  void aLaterChangeOfNamesMaySurviveWithoutAnEarlierOne() throws IOException {
    MemoryDisk disk = disk();
    Directory directory = disk.mount();
    file(directory, "old", "old").force();
    directory.force();
    file(directory, "new.tmp", "new").force();
    directory.delete("old");
    directory.rename("new.tmp", "new");

    disk.powerCut(new Only(Kind.RENAME));
    assertThat(disk.files()).containsExactly("new", "old");
    assertThat(text(disk, "new")).isEqualTo("new");
  }

  @Test
  void whatAPowerCutWouldLeaveIsAnotherDiskAndNothingHappensToThisOne() throws IOException {
    MemoryDisk disk = disk();
    Directory directory = disk.mount();
    WritableFile file = file(directory, "synced", "old");
    file.force();
    directory.force();
    write(file, "new", 0);
    directory.rename("synced", "renamed");

    MemoryDisk nothing = disk.afterPowerCut("left", MemorySurvival.NOTHING);
    assertThat(nothing.files()).containsExactly("synced");
    assertThat(text(nothing, "synced")).isEqualTo("old");
    MemoryDisk everything = disk.afterPowerCut("left", MemorySurvival.EVERYTHING);
    assertThat(text(everything, "renamed")).isEqualTo("new");

    assertThat(text(disk, "renamed")).isEqualTo("new");
    disk.powerCut(MemorySurvival.NOTHING);
    assertThat(text(disk, "synced")).as("it was not synced by that").isEqualTo("old");
  }

  @Test
  void aRenamingIsWholeOrNotAtAll() throws IOException {
    Set<String> seen = new TreeSet<>();
    for (int i = 0; i < 100; i++) {
      MemoryDisk disk = disk();
      Directory directory = disk.mount();
      file(directory, "a", "one").force();
      file(directory, "b", "two").force();
      directory.force();
      directory.rename("a", "b");
      directory.rename("b", "c");
      disk.powerCut(MemorySurvival.byChance(RANDOM, 50));
      for (String name : disk.files()) {
        seen.add(name + "=" + text(disk, name));
      }
      assertThat(disk.files().stream().filter(name -> isOne(disk, name))).hasSize(1);
    }
    assertThat(seen).containsExactly("a=one", "b=one", "b=two", "c=one");
  }

  private static boolean isOne(MemoryDisk disk, String name) {
    try {
      return text(disk, name).equals("one");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aLostWriteMayHideBehindALaterOneAndALaterOneBehindIt() throws IOException {
    Set<String> left = new TreeSet<>();
    for (int i = 0; i < 200; i++) {
      MemoryDisk disk = disk();
      Directory directory = disk.mount();
      WritableFile file = file(directory, "file", "aaaa");
      file.force();
      directory.force();
      write(file, "bb", 0);
      write(file, "cc", 2);
      disk.powerCut(MemorySurvival.byChance(RANDOM, 50));
      left.add(text(disk, "file"));
    }
    assertThat(left).as("each state of the sector").containsExactly("aaaa", "bbaa", "bbcc");
  }

  @Test
  void sectorsAndLengthsAreLostEachByItself() throws IOException {
    Set<String> left = new TreeSet<>();
    for (int i = 0; i < 200; i++) {
      MemoryDisk disk = disk();
      Directory directory = disk.mount();
      WritableFile file = directory.create("file");
      file.force();
      directory.force();
      write(file, "a".repeat(512) + "b".repeat(512), 0);
      disk.powerCut(MemorySurvival.byChance(RANDOM, 50));
      left.add(text(disk, "file").replace("a".repeat(512), "a").replace("b".repeat(512), "b"));
    }
    String zeros = "\0".repeat(512);
    assertThat(left).contains("", "ab", zeros + "b", "a" + zeros, zeros + zeros).hasSize(5);
  }

  @Test
  void whatIsCutOffComesBackWhenTheCutIsLostAndIsZeroWhenTheFileGrowsAgain() throws IOException {
    MemoryDisk disk = disk();
    Directory directory = disk.mount();
    WritableFile file = file(directory, "file", "x".repeat(2_000));
    file.force();
    directory.force();
    file.truncate(700);
    file.preallocate(1_500);
    byte[] expected = new byte[1_500];
    Arrays.fill(expected, 0, 700, (byte) 'x');
    assertThat(disk.contents("file")).isEqualTo(expected);
    disk.powerCut(MemorySurvival.NOTHING);
    assertThat(text(disk, "file")).isEqualTo("x".repeat(2_000));
  }

  @Test
  void aKilledProcessLeavesItsFilesAsUnsyncedAsItHadThem() throws IOException {
    MemoryDisk disk = disk();
    Directory directory = disk.mount();
    file(directory, "file", "text");
    disk.kill();
    assertThatThrownBy(directory::list).hasMessageContaining("no longer open");
    assertThat(disk.mount().list()).containsExactly("file");
    disk.powerCut(MemorySurvival.NOTHING);
    assertThat(disk.files()).isEmpty();
  }

  @Test
  void aFailedSyncForgetsWhatReadersStillSeeAndTheNextOneSucceeds() throws IOException {
    MemoryDisk disk = disk();
    Directory directory = disk.mount();
    WritableFile file = directory.create("file");
    file.preallocate(4);
    file.force();
    directory.force();
    disk.setFaults(failingSyncs());
    write(file, "text", 0);
    assertThatThrownBy(file::force).hasMessage("EIO");
    disk.setFaults(MemoryDisk.Faults.NONE);
    file.force();
    assertThat(text(disk, "file")).isEqualTo("text");
    disk.powerCut(MemorySurvival.EVERYTHING);
    assertThat(text(disk, "file")).isEqualTo("\0".repeat(4));
  }

  /** Syncs fail, and what was to be synced is never written. */
  static MemoryDisk.Faults failingSyncs() {
    return new MemoryDisk.Faults() {
      @Override
      public int allow(MemoryDisk.Operation operation) throws IOException {
        if (operation.kind() == Kind.FORCE_FILE) {
          throw new IOException("EIO");
        }
        return operation.bytes();
      }

      @Override
      public Optional<MemorySurvival> afterFailedSync(String file) {
        return Optional.of(MemorySurvival.NOTHING);
      }
    };
  }

  @Test
  void aSectorMayLandElsewhereOrNowhereThoughTheSyncSucceeds() throws IOException {
    MemoryDisk disk = disk();
    Directory directory = disk.mount();
    WritableFile other = file(directory, "other", "other");
    WritableFile file = file(directory, "file", "first");
    other.force();
    file.force();
    directory.force();
    disk.setFaults(landing(Optional.of(new MemoryDisk.Sector("other", 0))));
    write(file, "third", 0);
    file.force();
    assertThat(text(disk, "file")).as("from the cache").isEqualTo("third");
    disk.powerCut(MemorySurvival.EVERYTHING);
    assertThat(text(disk, "file")).as("stale").isEqualTo("first");
    assertThat(text(disk, "other")).as("misdirected").isEqualTo("third");
  }

  private static MemoryDisk.Faults landing(Optional<MemoryDisk.Sector> place) {
    return new MemoryDisk.Faults() {
      @Override
      public int allow(MemoryDisk.Operation operation) {
        return operation.bytes();
      }

      @Override
      public Optional<MemoryDisk.Sector> placeOf(MemoryDisk.Sector sector) {
        return place;
      }
    };
  }

  @Test
  void aFlippedBitIsThereForReadersAndAfterAPowerCut() throws IOException {
    MemoryDisk disk = disk();
    Directory directory = disk.mount();
    file(directory, "file", "text").force();
    directory.force();
    disk.turnBits("file", 1, (byte) 1);
    assertThat(text(disk, "file")).isEqualTo("tdxt");
    disk.powerCut(MemorySurvival.NOTHING);
    assertThat(text(disk, "file")).isEqualTo("tdxt");
  }
}
