package dev.understudy.peer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.wal.Directory;
import dev.understudy.wal.MemoryDisk;
import dev.understudy.wal.MemorySurvival;
import dev.understudy.wal.WritableFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.Test;

class ClockNotesTest {
  private static final long CLUSTER = 0xc1;

  private final MemoryDisk disk = new MemoryDisk("d");
  private final Deque<Runnable> scheduled = new ArrayDeque<>();
  private long nowMillis = 1_000;
  private boolean worthIt = true;

  private void live(int passes, MemorySurvival survival) throws IOException {
    scheduled.clear();
    long noted = read(CLUSTER);
    Directory directory = disk.mount();
    ClockNotes notes =
        new ClockNotes(
            directory,
            CLUSTER,
            () -> worthIt,
            () -> nowMillis,
            noted,
            (delayMillis, task) -> {
              scheduled.add(task);
              return () -> {};
            },
            Runnable::run);
    notes.start();
    for (int i = 0; i < passes; i++) {
      nowMillis += 50;
      scheduled.remove().run();
    }
    disk.powerCut(survival);
  }

  private long read(long cluster) throws IOException {
    try (Directory directory = disk.mount()) {
      return ClockNotes.read(directory, cluster);
    }
  }

  @Test
  void theLastNoteOutlivesTheProcess() throws IOException {
    live(3, MemorySurvival.EVERYTHING);
    assertThat(read(CLUSTER)).isEqualTo(1_150);
    live(2, MemorySurvival.EVERYTHING);
    assertThat(read(CLUSTER)).isEqualTo(1_250);
  }

  @Test
  void nothingIsKnownWithoutANoteOrAfterAPowerCut() throws IOException {
    assertThat(read(CLUSTER)).isZero();
    live(3, MemorySurvival.NOTHING);
    assertThat(read(CLUSTER)).isZero();
  }

  @Test
  void anotherClustersTimeMeansNothing() throws IOException {
    live(1, MemorySurvival.EVERYTHING);
    assertThat(read(CLUSTER + 1)).isZero();
  }

  @Test
  void whatIsHalfWrittenIsNoNote() throws IOException {
    live(1, MemorySurvival.EVERYTHING);
    try (Directory directory = disk.mount();
        WritableFile file = directory.openForWriting("clock")) {
      file.write(ByteBuffer.allocate(2), 14);
    }
    assertThat(read(CLUSTER)).isZero();
  }

  /** A leader may go on from a stamp that is older than what was noted meanwhile. */
  @Test
  void aNoteThatTurnsOutToBeAheadIsWrittenAnewAlsoInALaterLifeAndWhenNothingIsToEnd()
      throws IOException {
    live(3, MemorySurvival.EVERYTHING);
    worthIt = false;
    nowMillis = 500;
    live(1, MemorySurvival.EVERYTHING);
    assertThat(read(CLUSTER)).isEqualTo(550);
    live(1, MemorySurvival.EVERYTHING);
    assertThat(read(CLUSTER)).as("ahead again").isEqualTo(550);
  }

  @Test
  void nothingIsWrittenWhileNothingIsToEnd() throws IOException {
    worthIt = false;
    live(3, MemorySurvival.EVERYTHING);
    try (Directory directory = disk.mount()) {
      assertThat(directory.list()).isEmpty();
    }
  }
}
