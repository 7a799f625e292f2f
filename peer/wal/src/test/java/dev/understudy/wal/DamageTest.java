package dev.understudy.wal;

import static dev.understudy.wal.Logs.entries;
import static dev.understudy.wal.Logs.hardState;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.wal.proto.LogProto;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What no crash explains is refused, with its place, and nothing is changed. */
class DamageTest {
  private final MemoryDisk disk = new MemoryDisk("disk");
  private Recovered whole;
  private List<String> files;

  @BeforeEach
  void writeALogOfThreeSegments() throws IOException {
    Workload work = new Workload(disk.mount(), Model.EMPTY);
    for (int i = 1; i <= 24; i++) {
      work.append(WalBatch.of(entries(1, i, i, 300), hardState(1, 7, i - 1)));
      work.turn();
    }
    files = work.directory().list();
    assertThat(files).hasSize(3);
    work.close();
    whole = Logs.recover(disk);
  }

  private byte[] contents(String file) throws IOException {
    return disk.contents(file).clone();
  }

  private void assertRefused(String file) {
    long operations = disk.operations();
    assertThatThrownBy(() -> Logs.recover(disk))
        .isInstanceOf(WalCorruptedException.class)
        .hasMessageContaining(file);
    assertThat(disk.operations()).as("nothing was changed").isEqualTo(operations);
  }

  @Test
  void aFlippedBitIsHarmlessInTheBlankTailAndRefusedElsewhere() throws IOException {
    int refused = 0;
    for (String file : files) {
      byte[] sound = contents(file);
      int written = sound.length;
      while (written > 0 && sound[written - 1] == 0) {
        written--;
      }
      for (int i = 0; i < sound.length; i++) {
        for (int mask : new int[] {1 << i % 8, 0xff}) {
          byte[] damaged = sound.clone();
          damaged[i] ^= (byte) mask;
          disk.damage(file, damaged);
          if (i < written && !isSeal(file, i, written)) {
            assertRefused(file);
            refused++;
          } else {
            assertHarmlessOrRefused(file + " byte " + i);
          }
        }
      }
      disk.damage(file, sound);
    }
    assertThat(refused).isGreaterThan(10_000);
  }

  private void assertHarmlessOrRefused(String where) throws IOException {
    try {
      assertThat(Logs.recover(disk)).as(where).isEqualTo(whole);
    } catch (WalCorruptedException e) {
      assertThat(e.offset()).as(where).isPositive();
    }
  }

  /** The seal lies beyond the end that the next segment states, so no reader needs it any more. */
  private boolean isSeal(String file, int offset, int written) {
    boolean last = file.equals(files.get(files.size() - 1));
    return !last && offset >= written - FrameHeader.frameBytes(0);
  }

  @Test
  void anySegmentMayBeMissedByItsNeighbours() throws IOException {
    for (int i = 0; i < files.size(); i++) {
      String file = files.get(i);
      byte[] sound = contents(file);
      disk.damage(file, null);
      assertRefused(i == 0 ? files.get(1) : file.substring(0, 16));
      disk.damage(file, sound);
    }
    assertThat(Logs.recover(disk)).isEqualTo(whole);
  }

  @Test
  void aSegmentThatEndsTooEarlyIsRefused() throws IOException {
    String file = files.get(1);
    byte[] sound = contents(file);
    for (int length = 0; length < 3500; length += 7) {
      disk.damage(file, Arrays.copyOf(sound, length));
      assertRefused(file);
    }
  }

  @Test
  void recordsInAnotherPlaceAreNotTakenForThoseThatBelongThere() throws IOException {
    byte[] sound = contents(files.get(0));
    byte[] other = contents(files.get(1));
    disk.damage(files.get(1), sound);
    assertRefused(files.get(1));
    disk.damage(files.get(1), other);
    assertThat(Logs.recover(disk)).isEqualTo(whole);
  }

