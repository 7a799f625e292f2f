package dev.understudy.wal;

import static org.assertj.core.api.Assertions.assertThatCode;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WalBenchmarkTest {
  @TempDir private Path path;

  @Test
  void theBenchmarkStillRuns() {
    assertThatCode(() -> WalBenchmark.main(new String[] {path.toString(), "0.02"}))
        .doesNotThrowAnyException();
  }
}
