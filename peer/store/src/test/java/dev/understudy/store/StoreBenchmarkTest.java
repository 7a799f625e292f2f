package dev.understudy.store;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StoreBenchmarkTest {
  @Test
  void theBenchmarkStillRuns() {
    StoreBenchmark benchmark = new StoreBenchmark(100);
    benchmark.run(100, false);
    assertThat(benchmark.version().nodeCount()).isEqualTo(101);
  }
}
