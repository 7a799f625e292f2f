package dev.understudy.testkit.invariants;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.raft.Entry;
import dev.understudy.raft.Message;
import dev.understudy.raft.Payload;
import dev.understudy.testkit.invariants.Promises.Start;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What members have told others, and what they start with after that. */
class PromisesTest {
  private static final long SELF = 1;
  private static final long TERM = 4;

  private final CommittedLog committed = new CommittedLog(new ReferenceStates());
  private final Promises promises = new Promises(committed);

  private static Entry entry(long term, long index) {
    return new Entry(term, index, new Payload.Normal(new byte[0]));
  }

  /** A log of so many entries of the term. */
  private static List<Entry> log(int entries) {
    return IntStream.rangeClosed(1, entries).mapToObj(index -> entry(TERM, index)).toList();
  }

  private void startsWith(long term, long vote, List<Entry> log) {
    promises.checkStart(new Start(SELF, term, vote, log, log.size()));
  }

  private void vote(long term, long candidate, boolean granted) {
    promises.sent(new Message.VoteResponse(SELF, candidate, term, granted));
  }

  private void acknowledge(long term, long index, boolean rejected) {
    promises.sent(new Message.AppendResponse(SELF, 2, term, index, rejected, 0, 0));
  }

  private void commit(long term, int entries) {
    for (Entry each : log(entries)) {
      committed.add(entry(term, each.index()));
    }
  }

  @Test
  void aVoteIsStillThereOrItsTermIsOver() {
    vote(TERM, 2, true);
    assertThatCode(() -> startsWith(TERM, 2, List.of())).doesNotThrowAnyException();
    assertThatCode(() -> startsWith(TERM + 1, 0, List.of())).doesNotThrowAnyException();
  }

  @Test
  void aVoteThatIsForgottenIsFound() {
    vote(TERM, 2, true);
    assertThatThrownBy(() -> startsWith(TERM, 0, List.of())).hasMessageContaining("a vote");
    assertThatThrownBy(() -> startsWith(TERM, 3, List.of())).hasMessageContaining("a vote");
    assertThatThrownBy(() -> startsWith(TERM - 1, 2, List.of())).hasMessageContaining("a vote");
  }

  /** Messages may be sent again, and late. */
  @Test
  void theVoteOfTheNewestTermCounts() {
    vote(TERM, 2, true);
    vote(TERM - 1, 3, true);
    assertThatCode(() -> startsWith(TERM, 2, List.of())).doesNotThrowAnyException();
    assertThatThrownBy(() -> startsWith(TERM - 1, 3, List.of())).hasMessageContaining("a vote");
  }

  @Test
  void aVoteThatWasDeniedPromisesNothing() {
    vote(TERM, 2, false);
    assertThatCode(() -> startsWith(TERM - 1, 0, List.of())).doesNotThrowAnyException();
  }

  @Test
  void whatWasAcknowledgedAndCommittedIsStillThere() {
    acknowledge(TERM, 3, false);
    commit(TERM, 3);
    assertThatCode(() -> startsWith(TERM, 0, log(3))).doesNotThrowAnyException();
    assertThatThrownBy(() -> startsWith(TERM, 0, log(2)))
        .hasMessageContaining("what a member has acknowledged");
  }

  @Test
  void whatWasRejectedOrWasNeverCommittedMayBeMissing() {
    acknowledge(TERM, 5, true);
    assertThatCode(() -> startsWith(TERM, 0, log(2))).doesNotThrowAnyException();
    acknowledge(TERM, 3, false);
    assertThatCode(() -> startsWith(TERM, 0, log(2))).doesNotThrowAnyException();
    commit(TERM + 1, 3);
    assertThatCode(() -> startsWith(TERM, 0, log(2)))
        .as("a later leader has another entry there")
        .doesNotThrowAnyException();
  }

  @Test
  void aLogInWhichATermIsFollowedByAnOlderOneIsFound() {
    assertThatThrownBy(() -> startsWith(TERM, 0, List.of(entry(TERM, 1), entry(TERM - 1, 2))))
        .hasMessageContaining("terms never fall");
  }
}
