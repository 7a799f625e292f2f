package dev.understudy.peer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class SnapshotBenchmarkTest {
  @TempDir private Path path;

  @Test
  void theBenchmarkStillRuns() throws Exception {
    assertThat(new SnapshotBenchmark(path, 500, 0.2).run()).hasSize(6);
  }
}
