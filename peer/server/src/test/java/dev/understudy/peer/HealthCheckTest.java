package dev.understudy.peer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

class HealthCheckTest {
  private final List<CompletableFuture<Void>> reads = new ArrayList<>();
  private final List<Runnable> timeouts = new ArrayList<>();
  private int cancelled;

  private final HealthCheck health =
      new HealthCheck(
          this::read,
          (delayMillis, task) -> {
            assertThat(delayMillis).isEqualTo(1_000);
            timeouts.add(task);
            return () -> cancelled++;
          });

  private CompletableFuture<Void> read() {
    CompletableFuture<Void> read = new CompletableFuture<>();
    reads.add(read);
    return read;
  }

  @Test
  void aReadThatSucceedsIsHealth() {
    CompletableFuture<Boolean> answer = health.check();
    assertThat(answer).isNotDone();
    reads.get(0).complete(null);
    assertThat(answer).isCompletedWithValue(true);
    assertThat(cancelled).isEqualTo(1);
  }

  @Test
  void aReadThatFailsOrTakesTooLongIsNone() {
    CompletableFuture<Boolean> failed = health.check();
    reads.get(0).completeExceptionally(new IllegalStateException("no quorum"));
    assertThat(failed).isCompletedWithValue(false);
    CompletableFuture<Boolean> late = health.check();
    timeouts.get(1).run();
    assertThat(late).isCompletedWithValue(false);
    reads.get(1).complete(null);
    assertThat(late).isCompletedWithValue(false);
  }

  @Test
  void whoeverAsksWhileOneIsUnderWaySharesItAndNoLonger() {
    CompletableFuture<Boolean> first = health.check();
    for (int i = 0; i < 1_000; i++) {
      assertThat(health.check()).isSameAs(first);
    }
    assertThat(reads).hasSize(1);
    reads.get(0).complete(null);
    assertThat(health.check()).isNotDone();
    assertThat(reads).hasSize(2);
  }

  @Test
  void aPeerThatHasEndedIsNotHealthy() {
    HealthCheck ended =
        new HealthCheck(
            this::read,
            (delayMillis, task) -> {
              throw new RejectedExecutionException();
            });
    assertThat(ended.check()).isCompletedWithValue(false);
    assertThat(ended.check()).isCompletedWithValue(false);
  }
}
