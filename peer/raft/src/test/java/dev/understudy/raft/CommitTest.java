package dev.understudy.raft;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When entries are committed (§5.3, §5.4.2). */
class CommitTest {
  private static final RaftConfig PLAIN = TestNode.CONFIG;

  private static long[] numbers(String text) {
    return Arrays.stream(text.split(" ")).mapToLong(Long::parseLong).toArray();
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1, 1, 1",
    "1, 1, 2, 0",
    "2, 1 2, 2, 2",
    "1, 2, 2, 1",
    "2 1 1, 1 2, 1, 1",
    "2 1 1, 1 1, 2, 0",
    "2 1 2, 1 2, 2, 2",
    "2 1 2, 1 1, 2, 0",
    "2 1 1 1, 1 2, 1, 1",
    "2 1 1 1, 1 1, 2, 0",
    "2 1 1 2, 1 2, 1, 1",
    "2 1 1 2, 1 1, 2, 0",
    "2 1 2 2, 1 2, 2, 2",
    "2 1 2 2, 1 1, 2, 0"
  })
  void leaderNeverCommitsOldTermByCounting(String matches, String log, long term, long committed) {
    long[] match = numbers(matches);
    long[] terms = numbers(log);
    long[] voters = new long[match.length];
    Arrays.setAll(voters, i -> i + 1L);
    MemoryStorage storage = new MemoryStorage();
    storage.append(TestNode.entries(1, terms));
    RaftLog view = new RaftLog(storage, RaftConfig.NO_LIMIT, RaftEvents.NONE);
    long quorum = Majority.committed(voters, id -> match[(int) id - 1]);
    view.maybeCommit(term, quorum);
    assertThat(view.committed()).isEqualTo(committed);
  }

  @Test
  void aSingleNodeCommitsAlone() {
    TestNode node = TestNode.of(1, PLAIN, 1L).lead().propose("a").propose("b");
    assertThat(node.core().commitIndex()).isEqualTo(3);
    assertThat(node.commands()).containsExactly("a", "b");
  }

  @ParameterizedTest
  @CsvSource({
    "1, 0, true",
    "3, 0, false",
    "3, 1, true",
    "3, 2, true",
    "5, 0, false",
    "5, 1, false",
    "5, 2, true",
    "5, 3, true",
    "5, 4, true"
  })
  void aMajorityOfAcceptorsCommits(int size, int acceptors, boolean committed) {
    TestNode node = TestNode.of(1, PLAIN, Group.voters(size)).lead();
    node.propose("x");
    for (long id = 2; id < 2 + acceptors; id++) {
      node.acknowledge(id, 2);
    }
    assertThat(node.core().commitIndex()).isEqualTo(committed ? 2 : 0);
  }

  @Test
  void onlyAnEntryOfTheOwnTermCommitsThoseBefore() {
    TestNode node =
        TestNode.withLog(1, PLAIN, ConfState.ofVoters(1L, 2L), new HardState(2, 0, 0), 1, 2);
    node.lead();
    assertThat(node.core().term()).isEqualTo(3);
    node.propose("x");
    node.acknowledge(2, 1);
    assertThat(node.core().commitIndex()).isZero();
    node.acknowledge(2, 2);
    assertThat(node.core().commitIndex()).isZero();
    node.acknowledge(2, 3);
    assertThat(node.core().commitIndex()).isEqualTo(3);
  }

  @ParameterizedTest
  @CsvSource({"''", "2", "1 2", "1"})
  void earlierEntriesAreCommittedAndAppliedWithTheFirstOfTheTerm(String earlier) {
    long[] terms = earlier.isEmpty() ? new long[0] : numbers(earlier);
    TestNode node =
        TestNode.withLog(1, PLAIN, ConfState.ofVoters(1L, 2L, 3L), new HardState(2, 0, 0), terms);
    node.lead().propose("x");
    node.acknowledge(2, node.core().lastIndex());
    assertThat(node.applied()).hasSize(terms.length + 2);
    assertThat(node.applied().get(terms.length).payload()).isEqualTo(Payload.EMPTY);
    assertThat(node.commands()).containsExactly("x");
  }

  @Test
  void laterAppendsTellTheCommitIndex() {
    TestNode node = TestNode.of(1, PLAIN, 1L, 2L, 3L).lead();
    node.acknowledge(2, 1);
    node.takeMessages();
    node.propose("x");
    node.takeMessages();
    node.acknowledge(2, 2);
    assertThat(node.core().commitIndex()).isEqualTo(2);
    assertThat(node.take(Message.Append.class)).extracting(Message.Append::commit).contains(2L);
  }

  @Test
  void aNewLeaderCommitsNothingBeforeAnEntryOfItsTermIsReplicated() {
    Group group = Group.of(5).campaign(1);
    group.cut(1, 3).cut(1, 4).cut(1, 5).propose(1, "a").propose(1, "b");
    assertThat(group.core(1).commitIndex()).isEqualTo(1);
    group.heal().lose(message -> message instanceof Message.Append).campaign(2);
    assertThat(group.core(2).role()).isEqualTo(Role.LEADER);
    assertThat(group.core(2).commitIndex()).isEqualTo(1);
    group.heal().beat(2).propose(2, "c");
    assertThat(group.core(2).commitIndex()).isEqualTo(5);
  }

  @Test
  void theEmptyEntryOfANewLeaderCommitsWhatCameBefore() {
    Group group = Group.of(5).campaign(1);
    group.cut(1, 3).cut(1, 4).cut(1, 5).propose(1, "a").propose(1, "b");
    group.heal().campaign(2);
    assertThat(group.core(2).commitIndex()).isEqualTo(4);
  }

  @Test
  void removingAVoterMayCommitWhatWaited() {
    TestNode node = TestNode.of(1, PLAIN, 1L, 2L).lead();
    node.core().proposeConfChange(ConfChange.single(ConfChange.StepType.REMOVE, 2, new byte[0]));
    node.settle();
    node.propose("waits");
    assertThat(node.commands()).isEmpty();
    node.acknowledge(2, 2);
    assertThat(node.commands()).containsExactly("waits");
    assertThat(node.core().confState()).isEqualTo(ConfState.ofVoters(1L));
  }

  @Test
  void aQuorumNeedsBothHalvesOfAJointConfiguration() {
    TestNode node =
        TestNode.withLog(
            1,
            PLAIN,
            new ConfState(List.of(1L, 2L), List.of(), List.of(1L, 3L, 4L), List.of(), false),
            HardState.EMPTY);
    node.core().campaign();
    node.settle();
    node.step(new Message.VoteResponse(3, 1, 1, true));
    assertThat(node.core().role()).isEqualTo(Role.CANDIDATE);
    node.step(new Message.VoteResponse(2, 1, 1, true));
    assertThat(node.core().role()).isEqualTo(Role.LEADER);
    node.acknowledge(3, 1);
    node.acknowledge(4, 1);
    assertThat(node.core().commitIndex()).isZero();
    node.acknowledge(2, 1);
    assertThat(node.core().commitIndex()).isEqualTo(1);
  }
}
