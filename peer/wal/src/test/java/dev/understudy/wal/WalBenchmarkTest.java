package dev.understudy.wal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WalBenchmarkTest {
  @TempDir private Path path;

  @Test
  void theBenchmarkStillRuns() throws Exception {
    assertThat(new WalBenchmark(path, 0.01).run()).hasSize(7);
  }
}
