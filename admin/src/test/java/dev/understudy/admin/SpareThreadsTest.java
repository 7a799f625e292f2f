package dev.understudy.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SpareThreadsTest {
  private final List<Thread> started = new ArrayList<>();

  /** Allows so many threads at a time. */
  private void checkWithin(int limit) {
    SpareThreads.check(
        task ->
            new Thread(task) {
              @Override
              public void start() {
                if (started.stream().filter(Thread::isAlive).count() >= limit) {
                  throw new OutOfMemoryError("unable to create native thread");
                }
                started.add(this);
                super.start();
              }
            });
  }

  private void assertAllEnd() throws InterruptedException {
    for (Thread thread : started) {
      thread.join();
    }
  }

  @Test
  void withRoomForAllOfThemAtOnceNothingHappens() throws Exception {
    checkWithin(SpareThreads.COUNT);
    assertThat(started).hasSize(SpareThreads.COUNT);
    assertAllEnd();
  }

  @Test
  void roomForOneLessIsTheErrorOfTheVirtualMachineAndNoneStays() throws Exception {
    assertThatThrownBy(() -> checkWithin(SpareThreads.COUNT - 1))
        .isInstanceOf(OutOfMemoryError.class)
        .hasMessageContaining("thread");
    assertThat(started).hasSize(SpareThreads.COUNT - 1);
    assertAllEnd();
  }
}
