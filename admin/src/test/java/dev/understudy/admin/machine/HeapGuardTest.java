package dev.understudy.admin.machine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HeapGuardTest {
  private long nowMillis = 1;
  private long perMille;
  private int collections;
  private final HeapGuard guard =
      new HeapGuard(() -> perMille, () -> nowMillis * 1_000_000, () -> collections++);

  @Test
  void aHeapFullOfWhatIsInUseIsLowUntilThereIsRoom() {
    assertThat(guard.getAsBoolean()).isFalse();
    perMille = 950;
    assertThat(guard.getAsBoolean()).as("looked at a moment ago").isFalse();
    nowMillis += 100;
    assertThat(guard.getAsBoolean()).isTrue();
    nowMillis += 900;
    assertThat(guard.getAsBoolean()).isTrue();
    assertThat(collections).isZero();
    nowMillis += 100;
    assertThat(guard.getAsBoolean()).isTrue();
    assertThat(collections).as("nothing else would collect").isEqualTo(1);
    for (int seconds = 0; seconds < 60; seconds++) {
      nowMillis += 1_000;
      assertThat(guard.getAsBoolean()).isTrue();
    }
    assertThat(collections).as("more and more rarely").isEqualTo(8);
    perMille = 500;
    nowMillis += 100;
    assertThat(guard.getAsBoolean()).isFalse();
  }

  @Test
  void theProcessItselfHasRoom() {
    assertThat(HeapGuard.ofProcess(System::nanoTime, () -> {}).getAsBoolean()).isFalse();
  }
}
