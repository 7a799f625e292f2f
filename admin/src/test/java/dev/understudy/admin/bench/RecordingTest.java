package dev.understudy.admin.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

/** What is counted from when. */
class RecordingTest {
  private static final long MILLI = 1_000_000;
  private static final long SECOND = 1_000 * MILLI;

  /** A hundred a second, and a server that answers nothing for one second and then all at once. */
  @Test
  void anOpenLoopCountsWhatAStallHasHeldUp() {
    Schedule schedule = new Schedule(0, 100);
    Recording recording = new Recording(0);
    for (int i = 0; i < 100; i++) {
      long due = schedule.dueNanos();
      schedule.take();
      long sent = i == 0 ? due : SECOND;
      recording.answered(due, sent, SECOND + MILLI);
    }
    assertThat(recording.latency().getValueAtPercentile(50) / MILLI).isBetween(495L, 515L);
    assertThat(recording.latency().getMaxValue() / MILLI).isBetween(1_000L, 1_002L);
    assertThat(recording.service().getValueAtPercentile(50) / MILLI)
        .as("without it the stall would be one long request among quick ones")
        .isEqualTo(1);
  }

  @Test
  void aClosedLoopIsCorrectedByWhatWouldHaveBeenAskedMeanwhile() {
    Recording recording = new Recording(0);
    long now = 0;
    for (int i = 0; i < 99; i++) {
      recording.answered(now, now, now + MILLI);
      now += MILLI;
    }
    recording.answered(now, now, now + SECOND);
    double mean = recording.service().getMean();
    assertThat(mean).isCloseTo(10.99 * MILLI, within(0.1 * MILLI));
    assertThat(recording.latency().getTotalCount()).isEqualTo(100);
    // One for each 10.99 ms of the long one, but its own.
    assertThat(recording.corrected().getTotalCount()).isBetween(100L + 89, 100L + 91);
    assertThat(recording.corrected().getValueAtPercentile(90) / MILLI).isGreaterThan(500);
  }

  @Test
  void whatWasDueInTheWarmUpIsLeftOut() {
    Recording recording = new Recording(SECOND);
    recording.answered(SECOND - 1, SECOND - 1, SECOND + MILLI);
    recording.failed("HTTP 503", SECOND - 1);
    assertThat(recording.requests()).isZero();
    assertThat(recording.failed()).isZero();
    recording.answered(SECOND, SECOND, SECOND + MILLI);
    recording.failed("HTTP 503", SECOND);
    assertThat(recording.requests()).isEqualTo(1);
    assertThat(recording.failures()).containsEntry("HTTP 503", 1L);
  }

  @Test
  void everySecondHasItsLineEvenOneWithoutAnAnswer() {
    Recording recording = new Recording(0);
    recording.answered(0, 0, MILLI);
    recording.answered(2 * SECOND, 2 * SECOND, 2 * SECOND + 3 * MILLI);
    recording.end(3 * SECOND);
    assertThat(recording.seconds())
        .extracting(Recording.Second::requests)
        .containsExactly(1L, 0L, 1L);
    assertThat(recording.seconds().get(1).maxNanos()).isZero();
    assertThat(recording.elapsedSeconds()).isEqualTo(3);
    assertThat(recording.ratePerSecond()).isCloseTo(2.0 / 3, within(1e-9));
  }

  @Test
  void aScheduleDoesNotDrift() {
    Schedule schedule = new Schedule(7, 3);
    for (int i = 0; i < 3_000_000; i++) {
      schedule.take();
    }
    assertThat(schedule.dueNanos()).isCloseTo(7 + 1_000_000 * SECOND, within(1_000L));
  }
}
