package dev.understudy.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Elections and moves between roles (§5.2). */
class ElectionTest {
  private static final RaftConfig PLAIN = TestNode.CONFIG;
  private static final RaftConfig PRE_VOTE = PLAIN.withPreVote(true);

  @Test
  void aNewNodeIsAFollower() {
    assertThat(TestNode.of(1, PLAIN, 1L, 2L, 3L).core().role()).isEqualTo(Role.FOLLOWER);
  }

  @ParameterizedTest
  @CsvSource({
    "3, 0, LEADER, 1",
    "3, 1, LEADER, 1",
    "3, 2, CANDIDATE, 1",
    "4, 2, CANDIDATE, 1",
    "5, 2, LEADER, 1",
    "1, 0, LEADER, 1"
  })
  void aCampaignSucceedsWithAMajorityOfTheLiving(int size, int dead, Role role, long term) {
    Group group = Group.of(size);
    for (long id = size; id > size - dead; id--) {
      group.isolate(id);
    }
    group.campaign(1);
    assertThat(group.core(1).role()).isEqualTo(role);
    assertThat(group.core(1).term()).isEqualTo(term);
  }

  @ParameterizedTest
  @CsvSource({
    "3, 0, LEADER, 1",
    "3, 1, LEADER, 1",
    "3, 2, PRE_CANDIDATE, 0",
    "4, 2, PRE_CANDIDATE, 0",
    "5, 2, LEADER, 1",
    "1, 0, LEADER, 1"
  })
  void aPreCampaignThatCannotBeWonRaisesNoTerm(int size, int dead, Role role, long term) {
    Group group = Group.of(size, PRE_VOTE);
    for (long id = size; id > size - dead; id--) {
      group.isolate(id);
    }
    group.campaign(1);
    assertThat(group.core(1).role()).isEqualTo(role);
    assertThat(group.core(1).term()).isEqualTo(term);
  }

  @Test
  void aCandidateWithAnOutdatedLogLoses() {
    long[][] logs = {{}, {1}, {1}, {1, 1}, {}};
    Group group = new Group(5, id -> withTerms(id, 5, PLAIN, logs[(int) (id - 1)]));
    group.campaign(1);
    assertThat(group.core(1).role()).isEqualTo(Role.FOLLOWER);
    assertThat(group.core(1).term()).isEqualTo(1);
  }

  private static TestNode withTerms(long id, int size, RaftConfig config, long... terms) {
    long last = terms.length == 0 ? 0 : terms[terms.length - 1];
    return TestNode.withLog(
        id, config, ConfState.ofVoters(Group.voters(size)), new HardState(last, 0, 0), terms);
  }

  static Stream<Arguments> answers() {
    return Stream.of(
        Arguments.of(1, "", Role.LEADER),
        Arguments.of(3, "y", Role.LEADER),
        Arguments.of(3, "yy", Role.LEADER),
        Arguments.of(5, "yy", Role.LEADER),
        Arguments.of(5, "yyy", Role.LEADER),
        Arguments.of(5, "yyyy", Role.LEADER),
        Arguments.of(3, "nn", Role.FOLLOWER),
        Arguments.of(5, "nnnn", Role.FOLLOWER),
        Arguments.of(5, "ynnn", Role.FOLLOWER),
        Arguments.of(3, "", Role.CANDIDATE),
        Arguments.of(5, "", Role.CANDIDATE),
        Arguments.of(5, "y", Role.CANDIDATE),
        Arguments.of(5, "nn", Role.CANDIDATE));
  }

  @ParameterizedTest
  @MethodSource("answers")
  void oneRoundOfAnswersDecides(int size, String answers, Role role) {
    TestNode node = TestNode.of(1, PLAIN, Group.voters(size));
    node.core().campaign();
    node.settle();
    for (int i = 0; i < answers.length(); i++) {
      node.step(new Message.VoteResponse(i + 2, 1, 1, answers.charAt(i) == 'y'));
    }
    assertThat(node.core().role()).isEqualTo(role);
    assertThat(node.core().term()).isEqualTo(1);
  }

