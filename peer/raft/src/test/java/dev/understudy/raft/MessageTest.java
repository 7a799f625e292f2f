package dev.understudy.raft;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What may be believed of a message before anything is done about it. */
class MessageTest {
  private static Message.Append append(long term, long prevTerm, long prevIndex, String entries) {
    List<Entry> list = new ArrayList<>();
    for (String id : entries.isEmpty() ? new String[0] : entries.split(" ")) {
      String[] parts = id.split("/");
      list.add(new Entry(Long.parseLong(parts[0]), Long.parseLong(parts[1]), Payload.EMPTY));
    }
    return new Message.Append(2, 1, term, new LogSlice(new EntryId(prevTerm, prevIndex), list), 0);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0, 0, '', true",
    "10, 10, 123, '', true",
    "11, 10, 123, '', true",
    "9, 10, 123, '', false",
    "2, 1, 1, 1/2 1/3 2/4, true",
    "3, 1, 1, 1/2 1/3 2/4, true",
    "1, 1, 1, 1/2 1/3 2/4, false",
    "2, 0, 0, 1/2 1/3 2/4, false",
    "2, 1, 0, 1/2 1/3 2/4, false",
    "2, 1, 2, 1/2 1/3 2/4, false",
    "2, 2, 1, 1/2 1/3 2/4, false",
    "2, 0, 1, 1/2 1/3 2/4, true",
    "2, 1, 1, 1/2 1/4, false",
    "2, 1, 1, 1/2 1/2, false",
    "2, 1, 1, 1/3 1/2, false",
    "2, 1, 1, 2/2 1/3, false",
    "2, 1, 1, 1/2 3/3 2/4, false",
    "2, -1, 1, 1/2, false",
    "2, 0, -1, '', false"
  })
  void aPieceOfALogHasNeitherGapsNorFallingTerms(
      long term, long prevTerm, long prevIndex, String entries, boolean wellFormed) {
    assertThat(append(term, prevTerm, prevIndex, entries).slice().isWellFormed(term))
        .isEqualTo(wellFormed);
  }

  @Test
  void nonsenseChangesNothingAndIsTold() {
    List<Message> told = new ArrayList<>();
    RaftEvents events =
        new RaftEvents() {
          @Override
          public void nonsenseIgnored(Message message) {
            told.add(message);
          }
        };
    MemoryStorage log = new MemoryStorage();
    log.applySnapshot(
        new Snapshot(new SnapshotMetadata(0, 0, ConfState.ofVoters(1L, 2L)), new byte[0]));
    RaftCore core = new RaftCore(1, TestNode.CONFIG, log, TestNode.NO_JITTER, events);
    List<Message> nonsense =
        List.of(append(5, 0, 0, "1/1 1/3"), new Message.Propose(2, 1, 0, List.of()));
    nonsense.forEach(message -> assertThat(core.step(message)).isEqualTo(StepResult.OK));
    assertThat(told).isEqualTo(nonsense);
    assertThat(core.term()).isZero();
    assertThat(core.hasReady()).isFalse();
  }

  @Test
  void aLeaderSurvivesAProposalOfNothing() {
    TestNode node = TestNode.of(1, TestNode.CONFIG, 1L, 2L).lead();
    node.step(new Message.Propose(2, 1, 0, List.of()));
    assertThat(node.core().lastIndex()).isEqualTo(1);
  }
}
