package dev.understudy.peer.driver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.peer.driver.Outcome.Done;
import dev.understudy.peer.driver.Outcome.NotDone;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** How long a state of the machines is waited for. */
class ConditionWaitersTest {
  private final Completions completions = new Completions(Runnable::run);
  private final ConditionWaiters waiters = new ConditionWaiters(completions);

  /** A process that stands still hears nobody, and has one tick when it goes on. */
  @Test
  void aStateThatIsJudgedIsWaitedForSoManyTicksHoweverLongTheyTake() {
    CompletableFuture<Outcome<Boolean>> future = new CompletableFuture<>();
    AtomicReference<Boolean> there = new AtomicReference<>(false);
    waiters.addJudged(there::get, future, 3);
    waiters.expire(100);
    waiters.expire(1_000_000);
    assertThat(told(future)).isNull();
    there.set(true);
    waiters.check(1_000_001);
    assertThat(told(future)).as("not judged between ticks").isNull();
    waiters.expire(1_000_100);
    assertThat(told(future)).isEqualTo(new Done<>(true));
  }

  @Test
  void aStateThatDoesNotComeIsGivenUpAtTheLastTick() {
    CompletableFuture<Outcome<Boolean>> future = new CompletableFuture<>();
    waiters.addJudged(() -> false, future, 2);
    waiters.expire(100);
    assertThat(told(future)).isNull();
    waiters.expire(200);
    assertThat(told(future)).isEqualTo(new Done<>(false));
  }

  @Test
  void whoWaitsWhenTheDriverStopsIsTold() {
    CompletableFuture<Outcome<Boolean>> future = new CompletableFuture<>();
    waiters.addJudged(() -> false, future, 2);
    waiters.abandon("stopping");
    assertThat(told(future)).isInstanceOf(NotDone.class);
  }

  private <T> Outcome<T> told(CompletableFuture<Outcome<T>> future) {
    completions.flush();
    return future.getNow(null);
  }
}