  @Test
  void onlyTheFirstAnswerOfAMemberCounts() {
    TestNode node = TestNode.of(1, PLAIN, Group.voters(5));
    node.core().campaign();
    node.settle();
    node.step(new Message.VoteResponse(2, 1, 1, false));
    node.step(new Message.VoteResponse(2, 1, 1, true));
    node.step(new Message.VoteResponse(3, 1, 1, true));
    assertThat(node.core().role()).isEqualTo(Role.CANDIDATE);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void afterItsTimeoutAMemberVotesForItselfAndAsksTheOthers(boolean candidate) {
    TestNode node = atTermOne(candidate);
    node.tick(19);
    assertThat(node.core().role()).isEqualTo(Role.CANDIDATE);
    assertThat(node.core().term()).isEqualTo(2);
    assertThat(node.core().status().hardState().vote()).isEqualTo(1);
    assertThat(((Candidate) node.state().behaviour()).votes(true)).isEqualTo(1);
    assertThat(node.takeMessages())
        .containsExactly(
            new Message.VoteRequest(1, 2, 2, 0, 0, false),
            new Message.VoteRequest(1, 3, 2, 0, 0, false));
  }

  private static TestNode atTermOne(boolean candidate) {
    TestNode node = TestNode.of(1, PLAIN, 1L, 2L, 3L);
    if (candidate) {
      node.core().campaign();
    } else {
      node.step(new Message.Heartbeat(2, 1, 1, 0, 0));
    }
    node.takeMessages();
    return node;
  }

  @Test
  void voteRequestsTellTheLastEntry() {
    TestNode node = TestNode.of(1, PLAIN, 1L, 2L, 3L);
    node.step(
        new Message.Append(2, 1, 2, new LogSlice(EntryId.ZERO, TestNode.entries(1, 1, 2)), 0));
    node.takeMessages();
    node.tick(10);
    assertThat(node.take(Message.VoteRequest.class))
        .containsExactly(
            new Message.VoteRequest(1, 2, 3, 2, 2, false),
            new Message.VoteRequest(1, 3, 3, 2, 2, false));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  void aCandidateGivesWayToALeaderOfItsTermOrALaterOne(long term) {
    TestNode node = TestNode.of(1, PLAIN, 1L, 2L, 3L);
    node.core().campaign();
    node.step(new Message.Append(2, 1, term, new LogSlice(EntryId.ZERO, List.of()), 0));
    assertThat(node.core().role()).isEqualTo(Role.FOLLOWER);
    assertThat(node.core().term()).isEqualTo(term);
    assertThat(node.core().leader()).isEqualTo(2);
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void everyRoleFollowsALaterTerm(Role role) {
    TestNode node = inRole(role);
    long term = node.core().term() + 2;
    long last = node.core().lastIndex();
    node.step(new Message.VoteRequest(2, 1, term, term, last + 1, false));
    assertThat(node.core().role()).isEqualTo(Role.FOLLOWER);
    assertThat(node.core().term()).isEqualTo(term);
    assertThat(node.core().leader()).isZero();
    node.step(new Message.Append(2, 1, term, new LogSlice(EntryId.ZERO, List.of()), 0));
    assertThat(node.core().leader()).isEqualTo(2);
    assertThat(node.core().lastIndex()).isEqualTo(last);
  }

  /** A member of three in a role. */
  static TestNode inRole(Role role) {
    RaftConfig config = role == Role.PRE_CANDIDATE ? PRE_VOTE : PLAIN;
    TestNode node = TestNode.of(1, config, 1L, 2L, 3L);
    switch (role) {
      case FOLLOWER -> node.state().becomeFollower(1, 0);
      case PRE_CANDIDATE, CANDIDATE -> node.core().campaign();
      case LEADER -> node.lead();
    }
    node.takeMessages();
    assertThat(node.core().role()).isEqualTo(role);
    return node;
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void aMessageOfAnEarlierTermReachesNoRole(Role role) {
    TestNode node = inRole(role);
    node.state().becomeFollower(7, 3);
    HardState before = node.core().status().hardState();
    node.step(new Message.Append(2, 1, 6, new LogSlice(EntryId.ZERO, TestNode.entries(1, 6)), 1));
    assertThat(node.core().status().hardState()).isEqualTo(before);
    assertThat(node.core().leader()).isEqualTo(3);
  }

  @Test
  void onlyLegalMovesBetweenRolesArePossible() {
    for (Role from : Role.values()) {
      for (Role to : Role.values()) {
        TestNode node = inRole(from);
        boolean legal =
            from == Role.LEADER
                ? to == Role.FOLLOWER || to == Role.LEADER
                : !(from == Role.FOLLOWER && to == Role.LEADER);
        if (legal) {
          long term = node.core().term();
          move(node, to);
          assertThat(node.core().role()).isEqualTo(to);
          assertThat(node.core().term()).isEqualTo(to == Role.CANDIDATE ? term + 1 : term);
          assertThat(node.core().leader()).isEqualTo(to == Role.LEADER ? 1 : 0);
        } else {
          assertThatThrownBy(() -> move(node, to)).isInstanceOf(IllegalStateException.class);
        }
      }
    }
  }

  private static void move(TestNode node, Role to) {
    switch (to) {
      case FOLLOWER -> node.state().becomeFollower(node.core().term(), 0);
      case PRE_CANDIDATE -> node.state().becomePreCandidate();
      case CANDIDATE -> node.state().becomeCandidate();
      case LEADER -> node.state().becomeLeader();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aLeaderThatIsToldToCampaignGoesOnLeading(boolean preVote) {
    Group group = Group.of(3, PLAIN.withPreVote(preVote)).campaign(1);
    long term = group.core(1).term();
    group.campaign(1);
    assertThat(group.core(1).role()).isEqualTo(Role.LEADER);
    assertThat(group.core(1).term()).isEqualTo(term);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void leadershipGoesRound(boolean preVote) {
    Group group = Group.of(3, PLAIN.withPreVote(preVote));
    for (long id = 1; id <= 3; id++) {
      group.campaign(id);
      for (TestNode node : group.all()) {
        assertThat(node.core().role()).isEqualTo(node.id() == id ? Role.LEADER : Role.FOLLOWER);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aNewLeaderOverwritesUncommittedEntriesOfALaterTerm(boolean preVote) {
    RaftConfig config = PLAIN.withPreVote(preVote);
    Group group =
        new Group(
            5,
            id -> {
              ConfState voters = ConfState.ofVoters(Group.voters(5));
              if (id <= 2) {
                return TestNode.withLog(id, config, voters, new HardState(1, 0, 0), 1);
              }
              return id == 3
                  ? TestNode.withLog(id, config, voters, new HardState(2, 3, 0), 2)
                  : TestNode.withLog(id, config, voters, new HardState(2, 3, 0));
            });
    group.campaign(1);
    assertThat(group.core(1).role()).isEqualTo(Role.FOLLOWER);
    assertThat(group.core(1).term()).isEqualTo(2);
    group.campaign(1);
    assertThat(group.core(1).role()).isEqualTo(Role.LEADER);
    assertThat(group.core(1).term()).isEqualTo(3);
    group.all().forEach(node -> assertThat(node.terms()).containsExactly(1L, 3L));
  }

  @Test
  void duelingCandidatesEndAtOneTerm() {
    Group group = Group.of(3).cut(1, 3).campaign(1).campaign(3);
    assertThat(group.core(1).role()).isEqualTo(Role.LEADER);
    assertThat(group.core(3).role()).isEqualTo(Role.CANDIDATE);
    group.heal().campaign(3);
    assertThat(group.roles()).containsOnly(Role.FOLLOWER);
    assertThat(group.terms()).containsOnly(2L);
    assertThat(group.all().stream().map(node -> node.core().lastIndex()))
        .containsExactly(1L, 1L, 0L);
  }

  @Test
  void duelingPreCandidatesLeaveTheLeaderInPeace() {
    Group group = Group.of(3, PRE_VOTE).cut(1, 3).campaign(1).campaign(3);
    assertThat(group.core(3).role()).isEqualTo(Role.FOLLOWER);
    group.heal().campaign(3);
    assertThat(group.core(1).role()).isEqualTo(Role.LEADER);
    assertThat(group.terms()).containsOnly(1L);
  }

  @Test
  void anIsolatedCandidateConcedes() {
    Group group = Group.of(3).isolate(1).campaign(1).campaign(3).heal().beat(3).propose(3, "x");
    assertThat(group.core(1).role()).isEqualTo(Role.FOLLOWER);
    assertThat(group.terms()).containsOnly(1L);
    group.all().forEach(node -> assertThat(node.terms()).containsExactly(1L, 1L));
  }

  @Test
  void aLateAppendOfAnOldLeaderIsIgnored() {
    Group group = Group.of(3).campaign(1).campaign(2).campaign(1);
    group
        .core(1)
        .step(
            new Message.Append(
                2, 1, 2, new LogSlice(new EntryId(2, 2), TestNode.entries(3, 2)), 2));
    group.settle().propose(1, "x");
    group.all().forEach(node -> assertThat(node.terms()).containsExactly(1L, 2L, 3L, 3L));
  }

  @Test
  void aReturningCandidateTakesTheLeadersTerm() {
    Group group = Group.of(3).campaign(1).isolate(3).campaign(2).campaign(1);
    group.tick(3, 10);
    assertThat(group.core(3).role()).isEqualTo(Role.CANDIDATE);
    assertThat(group.core(3).term()).isEqualTo(2);
    group.heal().beat(1);
    assertThat(group.core(3).role()).isEqualTo(Role.FOLLOWER);
    assertThat(group.terms()).containsOnly(3L);
    assertThat(group.core(3).lastIndex()).isEqualTo(group.core(1).lastIndex());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theOwnVoteThatComesBackTooLateChangesNothing(boolean preVote) {
    TestNode node = TestNode.of(1, PLAIN.withPreVote(preVote), 1L, 2L, 3L);
    node.core().campaign();
    Ready ready = node.core().ready();
    node.core().step(new Message.Heartbeat(2, 1, Math.max(1, node.core().term()), 0, 0));
    assertThat(node.core().role()).isEqualTo(Role.FOLLOWER);
    node.core().advance(ready);
    node.settle();
    assertThat(node.core().role()).isEqualTo(Role.FOLLOWER);
  }

  @Test
  void aLatePromiseIsNotCountedAsAVote() {
    TestNode node = TestNode.of(1, PRE_VOTE, 1L, 2L, 3L);
    node.core().campaign();
    Ready ready = node.core().ready();
    node.core().step(new Message.PreVoteResponse(2, 1, 1, true));
    node.core().step(new Message.PreVoteResponse(3, 1, 1, true));
    assertThat(node.core().role()).isEqualTo(Role.CANDIDATE);
    node.core().advance(ready);
    assertThat(((Candidate) node.state().behaviour()).votes(true)).isZero();
    node.step(new Message.VoteResponse(2, 1, 1, true));
    assertThat(node.core().role()).isEqualTo(Role.LEADER);
  }

  @Test
  void anOwnAcknowledgementOfAnEarlierTermIsHarmless() {
    TestNode node = TestNode.of(1, PLAIN, 1L, 2L, 3L).lead();
    node.core().propose(TestNode.bytes("x"));
    Ready ready = node.core().ready();
    node.core().step(new Message.Heartbeat(2, 1, 2, 0, 0));
    node.log().append(ready.persist());
    node.core().advance(ready);
    node.settle();
    assertThat(node.core().role()).isEqualTo(Role.FOLLOWER);
    assertThat(node.core().term()).isEqualTo(2);
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void onlyALeaderBeats(Role role) {
    TestNode node = inRole(role);
    node.tick(1);
    assertThat(node.take(Message.Heartbeat.class)).hasSize(role == Role.LEADER ? 2 : 0);
  }

  @Test
  void aTimeoutIsDrawnAnewFromTheWholeRangeAtEveryElection() {
    int[] seen = new int[20];
    int[] next = {0};
    MemoryStorage log = new MemoryStorage();
    ConfState voters = ConfState.ofVoters(1L, 2L, 3L);
    log.applySnapshot(new Snapshot(new SnapshotMetadata(0, 0, voters), new byte[0]));
    RaftCore core = new RaftCore(1, PLAIN, log, bound -> next[0]++ % bound, RaftEvents.NONE);
    for (int round = 0; round < 100; round++) {
      long term = core.term();
      int ticks = 0;
      while (core.term() == term) {
        core.tick();
        ticks++;
      }
      seen[ticks]++;
    }
    assertThat(Arrays.stream(seen, 0, 10)).containsOnly(0);
    assertThat(Arrays.stream(seen, 10, 20)).allMatch(count -> count == 10);
  }

  @Test
  void groupsMayShareOneSourceOfJitter() {
    int[] draws = {0};
    Jitter shared =
        bound -> {
          draws[0]++;
          return bound - 1;
        };
    for (long id = 1; id <= 3; id++) {
      RaftCore core = new RaftCore(id, PLAIN, new MemoryStorage(), shared, RaftEvents.NONE);
      assertThat(core.state().electionTimeout).isEqualTo(19);
    }
    assertThat(draws[0]).isEqualTo(3);
  }
}
