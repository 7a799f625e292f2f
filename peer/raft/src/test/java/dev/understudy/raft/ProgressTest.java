package dev.understudy.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a leader knows about a member, and the window of messages on their way to it. */
class ProgressTest {
  private static Progress progress(long match, long next) {
    return new Progress(2, match, next, new Inflights(256, RaftConfig.NO_LIMIT));
  }

  /** Replicating, with {@code next} run ahead by sending entries. */
  private static Progress replicating(long match, long next) {
    Progress progress = progress(match, match + 1);
    progress.becomeReplicate();
    progress.sentEntries((int) (next - match - 1), 0);
    return progress;
  }

  @Test
  void itsTextShowsEverything() {
    PeerProgress picture =
        new PeerProgress(PeerProgress.State.SNAPSHOT, 1, 2, true, true, 123, false, 1, true);
    assertThat(Describe.progress(picture))
        .isEqualTo(
            "StateSnapshot match=1 next=2 learner paused pendingSnap=123 inactive"
                + " inflight=1[full]");
  }

  @Test
  void aMemberThatGetsASnapshotIsAlwaysPaused() {
    Progress progress = progress(1, 2);
    assertThat(progress.isPaused()).isFalse();
    progress.pause();
    assertThat(progress.isPaused()).isTrue();
    progress.becomeReplicate();
    assertThat(progress.isPaused()).isFalse();
    progress.becomeSnapshot(5);
    progress.resume();
    assertThat(progress.isPaused()).isTrue();
  }

  @Test
  void aGenuineAnswerEndsThePause() {
    Progress rejected = progress(0, 2);
    rejected.pause();
    assertThat(rejected.maybeDecrease(1, 1)).isTrue();
    assertThat(rejected.isPaused()).isFalse();
    Progress accepted = progress(0, 2);
    accepted.pause();
    assertThat(accepted.maybeUpdate(2)).isTrue();
    assertThat(accepted.isPaused()).isFalse();
  }

  @Test
  void probingBeginsBehindWhatIsKnownOrWasSent() {
    Progress fromReplicate = replicating(1, 5);
    fromReplicate.becomeProbe();
    assertThat(fromReplicate.next()).isEqualTo(2);
    Progress fromSnapshot = progress(1, 5);
    fromSnapshot.becomeSnapshot(10);
    fromSnapshot.becomeProbe();
    assertThat(fromSnapshot.next()).isEqualTo(11);
    Progress failed = progress(1, 5);
    failed.becomeSnapshot(10);
    failed.forgetSnapshot();
    failed.becomeProbe();
    assertThat(failed.next()).isEqualTo(2);
  }

  @Test
  void replicatingBeginsBehindTheMatchAndASnapshotKeepsIt() {
    Progress progress = progress(1, 5);
    progress.becomeReplicate();
    assertThat(progress.next()).isEqualTo(2);
    progress.becomeSnapshot(10);
    assertThat(progress.match()).isEqualTo(1);
    assertThat(progress.pendingSnapshot()).isEqualTo(10);
  }

  @ParameterizedTest
  @CsvSource({"2, 3, 5, false", "3, 3, 5, false", "4, 4, 5, true", "5, 5, 6, true"})
  void anAcknowledgementOnlyRaises(long index, long match, long next, boolean news) {
    Progress progress = progress(3, 5);
    assertThat(progress.maybeUpdate(index)).isEqualTo(news);
    assertThat(progress.match()).isEqualTo(match);
    assertThat(progress.next()).isEqualTo(next);
  }

