package dev.understudy.raft;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Answers to requests for votes and for promises of votes (§5.4.1; thesis §9.6). */
class VoteTest {
  private static final RaftConfig PLAIN = TestNode.CONFIG;
  private static final ConfState VOTERS = ConfState.ofVoters(1L, 2L, 3L);

  private static Message.AnyVoteRequest request(
      boolean preVote, long from, long term, long lastTerm, long lastIndex) {
    return preVote
        ? new Message.PreVoteRequest(from, 1, term, lastTerm, lastIndex)
        : new Message.VoteRequest(from, 1, term, lastTerm, lastIndex, false);
  }

  private static boolean granted(TestNode node, Message.AnyVoteRequest request) {
    node.takeMessages();
    node.step(request);
    List<Message.AnyVoteResponse> answers = node.take(Message.AnyVoteResponse.class);
    assertThat(answers).hasSize(1);
    return answers.get(0).granted();
  }

  @ParameterizedTest
  @CsvSource({"0, 3", "1, 3", "2, 2", "3, 2"})
  void aVoteNeedsALogAtLeastAsUpToDate(long lastIndex, long leastTerm) {
    for (boolean preVote : new boolean[] {false, true}) {
      for (long lastTerm = 0; lastTerm <= 3; lastTerm++) {
        long term = Math.max(2, lastTerm);
        TestNode node = TestNode.withLog(1, PLAIN, VOTERS, new HardState(term, 0, 0), 2, 2);
        assertThat(granted(node, request(preVote, 2, term, lastTerm, lastIndex)))
            .as("last entry %d/%d, pre-vote %s", lastTerm, lastIndex, preVote)
            .isEqualTo(lastTerm >= leastTerm);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"0, 2, true", "0, 3, true", "2, 2, true", "3, 3, true", "2, 3, false", "3, 2, false"})
  void oneVoteIsGivenPerTermAndMayBeRepeated(long vote, long candidate, boolean granted) {
    TestNode node = TestNode.withLog(1, PLAIN, VOTERS, new HardState(1, vote, 0));
    node.step(request(false, candidate, 1, 0, 0));
    assertThat(node.takeMessages())
        .containsExactly(
            granted
                ? new Message.VoteResponse(1, candidate, 1, true, Optional.of(EntryId.ZERO))
                : new Message.VoteResponse(1, candidate, 1, false));
  }

  @Test
  void aVoteIsNotGivenTwiceAfterARestart() {
    TestNode node = TestNode.withLog(1, PLAIN, VOTERS, new HardState(1, 0, 0));
    assertThat(granted(node, request(false, 2, 2, 0, 0))).isTrue();
    node.restart();
    assertThat(granted(node, request(false, 3, 2, 0, 0))).isFalse();
    assertThat(granted(node, request(false, 2, 2, 0, 0))).isTrue();
  }

  @Test
  void aVoteAndAnAcknowledgementLeaveOnlyOnceTheyAreDurable() {
    TestNode node = TestNode.of(1, PLAIN, 1L, 2L, 3L);
    node.core().step(request(false, 2, 1, 0, 0));
    Ready ready = node.core().ready();
    assertThat(ready.sendNow()).isEmpty();
    assertThat(ready.hardState()).contains(new HardState(1, 2, 0));
    assertThat(ready.mustSync()).isTrue();
    assertThat(ready.sendOncePersisted()).hasOnlyElementsOfType(Message.VoteResponse.class);
    node.core().advance(ready);
    node.core()
        .step(new Message.Append(2, 1, 1, new LogSlice(EntryId.ZERO, TestNode.entries(1, 1)), 0));
    ready = node.core().ready();
    assertThat(ready.sendNow()).isEmpty();
    assertThat(ready.sendOncePersisted()).hasOnlyElementsOfType(Message.AppendResponse.class);
  }

  @Test
  void aCandidatesOwnVoteCountsOnlyOnceItIsDurable() {
    TestNode node = TestNode.of(1, PLAIN, 1L);
    node.core().campaign();
    Ready ready = node.core().ready();
    assertThat(node.core().role()).isEqualTo(Role.CANDIDATE);
    node.core().advance(ready);
    assertThat(node.core().role()).isEqualTo(Role.LEADER);
  }

  @ParameterizedTest
  @EnumSource(
      value = Role.class,
      names = {"PRE_CANDIDATE", "CANDIDATE", "LEADER"})
  void whoWantsToLeadOrLeadsVotesForNobodyElseInItsTerm(Role role) {
    TestNode node = ElectionTest.inRole(role);
    if (role == Role.PRE_CANDIDATE) {
      node.state().vote = 1;
    }
    assertThat(granted(node, request(false, 3, Math.max(1, node.core().term()), 3, 3)))
        .isEqualTo(role == Role.PRE_CANDIDATE);
  }

  /** The leader's disk was set back: it asks again for the vote with which it has led already. */
  @Test
  void aTermThatHadALeaderIsNotDecidedASecondTime() {
    TestNode node = TestNode.withLog(1, PLAIN, VOTERS, new HardState(1, 0, 0));
    assertThat(granted(node, request(false, 2, 2, 0, 0))).isTrue();
    node.step(new Message.Heartbeat(2, 1, 2, 0, 0));
    assertThat(granted(node, request(false, 2, 2, 0, 0))).as("while it is heard").isFalse();
    node.core().forgetLeader();
    assertThat(granted(node, request(false, 2, 2, 0, 0))).as("when it is silent").isFalse();
    assertThat(granted(node, request(true, 2, 2, 0, 0))).as("a promise of it").isFalse();
    assertThat(granted(node, request(true, 2, 3, 0, 0))).as("the next term").isTrue();
    assertThat(granted(node, request(false, 2, 3, 0, 0))).as("the next term").isTrue();
  }

  @Test
  void withAKnownLeaderNobodyElseGetsTheVote() {
    TestNode node = TestNode.of(1, PLAIN, 1L, 2L, 3L);
    node.step(new Message.Heartbeat(2, 1, 1, 0, 0));
    assertThat(granted(node, request(false, 3, 1, 0, 0))).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1, 1, true",
    "1, 1, 2, true",
    "1 1, 1, 1, false",
    "1, 2, 1, true",
    "1, 2, 2, true",
    "1 1, 2, 1, true",
    "2, 1, 1, false",
    "2, 1, 2, false",
    "2 2, 1, 1, false",
    "1 1, 1, 1, false"
  })
  void theLaterLastTermWinsThenTheLongerLog(
      String log, long lastTerm, long lastIndex, boolean granted) {
    long[] terms = java.util.Arrays.stream(log.split(" ")).mapToLong(Long::parseLong).toArray();
    TestNode node = TestNode.withLog(1, PLAIN, VOTERS, new HardState(2, 0, 0), terms);
    assertThat(granted(node, request(false, 2, 3, lastTerm, lastIndex))).isEqualTo(granted);
  }

