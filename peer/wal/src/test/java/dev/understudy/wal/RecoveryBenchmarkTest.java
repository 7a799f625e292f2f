package dev.understudy.wal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecoveryBenchmarkTest {
  @TempDir private Path path;

  @Test
  void theBenchmarkStillRuns() throws Exception {
    assertThat(new RecoveryBenchmark(path, 1 << 20).run()).hasSize(6);
  }
}