  @ParameterizedTest
  @CsvSource({
    "true, 5, 10, 5, 5, false, 10",
    "true, 5, 10, 4, 4, false, 10",
    "true, 5, 10, 9, 9, true, 6",
    "false, 0, 10, 5, 5, false, 10",
    "false, 0, 10, 9, 9, true, 9",
    "false, 0, 2, 1, 1, true, 1",
    "false, 0, 1, 0, 0, true, 1",
    "false, 0, 10, 9, 2, true, 3",
    "false, 0, 10, 9, 0, true, 1"
  })
  void aRejectionIsToldFromAStaleOne(
      boolean replicates,
      long match,
      long next,
      long rejected,
      long hint,
      boolean genuine,
      long nextAfter) {
    Progress progress = replicates ? replicating(match, next) : progress(match, next);
    assertThat(progress.maybeDecrease(rejected, hint)).isEqualTo(genuine);
    assertThat(progress.next()).isEqualTo(nextAfter);
    assertThat(progress.match()).isEqualTo(match);
  }

  @Test
  void theWindowCountsMessagesAndBytes() {
    for (int rotation : new int[] {0, 5}) {
      Inflights window = new Inflights(10, RaftConfig.NO_LIMIT);
      for (int i = 0; i < rotation; i++) {
        window.add(-10 + i, 1);
      }
      window.freeUpTo(-1);
      for (int i = 0; i < 5; i++) {
        window.add(i, 100 + i);
      }
      assertThat(window.count()).isEqualTo(5);
      assertThat(window.bytes()).isEqualTo(510);
      for (int i = 5; i < 10; i++) {
        window.add(i, 100 + i);
      }
      assertThat(window.bytes()).isEqualTo(1045);
    }
  }

  @Test
  void freeingLetsGoUpToAnIndexAndStartsAgainWhenEmpty() {
    Inflights window = new Inflights(10, RaftConfig.NO_LIMIT);
    for (int i = 0; i < 10; i++) {
      window.add(i, 100 + i);
    }
    long[][] steps = {{0, 9, 945}, {4, 5, 535}, {8, 1, 109}};
    for (long[] step : steps) {
      window.freeUpTo(step[0]);
      assertThat(window.count()).isEqualTo((int) step[1]);
      assertThat(window.bytes()).isEqualTo(step[2]);
    }
    for (int i = 10; i < 15; i++) {
      window.add(i, 100 + i);
    }
    window.freeUpTo(12);
    assertThat(window.count()).isEqualTo(2);
    assertThat(window.bytes()).isEqualTo(227);
    window.freeUpTo(14);
    assertThat(window.count()).isZero();
    assertThat(window.start()).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "1, 0, 1, 1, 2",
    "1, 10, 1, 1, 2",
    "15, 0, 15, 6, 22",
    "8, 400, 4, 2, 7",
    "8, 406, 4, 3, 8",
    "15, 408, 5, 1, 6"
  })
  void theWindowIsFullByCountOrByBytes(
      int size, long maxBytes, int fullAt, long free, int fullAgainAt) {
    Inflights window = new Inflights(size, maxBytes == 0 ? RaftConfig.NO_LIMIT : maxBytes);
    int added = fill(window, 0);
    assertThat(added).isEqualTo(fullAt);
    window.freeUpTo(free);
    assertThat(fill(window, added)).isEqualTo(fullAgainAt);
    assertThatThrownBy(() -> window.add(1_000, 1)).isInstanceOf(IllegalStateException.class);
  }

  private static int fill(Inflights window, int next) {
    int index = next;
    while (!window.full()) {
      window.add(index, 100 + index);
      index++;
    }
    return index;
  }

  @Test
  void aWindowThatIsResetIsEmpty() {
    Inflights window = new Inflights(10, 1_000);
    long index = 0;
    for (int epoch = 0; epoch < 100; epoch++) {
      window.reset();
      for (int i = 0; i < 5; i++) {
        assertThat(window.full()).isFalse();
        window.add(++index, 16);
      }
      window.freeUpTo(index - 2);
      assertThat(window.count()).isEqualTo(2);
    }
    window.freeUpTo(index);
    assertThat(window.count()).isZero();
    assertThat(window.bytes()).isZero();
  }
}
