package dev.understudy.raft;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How entries get to the followers, and how logs that differ are brought together (§5.3). */
class ReplicationTest {
  private static final RaftConfig PLAIN = TestNode.CONFIG;

  private static long[] numbers(String text) {
    return text.isEmpty()
        ? new long[0]
        : Arrays.stream(text.split(" ")).mapToLong(Long::parseLong).toArray();
  }

  private static TestNode follower(long term, long commit, String log) {
    return TestNode.withLog(
        1, PLAIN, ConfState.ofVoters(1L, 2L, 3L), new HardState(term, 0, commit), numbers(log));
  }

  @Test
  void aProposalIsAppendedAndSentToEveryOtherMember() {
    TestNode node = TestNode.of(1, PLAIN, 1L, 2L, 3L).lead();
    node.acknowledge(2, 1);
    node.acknowledge(3, 1);
    node.takeMessages();
    node.core().propose(TestNode.bytes("x"));
    Ready ready = node.core().ready();
    Entry entry = new Entry(1, 2, new Payload.Normal(TestNode.bytes("x")));
    assertThat(ready.persist()).containsExactly(entry);
    assertThat(ready.apply()).isEmpty();
    assertThat(ready.sendNow())
        .containsExactly(
            new Message.Append(1, 2, 1, new LogSlice(new EntryId(1, 1), List.of(entry)), 1),
            new Message.Append(1, 3, 1, new LogSlice(new EntryId(1, 1), List.of(entry)), 1));
  }

  @Test
  void aBatchOfProposalsIsOneMessageToEachMember() {
    TestNode node = TestNode.of(1, PLAIN, 1L, 2L, 3L).lead();
    node.acknowledge(2, 1);
    node.acknowledge(3, 1);
    node.takeMessages();
    byte[][] commands = new byte[64][1];
    assertThat(node.core().propose(commands))
        .isEqualTo(new ProposeResult.Accepted(new EntryId(1, 2), new EntryId(1, 65)));
    assertThat(node.take(Message.Append.class))
        .hasSize(2)
        .allMatch(append -> append.entries().size() == 64);
  }

  @Test
  void everyMemberAppliesTheSameAlsoAcrossAChangeOfLeader() {
    Group group = Group.of(3).campaign(1).propose(1, "a");
    group.all().forEach(node -> assertThat(node.core().commitIndex()).isEqualTo(2));
    group.campaign(2).propose(2, "b");
    group.all().forEach(node -> assertThat(node.core().commitIndex()).isEqualTo(4));
    group.all().forEach(node -> assertThat(node.commands()).containsExactly("a", "b"));
  }

