package dev.understudy.wal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.raft.Entry;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A real process that writes to a real disk and is killed, again and again. */
@Timeout(120)
class KillTest {
  private static final int ROUNDS = 5;

  @TempDir private Path path;

  @Test
  void nothingThatAKilledProcessAcknowledgedIsMissing() throws Exception {
    long acknowledged = 0;
    for (int round = 0; round < ROUNDS; round++) {
      acknowledged = Math.max(acknowledged, runAndKill(200 + round * 137));
      List<Entry> recovered = recover();
      assertThat(recovered).hasSizeGreaterThanOrEqualTo((int) acknowledged);
      assertThat(recovered).isEqualTo(expected(recovered.size()));
    }
  }

  /** Kills the process once it has acknowledged so many entries; returns the last acknowledged. */
  private long runAndKill(int acknowledgements) throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                KilledWriter.class.getName(),
                path.toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (BufferedReader out = process.inputReader()) {
      long last = 0;
      int seen = 0;
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        last = Math.max(last, Long.parseLong(line));
        if (++seen == acknowledgements) {
          // Not through the Process itself, which would throw away what is still in the pipe.
          process.toHandle().destroyForcibly();
        }
      }
      assertThat(seen).isGreaterThanOrEqualTo(acknowledgements);
      return last;
    } finally {
      process.destroyForcibly();
      assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    }
  }

  private List<Entry> recover() throws IOException {
    try (Directory directory = DiskDirectory.open(path);
        Wal wal =
            Wal.open(
                directory, SnapshotStore.open(directory), KilledWriter.OPTIONS, WalListener.NONE)) {
      return wal.recovered().entries();
    }
  }

  private static List<Entry> expected(int count) {
    List<Entry> entries = new ArrayList<>();
    for (long index = 1; index <= count; index++) {
      entries.addAll(Logs.entries(1, index, index, (int) (index * 37 % 700)));
    }
    return entries;
  }
}
