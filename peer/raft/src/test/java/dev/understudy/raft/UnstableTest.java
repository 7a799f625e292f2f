package dev.understudy.raft;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The part of the log that is not durable yet. */
class UnstableTest {
  private static final Snapshot SNAPSHOT =
      new Snapshot(new SnapshotMetadata(1, 4, ConfState.EMPTY), new byte[0]);

  private static long[] numbers(String text) {
    return text.isEmpty()
        ? new long[0]
        : Arrays.stream(text.split(" ")).mapToLong(Long::parseLong).toArray();
  }

  private static Unstable from5(boolean snapshot, String terms) {
    Unstable unstable = new Unstable(5, RaftEvents.NONE);
    if (snapshot) {
      unstable.restore(SNAPSHOT);
    }
    if (!terms.isEmpty()) {
      unstable.truncateAndAppend(TestNode.entries(5, numbers(terms)));
    }
    return unstable;
  }

  @Test
  void itsEndsAreThoseOfSnapshotAndEntries() {
    assertThat(from5(false, "1").maybeFirstIndex()).isZero();
    assertThat(from5(true, "1").maybeFirstIndex()).isEqualTo(5);
    assertThat(from5(true, "").maybeFirstIndex()).isEqualTo(5);
    assertThat(from5(false, "1").maybeLastIndex()).isEqualTo(5);
    assertThat(from5(true, "1").maybeLastIndex()).isEqualTo(5);
    assertThat(from5(true, "").maybeLastIndex()).isEqualTo(4);
    assertThat(from5(false, "").maybeLastIndex()).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "false, 1, 5, 1",
    "false, 1, 6, -2",
    "false, 1, 4, -2",
    "true, 1, 5, 1",
    "true, 1, 6, -2",
    "true, 1, 4, 1",
    "true, 1, 3, -2",
    "true, '', 5, -2",
    "true, '', 4, 1",
    "false, '', 5, -2"
  })
  void termsAreKnownOfWhatItHas(boolean snapshot, String terms, long index, long term) {
    assertThat(from5(snapshot, terms).maybeTerm(index)).isEqualTo(term);
  }

  @Test
  void restoringForgetsEverythingElse() {
    Unstable unstable = from5(true, "1");
    unstable.acceptInProgress();
    unstable.restore(new Snapshot(new SnapshotMetadata(2, 6, ConfState.EMPTY), new byte[0]));
    assertThat(unstable.offset()).isEqualTo(7);
    assertThat(unstable.handedOut()).isEqualTo(7);
    assertThat(unstable.isEmpty()).isTrue();
    assertThat(unstable.hasNextSnapshot()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"0, 5", "1, 6", "2, 7"})
  void everythingIsHandedOutOnce(int entries, long mark) {
    Unstable unstable = from5(true, entries == 0 ? "" : entries == 1 ? "1" : "1 1");
    assertThat(unstable.nextEntries()).hasSize(entries);
    assertThat(unstable.nextSnapshot()).contains(SNAPSHOT);
    unstable.acceptInProgress();
    assertThat(unstable.handedOut()).isEqualTo(mark);
    assertThat(unstable.nextEntries()).isEmpty();
    assertThat(unstable.nextSnapshot()).isEmpty();
    assertThat(unstable.hasSnapshot()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "'', false, 5, 1, 5, 5, 0",
    "1, true, 5, 1, 6, 6, 0",
    "1, true, 5, 2, 5, 6, 1",
    "1 1, true, 5, 1, 6, 7, 1",
    "2, true, 5, 1, 5, 6, 1",
    "1 1, true, 4, 1, 5, 7, 2",
    "1 1, true, 9, 1, 5, 7, 2"
  })
  void onlyTheVeryEntryThatWasWrittenCountsAsDurable(
      String terms, boolean handedOut, long index, long term, long offset, long mark, int count) {
    for (boolean snapshot : new boolean[] {false, true}) {
      Unstable unstable = from5(snapshot, terms);
      if (handedOut) {
        unstable.acceptInProgress();
      }
      unstable.stableTo(new EntryId(term, index));
      assertThat(unstable.offset()).isEqualTo(offset);
      assertThat(unstable.handedOut()).isEqualTo(mark);
      assertThat(unstable.count()).isEqualTo(count);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "1, false, 6, 1 1, 5, 5, 3",
    "1, true, 6, 1 1, 5, 6, 3",
    "1, false, 5, 2 2, 5, 5, 2",
    "1, true, 5, 2 2, 5, 5, 2",
    "1, false, 4, 2 2 2, 4, 4, 3",
    "1, true, 4, 2 2 2, 4, 4, 3",
    "1 1 1, false, 6, 2, 5, 5, 2",
    "1 1 1, true, 6, 2, 5, 6, 2",
    "1 1 1, false, 7, 2 2, 5, 5, 4",
    "1 1 1, true, 7, 2 2, 5, 7, 4"
  })
  void whatIsOverwrittenHasToBeHandedOutAgain(
      String terms, boolean handedOut, long from, String added, long offset, long mark, int count) {
    Unstable unstable = from5(false, terms);
    if (handedOut) {
      unstable.acceptInProgress();
    }
    unstable.truncateAndAppend(TestNode.entries(from, numbers(added)));
    assertThat(unstable.offset()).isEqualTo(offset);
    assertThat(unstable.handedOut()).isEqualTo(mark);
    assertThat(unstable.count()).isEqualTo(count);
  }
}
