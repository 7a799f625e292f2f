package dev.understudy.peer.driver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.peer.driver.LatestValue.Polled;
import dev.understudy.peer.driver.LatestValue.Taken;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LatestValueTest {
  private static final long LONG = 30_000;

  private final LatestValue<Integer> values = new LatestValue<>();

  @Test
  void deliversWhatWasPublished() throws InterruptedException {
    values.publish(1);
    assertThat(values.poll(0).value()).contains(1);
    assertThat(values.poll(0).polled()).isEqualTo(Polled.NOTHING);
  }

  @Test
  void keepsOnlyTheLatest() throws InterruptedException {
    values.publish(1);
    values.publish(2);
    values.publish(3);
    assertThat(values.poll(0).value()).contains(3);
    assertThat(values.poll(0).value()).isEmpty();
  }

  @Test
  void deliversTheLastValueBeforeTheClose() throws InterruptedException {
    values.publish(1);
    values.close();
    assertThat(values.poll(LONG).value()).contains(1);
    assertThat(values.poll(LONG).polled()).isEqualTo(Polled.CLOSED);
    assertThat(values.poll(LONG).polled()).isEqualTo(Polled.CLOSED);
  }

  @Test
  void takesNothingMoreAfterTheClose() throws InterruptedException {
    values.close();
    values.publish(1);
    assertThat(values.poll(LONG).polled()).isEqualTo(Polled.CLOSED);
  }

  @Test
  void aNudgeEndsTheNextWaitOnce() throws InterruptedException {
    values.nudge();
    assertThat(values.poll(LONG).polled()).isEqualTo(Polled.NOTHING);
    values.publish(1);
    assertThat(values.poll(LONG).value()).contains(1);
  }

  @Test
  void aSlowConsumerMissesValuesInBetweenButNeverTheLast() throws InterruptedException {
    for (long seed = 0; seed < 200; seed++) {
      consumesUpToTheLast(new SplittableRandom(seed));
    }
  }

  private static void consumesUpToTheLast(SplittableRandom random) throws InterruptedException {
    LatestValue<Integer> source = new LatestValue<>();
    int last = random.nextInt(1, 200);
    AtomicLong longestPublishNanos = new AtomicLong();
    Thread publisher =
        new Thread(
            () -> {
              for (int i = 1; i <= last; i++) {
                long start = System.nanoTime();
                source.publish(i);
                longestPublishNanos.accumulateAndGet(System.nanoTime() - start, Math::max);
              }
              source.close();
            });
    publisher.start();
    List<Integer> seen = new ArrayList<>();
    Taken<Integer> taken = source.poll(LONG);
    while (taken.polled() != Polled.CLOSED) {
      taken.value().ifPresent(seen::add);
      if (random.nextInt(4) == 0) {
        Thread.yield();
      }
      taken = source.poll(LONG);
    }
    publisher.join();
    assertThat(seen).isSorted().doesNotHaveDuplicates();
    assertThat(seen.get(seen.size() - 1)).isEqualTo(last);
  }
}