  @Test
  void aVoteStartsTheClockAnewAndAPromiseDoesNot() {
    TestNode node = TestNode.of(1, PLAIN, 1L, 2L, 3L).tick(5);
    assertThat(granted(node, request(true, 2, 1, 0, 0))).isTrue();
    assertThat(node.state().electionElapsed).isEqualTo(5);
    assertThat(node.core().status().hardState()).isEqualTo(HardState.EMPTY);
    assertThat(granted(node, request(false, 2, 1, 0, 0))).isTrue();
    assertThat(node.state().electionElapsed).isZero();
  }

  @Test
  void aVoteInTheOwnTermStartsTheClockAnewToo() {
    TestNode node = TestNode.of(1, PLAIN, 1L, 2L, 3L);
    node.state().becomeFollower(3, 0);
    node.tick(5).step(new Message.VoteRequest(2, 1, 3, 0, 0, false));
    assertThat(node.state().vote).isEqualTo(2);
    assertThat(node.state().electionElapsed).isZero();
  }

  @Test
  void aVoteHasToBeOnTheDiskEvenIfTheTermIsThereAlready() {
    TestNode node = TestNode.of(1, PLAIN, 1L, 2L, 3L);
    node.state().becomeFollower(3, 0);
    node.settle().core().step(new Message.VoteRequest(2, 1, 3, 0, 0, false));
    Ready ready = node.core().ready();
    assertThat(ready.hardState()).contains(new HardState(3, 2, 0));
    assertThat(ready.persist()).isEmpty();
    assertThat(ready.mustSync()).isTrue();
  }

  @Test
  void aLearnerVotesWhenItIsAsked() {
    ConfState confState = new ConfState(List.of(1L), List.of(2L), List.of(), List.of(), false);
    TestNode learner = TestNode.withLog(2, PLAIN, confState, HardState.EMPTY);
    learner.step(new Message.VoteRequest(1, 2, 2, 11, 11, false));
    assertThat(learner.takeMessages())
        .containsExactly(new Message.VoteResponse(2, 1, 2, true, Optional.of(new EntryId(11, 11))));
  }

  @Test
  void aRefusalOfALaterTermEndsAPreCampaignAndAPromiseDoesNot() {
    TestNode node = TestNode.of(1, PLAIN.withPreVote(true), Group.voters(5));
    node.core().campaign();
    node.settle();
    node.step(new Message.PreVoteResponse(2, 1, 1, true));
    assertThat(node.core().role()).isEqualTo(Role.PRE_CANDIDATE);
    assertThat(node.core().term()).isZero();
    node.step(new Message.PreVoteResponse(3, 1, 4, false));
    assertThat(node.core().role()).isEqualTo(Role.FOLLOWER);
    assertThat(node.core().term()).isEqualTo(4);
  }

  @Test
  void aPreVoteOfAnEarlierTermIsRefusedWithTheOwnTerm() {
    TestNode node = TestNode.withLog(1, PLAIN.withPreVote(true), VOTERS, new HardState(5, 0, 0));
    node.step(request(true, 2, 3, 9, 9));
    assertThat(node.takeMessages()).containsExactly(new Message.PreVoteResponse(1, 2, 5, false));
  }