  @ParameterizedTest
  @CsvSource({
    "2, 3, 2, 3, '', 2, 0, true",
    "2, 3, 3, 3, '', 2, 0, true",
    "2, 1, 1, 1, '', 2, 1, false",
    "2, 0, 0, 1, 2, 1, 1, false",
    "2, 2, 2, 3, 2 2, 4, 3, false",
    "2, 2, 2, 4, 2, 3, 3, false",
    "2, 1, 1, 4, 2, 2, 2, false",
    "2, 1, 1, 3, '', 2, 1, false",
    "2, 2, 2, 3, '', 2, 2, false",
    "2, 2, 2, 4, '', 2, 2, false"
  })
  void aFollowerTakesWhatFitsAndCommitsNoMoreThanTheMessageCovers(
      long term,
      long prevTerm,
      long prevIndex,
      long commit,
      String entries,
      long last,
      long committed,
      boolean rejected) {
    TestNode node = follower(2, 0, "1 2");
    node.step(
        new Message.Append(
            2,
            1,
            term,
            new LogSlice(
                new EntryId(prevTerm, prevIndex),
                TestNode.entries(prevIndex + 1, numbers(entries))),
            commit));
    assertThat(node.core().lastIndex()).isEqualTo(last);
    assertThat(node.core().commitIndex()).isEqualTo(committed);
    assertThat(node.take(Message.AppendResponse.class))
        .extracting(Message.AppendResponse::rejected)
        .containsExactly(rejected);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0, 1, false, 0, 0",
    "1, 1, 1, false, 0, 0",
    "2, 2, 2, false, 0, 0",
    "1, 2, 2, true, 1, 1",
    "3, 3, 3, true, 2, 2"
  })
  void aFollowerAnswersAProbeWithAHint(
      long prevTerm, long prevIndex, long index, boolean rejected, long hint, long hintTerm) {
    TestNode node = follower(2, 1, "1 2");
    node.step(
        new Message.Append(2, 1, 2, new LogSlice(new EntryId(prevTerm, prevIndex), List.of()), 1));
    assertThat(node.takeMessages())
        .containsExactly(new Message.AppendResponse(1, 2, 2, index, rejected, hint, hintTerm));
  }

  @ParameterizedTest
  @CsvSource({"2, 2, 3, 1 2 3, 1", "1, 1, 3 4, 1 3 4, 2", "0, 0, 1, 1 2, 0", "0, 0, 3, 3, 1"})
  void aFollowerReplacesOnlyWhatDiffers(
      long prevTerm, long prevIndex, String entries, String log, int unstable) {
    TestNode node = follower(2, 0, "1 2");
    List<Entry> sent = TestNode.entries(prevIndex + 1, numbers(entries));
    node.core()
        .step(new Message.Append(2, 1, 4, new LogSlice(new EntryId(prevTerm, prevIndex), sent), 0));
    assertThat(node.core().ready().persist()).hasSize(unstable);
    assertThat(node.terms())
        .containsExactly(Arrays.stream(numbers(log)).boxed().toArray(Long[]::new));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1 1 1 4 4 5 5 6 6",
        "1 1 1 4 4",
        "1 1 1 4 4 5 5 6 6 6 6",
        "1 1 1 4 4 5 5 6 6 6 7 7",
        "1 1 1 4 4 4 4",
        "1 1 1 2 2 2 3 3 3 3 3"
      })
  void aLeaderBringsEveryFollowersLogInLine(String log) {
    ConfState voters = ConfState.ofVoters(1L, 2L, 3L);
    Group group =
        new Group(
            2,
            id ->
                id == 1
                    ? TestNode.withLog(
                        1, PLAIN, voters, new HardState(8, 0, 10), numbers("1 1 1 4 4 5 5 6 6 6"))
                    : TestNode.withLog(2, PLAIN, voters, new HardState(7, 0, 0), numbers(log)));
    group.campaign(1);
    group.core(1).step(new Message.VoteResponse(3, 1, 9, true));
    group.settle().propose(1, "x");
    assertThat(group.get(2).terms()).isEqualTo(group.get(1).terms());
    assertThat(group.get(1).terms()).endsWith(9L, 9L);
  }

  @ParameterizedTest
  @CsvSource({
    "1 2 2 4 4 4 4, 1 2 2 3 3 3 3 3 3 3 3, 3, 7, 2, 3",
    "1 2 2 3 4 4 4 5, 1 2 2 3 3 3 3 3 3 3 3, 3, 8, 3, 4",
    "1 1 1 1, 1 2 2 4, 1, 1, 1, 1",
    "1 1 1 1 1 1, 1 2 2 4, 1, 1, 1, 1",
    "1 1 1 1, 1 2 2 4 4 4, 1, 1, 1, 1",
    "1 1 1 4 5, 1 1 1 4, 4, 4, 4, 4",
    "2 5 5 5 5 5 5 5 5, 2 4 4 4 4 4, 4, 6, 2, 1",
    "2 2 2 2 2, 2 4 4 4 4 4 4 4, 2, 1, 2, 1"
  })
  void oneRejectionFindsThePlaceToProbeNext(
      String leaderLog, String followerLog, long hintTerm, long hint, long term, long index) {
    ConfState voters = ConfState.ofVoters(1L, 2L, 3L);
    long[] leaderTerms = numbers(leaderLog);
    TestNode leader =
        TestNode.withLog(
            1,
            PLAIN,
            voters,
            new HardState(leaderTerms[leaderTerms.length - 1], 0, 0),
            leaderTerms);
    TestNode follower =
        TestNode.withLog(2, PLAIN, voters, new HardState(5, 0, 0), numbers(followerLog));
    leader.state().becomeFollower(7, 0);
    leader.core().campaign();
    leader.settle();
    leader.step(new Message.VoteResponse(3, 1, 8, true));
    Message.Append probe = leader.take(Message.Append.class).get(0);
    Message.AppendResponse answer =
        (Message.AppendResponse) follower.step(probe).takeMessages().get(0);
    assertThat(answer.rejected()).isTrue();
    assertThat(answer.hintTerm()).isEqualTo(hintTerm);
    assertThat(answer.hintIndex()).isEqualTo(hint);
    Message.Append next = leader.step(answer).take(Message.Append.class).get(0);
    assertThat(next.prev().term()).isEqualTo(term);
    assertThat(next.prev().index()).isEqualTo(index);
    assertThat(follower.step(next).take(Message.AppendResponse.class))
        .extracting(Message.AppendResponse::rejected)
        .containsExactly(false);
  }

  @Test
  void aHintIntoACompactedPartHasNoTerm() {
    TestNode follower =
        TestNode.withLog(
            2,
            PLAIN,
            new Snapshot(new SnapshotMetadata(3, 5, ConfState.ofVoters(1L, 2L)), new byte[0]),
            new HardState(3, 0, 0));
    follower.log().append(List.of());
    follower.state().log.commitTo(5);
    follower.step(new Message.Append(1, 2, 4, new LogSlice(new EntryId(4, 9), List.of()), 0));
    assertThat(follower.takeMessages())
        .containsExactly(new Message.AppendResponse(2, 1, 4, 9, true, 5, 3));
  }

  @ParameterizedTest
  @CsvSource({
    "3, true, 3, 0, 3, 0, 0",
    "2, true, 2, 0, 2, 1, 0",
    "2, false, 0, 2, 4, 2, 2",
    "0, false, 0, 0, 4, 1, 0"
  })
  void aLeaderTellsNewsFromStaleAnswers(
      long index, boolean rejected, long hint, long match, long next, int messages, long commit) {
    TestNode node =
        TestNode.withLog(1, PLAIN, ConfState.ofVoters(1L, 2L, 3L), new HardState(1, 0, 0), 1, 1);
    node.core().campaign();
    node.settle();
    node.state().term = 1;
    node.state().becomeLeader();
    node.settle().takeMessages();
    assertThat(node.progress(2).next()).isEqualTo(3);
    node.step(new Message.AppendResponse(2, 1, 1, index, rejected, hint, 0));
    assertThat(node.progress(2).match()).isEqualTo(match);
    assertThat(node.progress(2).next()).isEqualTo(next);
    List<Message.Append> sent = node.take(Message.Append.class);
    assertThat(sent).hasSize(messages);
    assertThat(sent).allMatch(append -> append.commit() == commit);
  }

  @Test
  void appendsInTheWrongOrderDoNoHarm() {
    TestNode leader = TestNode.of(1, PLAIN, 1L, 2L).lead();
    TestNode follower = TestNode.of(2, PLAIN, 1L, 2L);
    leader.acknowledge(2, 1);
    leader.takeMessages();
    follower
        .step(new Message.Append(1, 2, 1, new LogSlice(EntryId.ZERO, TestNode.entries(1, 1)), 1))
        .takeMessages();
    Message first = leader.propose("a").takeMessages().get(0);
    Message second = leader.propose("b").takeMessages().get(0);
    Message rejection = follower.step(second).takeMessages().get(0);
    Message acceptance = follower.step(first).takeMessages().get(0);
    leader.step(acceptance);
    assertThat(leader.progress(2).match()).isEqualTo(2);
    leader.core().reportUnreachable(2);
    leader.takeMessages();
    leader.step(rejection);
    List<Message.Append> probes = leader.take(Message.Append.class);
    assertThat(probes).hasSize(1);
    assertThat(probes.get(0).prev().index()).isEqualTo(2);
  }

  @Test
  void theCommitIndexIsNotToldTwice() {
    TestNode node = TestNode.of(1, PLAIN, 1L, 2L, 3L).lead();
    node.acknowledge(2, 1);
    node.takeMessages();
    node.acknowledge(3, 1);
    assertThat(node.take(Message.Append.class))
        .extracting(Message.Append::commit)
        .containsExactly(1L);
    node.acknowledge(3, 1);
    assertThat(node.takeMessages()).isEmpty();
  }

  @Test
  void aRejectionAndAProbeForgetWhatCommitWasTold() {
    Progress progress = new Progress(2, 3, 9, new Inflights(8, RaftConfig.NO_LIMIT));
    progress.becomeReplicate();
    progress.sentEntries(5, 0);
    progress.sentCommit(8);
    assertThat(progress.canBumpCommit(9)).isFalse();
    progress.becomeProbe();
    assertThat(progress.sentCommit()).isEqualTo(3);
    progress.becomeSnapshot(20);
    assertThat(progress.sentCommit()).isEqualTo(20);
  }

  @Test
  void nextRunsAheadWhileReplicatingAndStaysWhileProbing() {
    TestNode node = TestNode.of(1, PLAIN, 1L, 2L, 3L).lead();
    node.acknowledge(2, 1);
    node.propose("a").propose("b");
    assertThat(node.progress(2).next()).isEqualTo(4);
    assertThat(node.progress(3).next()).isEqualTo(1);
  }

  @Test
  void aProbedMemberGetsOneMessageUntilItAnswersAHeartbeat() {
    TestNode node = TestNode.of(1, PLAIN, 1L, 2L).lead();
    for (int i = 0; i < 10; i++) {
      node.propose("x");
    }
    assertThat(node.take(Message.Append.class)).isEmpty();
    for (int i = 0; i < 3; i++) {
      node.tick(1);
      assertThat(node.take(Message.Append.class)).isEmpty();
      node.step(new Message.HeartbeatResponse(2, 1, 1, 0));
      assertThat(node.take(Message.Append.class)).hasSize(1);
      assertThat(node.progress(2).paused()).isTrue();
    }
  }

  @Test
  void anUnreachableMemberIsProbedFromItsMatch() {
    TestNode node = TestNode.of(1, PLAIN, 1L, 2L).lead();
    node.acknowledge(2, 1);
    node.propose("a").propose("b").propose("c");
    assertThat(node.progress(2).next()).isEqualTo(5);
    node.core().reportUnreachable(2);
    assertThat(node.progress(2).state()).isEqualTo(PeerProgress.State.PROBE);
    assertThat(node.progress(2).next()).isEqualTo(2);
  }

  @Test
  void aHeartbeatTellsNoMoreThanTheMemberIsKnownToHave() {
    TestNode node = TestNode.of(1, PLAIN, 1L, 2L, 3L).lead();
    node.acknowledge(2, 1);
    node.propose("a");
    node.acknowledge(2, 2);
    node.takeMessages();
    node.tick(1);
    assertThat(node.take(Message.Heartbeat.class))
        .containsExactly(
            new Message.Heartbeat(1, 2, 1, 2, 0), new Message.Heartbeat(1, 3, 1, 0, 0));
  }

  @Test
  void aHeartbeatMovesTheCommitIndexOnlyForward() {
    TestNode node = follower(2, 2, "1 2 2");
    node.step(new Message.Heartbeat(2, 1, 2, 3, 0));
    assertThat(node.core().commitIndex()).isEqualTo(3);
    node.step(new Message.Heartbeat(2, 1, 2, 1, 77));
    assertThat(node.core().commitIndex()).isEqualTo(3);
    assertThat(node.take(Message.HeartbeatResponse.class))
        .endsWith(new Message.HeartbeatResponse(1, 2, 2, 77));
  }

  @Test
  void aMemberThatLagsGetsAnAppendForEveryHeartbeatAnswered() {
    TestNode node = TestNode.of(1, PLAIN, 1L, 2L).lead();
    for (int i = 0; i < 2; i++) {
      node.step(new Message.HeartbeatResponse(2, 1, 1, 0));
      assertThat(node.take(Message.Append.class)).hasSize(1);
    }
    node.acknowledge(2, 1);
    node.takeMessages();
    node.step(new Message.HeartbeatResponse(2, 1, 1, 0));
    assertThat(node.take(Message.Append.class)).isEmpty();
  }

  @Test
  void aMemberStillProbedWaitsForItsAnswer() {
    TestNode node = TestNode.of(1, PLAIN, 1L, 2L, 3L).lead();
    node.acknowledge(2, 1);
    node.takeMessages();
    node.propose("x");
    assertThat(node.take(Message.Append.class)).extracting(Message::to).containsExactly(2L);
    node.acknowledge(3, 1);
    assertThat(node.take(Message.Append.class))
        .allMatch(append -> append.to() == 3)
        .anyMatch(append -> append.entries().size() == 1);
  }

  @ParameterizedTest
  @CsvSource({"3, 3, true", "3, 2, true", "5, 3, true", "3, 1, false", "4, 2, false"})
  void aProposalNeedsAMajority(int size, int live, boolean succeeds) {
    Group group = Group.of(size);
    for (long id = size; id > live; id--) {
      group.isolate(id);
    }
    group.campaign(1).propose(1, "x");
    for (TestNode node : group.all()) {
      int entries = succeeds && node.id() <= live ? 2 : 0;
      assertThat(node.core().lastIndex()).isEqualTo(entries);
      assertThat(node.core().commitIndex()).isEqualTo(entries);
    }
    assertThat(group.core(1).term()).isEqualTo(1);
  }

  @Test
  void aFollowerForwardsProposalsUnlessToldOtherwise() {
    Group group = Group.of(3).campaign(1).propose(2, "x");
    group.all().forEach(node -> assertThat(node.commands()).containsExactly("x"));
    Group silent = Group.of(3, PLAIN.withForwardProposals(false)).campaign(1);
    assertThat(silent.core(2).propose(TestNode.bytes("x")))
        .isEqualTo(new ProposeResult.NotLeader(OptionalLong.of(1)));
    assertThat(silent.core(1).step(new Message.Propose(2, 1, 0, List.of(Payload.EMPTY))))
        .isEqualTo(StepResult.OK);
  }

  @Test
  void theLeadersOwnMatchWaitsForItsDisk() {
    TestNode node = TestNode.of(1, PLAIN, 1L, 2L, 3L).lead();
    List<Ready> readys = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      node.core().propose(TestNode.bytes("x"));
    }
    assertThat(node.progress(1).match()).isEqualTo(1);
    readys.add(node.core().ready());
    node.log().append(readys.get(0).persist());
    node.core().advance(readys.get(0));
    assertThat(node.progress(1).match()).isEqualTo(6);
    assertThat(node.progress(1).next()).isEqualTo(7);
  }

  @Test
  void nonsenseAcknowledgementsAreNotCounted() {
    TestNode node = TestNode.of(1, PLAIN, 1L, 2L, 3L).lead();
    node.acknowledge(2, 1_000_000);
    assertThat(node.progress(2).match()).isZero();
    assertThat(node.core().commitIndex()).isZero();
  }

  @Test
  void whatWasPassedOnToALeaderThatIsNoneAnyMoreComesBackToTheNewOne() {
    TestNode node = TestNode.of(1, PLAIN, 1L, 2L, 3L).lead();
    long before = node.core().lastIndex();
    node.step(new Message.Propose(1, 1, 0, List.of(Payload.EMPTY)));
    node.step(new Message.ReadIndexRequest(1, 1, 0, 7));
    assertThat(node.core().lastIndex()).isEqualTo(before + 1);
    assertThat(node.leader().reads().size()).isEqualTo(1);
  }

  @Test
  void aMessageInTheOwnNameThatWantsAnAnswerIsIgnored() {
    TestNode node = TestNode.of(1, PLAIN, 1L, 2L, 3L);
    for (long to : List.of(1L, 2L)) {
      node.step(new Message.Append(1, to, 5, new LogSlice(EntryId.ZERO, List.of()), 0));
      node.step(new Message.Heartbeat(1, to, 5, 0, 0));
      node.step(new Message.InstallSnapshot(1, to, 5, Snapshot.EMPTY));
      node.step(new Message.VoteRequest(1, to, 5, 0, 0, true));
      node.step(new Message.PreVoteRequest(1, to, 5, 0, 0));
    }
    assertThat(node.core().term()).isZero();
    assertThat(node.core().hasReady()).isFalse();
  }

  @Test
  void anAcknowledgementOfOneEntryTooManyIsIgnored() {
    TestNode node = TestNode.of(1, PLAIN, 1L, 2L, 3L).lead();
    node.acknowledge(2, node.core().lastIndex() + 1);
    assertThat(node.progress(2).match()).isZero();
    assertThat(node.core().commitIndex()).isZero();
    node.propose("x");
    assertThat(node.core().commitIndex()).as("nobody has acknowledged that entry").isZero();
  }
}