  @Test
  void aLostRecordBeforeADurableOneIsRefusedThoughItLooksTorn() throws IOException {
    String file = files.get(2);
    byte[] sound = contents(file);
    SegmentReader reader;
    try (Directory directory = disk.mount()) {
      reader = new SegmentReader(directory.openForReading(file), 3);
      assertThat(reader.readFrame(0)).isTrue();
    }
    int first = reader.header().frameBytes();
    byte[] damaged = sound.clone();
    Arrays.fill(damaged, first, first + 512, (byte) 0);
    disk.damage(file, damaged);
    assertRefused(file);
  }

  @Test
  void aLogThatIsRefusedKeepsWhatACrashHasLeftBesideIt() throws IOException {
    String unfinished = "0000000000000001-0000000000000001-1.snap.tmp";
    String file = files.get(2);
    byte[] sound = contents(file);
    try (Directory directory = disk.mount()) {
      directory.create(unfinished).close();
    }
    disk.damage(file, new byte[sound.length]);
    assertRefused(file);
    assertThat(names()).contains(unfinished);

    disk.damage(file, sound);
    assertThat(Logs.recover(disk)).isEqualTo(whole);
    assertThat(names()).doesNotContain(unfinished);
  }

  @Test
  void aSealThatACrashHasPreventedIsSetAtTheNextStart() throws IOException {
    String previous = files.get(files.size() - 2);
    byte[] sealed = contents(previous);
    byte[] unsealed = sealed.clone();
    int end = sealed.length;
    while (sealed[end - 1] == 0) {
      end--;
    }
    Arrays.fill(unsealed, end - FrameHeader.frameBytes(0), end, (byte) 0);
    disk.damage(previous, unsealed);

    assertThat(Logs.recover(disk)).isEqualTo(whole);
    assertThat(contents(previous)).isEqualTo(sealed);
    disk.powerCut(MemorySurvival.NOTHING);
    try (Directory directory = disk.mount()) {
      directory.delete(files.get(files.size() - 1));
    }
    assertThatThrownBy(() -> Logs.recover(disk))
        .isInstanceOf(WalCorruptedException.class)
        .hasMessageContaining("missing");
  }

  @Test
  void filesOfOthersAreLeftAlone() throws IOException {
    List<String> foreign = List.of("README", "core.1234", "lost+found.wal.old", "x.snap.bak");
    try (Directory directory = disk.mount()) {
      for (String name : foreign) {
        directory.create(name).close();
      }
    }
    assertThat(Logs.recover(disk)).isEqualTo(whole);
    assertThat(names()).containsAll(foreign);
  }

  private List<String> names() throws IOException {
    try (Directory directory = disk.mount()) {
      return directory.list();
    }
  }

  @Test
  void aCommittedEntryThatIsNotThereIsRefused() throws IOException {
    MemoryDisk other = new MemoryDisk("other");
    try (Directory directory = other.mount();
        Wal wal = Logs.create(directory)) {
      wal.append(WalBatch.of(Logs.entries(1, 1, 5, 10), Logs.hardState(1, 1, 6)), () -> {});
    }
    assertThatThrownBy(() -> Logs.recover(other))
        .isInstanceOf(WalCorruptedException.class)
        .hasMessageContaining(".wal")
        .hasMessageContaining("entry 6 is committed, but the log ends at 5");
  }

  @Test
  void aNewerFormatIsRefusedInSoManyWords() throws IOException {
    FrameWriter frames = new FrameWriter(4096);
    LogProto.SegmentHeader header =
        LogProto.SegmentHeader.newBuilder()
            .setFormatVersion(SegmentHeader.FORMAT_VERSION + 1)
            .setClusterId(1)
            .setMemberId(1)
            .setSequence(3)
            .build();
    frames.add(FrameType.HEADER, header, true, 3, 0, 0);
    ByteBuffer contents = frames.contents();
    byte[] bytes = new byte[contents.remaining()];
    contents.get(bytes);
    disk.damage(files.get(2), bytes);

    assertThatThrownBy(() -> Logs.recover(disk))
        .isInstanceOf(NewerFormatException.class)
        .hasMessageContaining("format version 2")
        .hasMessageContaining("up to version 1");
  }

  @Test
  void theSameSurvivesAPowerCut() throws IOException {
    disk.powerCut(MemorySurvival.NOTHING);
    assertThat(Logs.recover(disk)).isEqualTo(whole);
  }
}
