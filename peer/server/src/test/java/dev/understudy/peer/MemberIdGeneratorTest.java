package dev.understudy.peer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class MemberIdGeneratorTest {
  private static final int THREADS = 4;
  private static final int DRAWS = 200_000;

  @Test
  void noTwoThreadsAreGivenTheSameId() throws Exception {
    MemberIdGenerator ids = new MemberIdGenerator(1);
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      Callable<long[]> draw = () -> LongStream.generate(ids).limit(DRAWS).toArray();
      List<Future<long[]>> drawn =
          threads.invokeAll(Stream.generate(() -> draw).limit(THREADS).toList());
      Set<Long> all = new HashSet<>();
      for (Future<long[]> each : drawn) {
        LongStream.of(each.get()).forEach(all::add);
      }
      assertThat(all).hasSize(THREADS * DRAWS).doesNotContain(0L);
    } finally {
      threads.shutdownNow();
    }
  }
}
