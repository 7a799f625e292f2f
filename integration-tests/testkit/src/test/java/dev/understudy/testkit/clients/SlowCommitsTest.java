package dev.understudy.testkit.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What a leader had in logs and could not have committed. */
class SlowCommitsTest {
  private final Spans spans = new Spans();
  private final SlowCommits commits = new SlowCommits(spans);

  private void look(long atMillis, long lastIndex, long commit) {
    commits.look(TimeUnit.MILLISECONDS.toNanos(atMillis), lastIndex, commit);
  }

  private long millis(long from, long to) {
    return TimeUnit.NANOSECONDS.toMillis(
        spans.nanosWithin(TimeUnit.MILLISECONDS.toNanos(from), TimeUnit.MILLISECONDS.toNanos(to)));
  }

  @Test
  void whatIsCommittedPromptlyCountsForNothingHoweverMuchThereIs() {
    for (long i = 0; i < 100; i++) {
      look(50 * i, 10 + i, 8 + i);
    }
    assertThat(millis(0, 10_000)).isZero();
  }

  /** No pause between two commits is long, and yet each entry waits for most of a second. */
  @Test
  void entriesThatAllWaitCountForTheTimeInWhichOneDid() {
    for (long i = 0; i < 100; i++) {
      look(50 * i, 20 + i, i);
    }
    assertThat(millis(0, 5_000)).isEqualTo(4_950);
    assertThat(millis(1_000, 2_000)).isEqualTo(1_000);
  }

  @Test
  void aSlowCommitCountsFromWhenTheEntryWasThere() {
    look(0, 5, 5);
    look(1_000, 6, 5);
    look(1_400, 6, 5);
    look(1_700, 6, 6);
    look(5_000, 6, 6);
    assertThat(millis(0, 10_000)).isEqualTo(700);
    assertThat(millis(1_500, 10_000)).isEqualTo(200);
    spans.add(TimeUnit.MILLISECONDS.toNanos(1_600), TimeUnit.MILLISECONDS.toNanos(1_800));
    assertThat(millis(0, 10_000)).as("what overlaps counts once").isEqualTo(800);
  }
}