  @ParameterizedTest
  @CsvSource({"false, false, 0", "true, false, 1", "false, true, 1"})
  void aStaleLeaderIsToldOfTheNewTermWhereNothingElseWouldTellIt(
      boolean preVote, boolean checkQuorum, int answers) {
    RaftConfig config = PLAIN.withPreVote(preVote).withCheckQuorum(checkQuorum);
    TestNode node = TestNode.withLog(1, config, VOTERS, new HardState(5, 0, 0));
    node.step(new Message.Heartbeat(2, 1, 3, 0, 0));
    node.step(new Message.Append(2, 1, 3, new LogSlice(EntryId.ZERO, List.of()), 0));
    assertThat(node.takeMessages())
        .hasSize(2 * answers)
        .allMatch(new Message.AppendResponse(1, 2, 5, 0, false, 0, 0)::equals);
  }

  @Test
  void aNodeWithASmallerTermCompletesAnElection() {
    Group group = Group.of(3, PLAIN.withPreVote(true));
    group.all().forEach(node -> node.state().becomeFollower(1, 0));
    group.isolate(3).campaign(1).campaign(3);
    assertThat(group.core(1).term()).isEqualTo(2);
    assertThat(group.core(3).role()).isEqualTo(Role.PRE_CANDIDATE);
    assertThat(group.core(3).term()).isEqualTo(1);
    group.campaign(2);
    assertThat(group.core(2).role()).isEqualTo(Role.LEADER);
    assertThat(group.core(2).term()).isEqualTo(3);
    group.heal().isolate(2).campaign(3).campaign(1);
    assertThat(List.of(group.core(1).role(), group.core(3).role())).contains(Role.LEADER);
  }

  @Test
  void aSplitVoteAfterPreVotesIsResolvedByAnotherCampaign() {
    Group group = Group.of(3, PLAIN.withPreVote(true)).campaign(1);
    group.all().forEach(node -> node.state().becomeFollower(2, 0));
    group.isolate(1);
    group.core(2).campaign();
    group.core(3).campaign();
    group.settle();
    assertThat(group.core(2).term()).isEqualTo(3);
    assertThat(group.core(3).term()).isEqualTo(3);
    group.campaign(2);
    assertThat(group.core(2).role()).isEqualTo(Role.LEADER);
    assertThat(group.core(2).term()).isEqualTo(4);
    assertThat(group.core(3).role()).isEqualTo(Role.FOLLOWER);
  }

  @Test
  void withPreVoteAndLeasesAnElectionIsPossibleOnceTheLeaderIsGone() {
    Group group = Group.of(3, PLAIN.withPreVote(true).withCheckQuorum(true)).campaign(1);
    group.isolate(1).campaign(3);
    assertThat(group.core(3).role()).isEqualTo(Role.PRE_CANDIDATE);
    group.campaign(2);
    assertThat(group.core(2).role() == Role.LEADER || group.core(3).role() == Role.FOLLOWER)
        .isTrue();
  }

  /** Two with PreVote, one without that is cut off, behind in its log, and ahead in its term. */
  private static Group onItsWayToPreVotes() {
    Group group = new Group(3, id -> TestNode.of(id, PLAIN.withPreVote(id != 3), Group.voters(3)));
    group.all().forEach(node -> node.state().becomeFollower(1, 0));
    group.isolate(3).campaign(1).propose(1, "x");
    group.campaign(3).campaign(3).campaign(3);
    assertThat(group.roles()).containsExactly(Role.LEADER, Role.FOLLOWER, Role.CANDIDATE);
    assertThat(group.terms()).containsExactly(2L, 2L, 4L);
    group.get(3).restart(PLAIN.withPreVote(true));
    return group.heal();
  }

  @Test
  void aGroupOnItsWayToPreVotesCanStillElect() {
    Group group = onItsWayToPreVotes().isolate(1).campaign(3).campaign(2);
    assertThat(group.core(2).role()).isEqualTo(Role.FOLLOWER);
    assertThat(group.core(3).role()).isEqualTo(Role.PRE_CANDIDATE);
    group.campaign(3).campaign(2);
    assertThat(group.core(2).role()).isEqualTo(Role.LEADER);
    assertThat(group.core(3).role()).isEqualTo(Role.FOLLOWER);
    assertThat(group.terms()).containsExactly(2L, 5L, 5L);
    assertThat(group.get(3).terms()).isEqualTo(group.get(2).terms());
  }

  @Test
  void aStuckPreCandidateOfALaterTermFreesItselfThroughTheStaleLeader() {
    Group group = Group.of(3, PLAIN.withPreVote(true)).isolate(3).campaign(1);
    group.get(3).state().becomeFollower(4, 0);
    group.heal().campaign(3).campaign(3);
    assertThat(group.core(1).role()).isEqualTo(Role.LEADER);
    assertThat(group.core(3).role()).isEqualTo(Role.PRE_CANDIDATE);
    group.beat(1);
    assertThat(group.core(1).role()).isEqualTo(Role.FOLLOWER);
    assertThat(group.core(1).term()).isEqualTo(4);
  }
}
