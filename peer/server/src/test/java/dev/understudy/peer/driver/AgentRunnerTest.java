package dev.understudy.peer.driver;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** How a loop on a thread begins and ends. */
class AgentRunnerTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final AtomicReference<Throwable> failure = new AtomicReference<>();
  private final DutyCycleTracker turnTimes = new DutyCycleTracker();
  private final CountDownLatch turned = new CountDownLatch(1);
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final AtomicInteger stops = new AtomicInteger();

  private AgentRunner runner(BooleanSupplier turn) {
    Agent agent =
        new Agent() {
          @Override
          public boolean turn() {
            turned.countDown();
            return turn.getAsBoolean();
          }

          @Override
          public void await() {
            LockSupport.park(this);
          }

          @Override
          public void stop() {
            stops.incrementAndGet();
            stopped.countDown();
          }
        };
    return new AgentRunner(
        agent, Thread::new, "agent-under-test", turnTimes, () -> 0, failure::set);
  }

  @Test
  void aLoopThatSleepsEndsWhenItIsStopped() throws Exception {
    AgentRunner runner = runner(() -> true);
    runner.start();
    assertThat(turned.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(runner.stop(PATIENCE)).isTrue();
    assertThat(stops).hasValue(1);
    assertThat(failure.get()).isNull();
    assertThat(turnTimes.turns()).isPositive();
  }

  @Test
  void aLoopThatWasNeverStartedEndsAsWell() throws Exception {
    assertThat(runner(() -> true).stop(PATIENCE)).isTrue();
    assertThat(stops).hasValue(1);
    assertThat(turnTimes.turns()).isZero();
  }

  @Test
  void aLoopMayEndByItself() throws Exception {
    AgentRunner runner = runner(() -> false);
    runner.start();
    assertThat(stopped.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(runner.stop(PATIENCE)).isTrue();
    assertThat(stops).hasValue(1);
  }

  @Test
  void aBugIsReportedAndEndsTheLoop() throws Exception {
    IllegalStateException bug = new IllegalStateException("a bug");
    AgentRunner runner =
        runner(
            () -> {
              throw bug;
            });
    runner.start();
    assertThat(stopped.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(runner.stop(PATIENCE)).isTrue();
    assertThat(failure.get()).isSameAs(bug);
  }

  @Test
  void aTurnThatDoesNotEndIsInterrupted() throws Exception {
    AgentRunner runner =
        runner(
            () -> {
              while (!Thread.currentThread().isInterrupted()) {
                LockSupport.park(this);
              }
              return true;
            });
    runner.start();
    assertThat(turned.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    runner.stop(Duration.ofMillis(1));
    assertThat(stopped.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
  }
}
