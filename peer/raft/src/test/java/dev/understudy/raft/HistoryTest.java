package dev.understudy.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What earlier cores of this line learnt the hard way. */
class HistoryTest {
  private static final RaftConfig PLAIN = TestNode.CONFIG;

  @ParameterizedTest
  @EnumSource(Role.class)
  void everyRoleGivesItsVoteToALaterTerm(Role role) {
    TestNode node = ElectionTest.inRole(role);
    long term = node.core().term() + 1;
    node.step(new Message.VoteRequest(2, 1, term, term, 42, false));
    assertThat(node.take(Message.VoteResponse.class))
        .containsExactly(
            new Message.VoteResponse(1, 2, term, true, Optional.of(new EntryId(term, 42))));
    assertThat(node.core().role()).isEqualTo(Role.FOLLOWER);
    assertThat(node.core().status().hardState().term()).isEqualTo(term);
    assertThat(node.core().status().hardState().vote()).isEqualTo(2);
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void aPreVoteNeverChangesTheReceiversTermVoteOrRole(Role role) {
    TestNode node = ElectionTest.inRole(role);
    HardState before = node.core().status().hardState();
    long term = before.term() + 1;
    node.step(new Message.PreVoteRequest(2, 1, term, term, 42));
    assertThat(node.take(Message.PreVoteResponse.class))
        .containsExactly(new Message.PreVoteResponse(1, 2, term, true));
    assertThat(node.core().role()).isEqualTo(role);
    assertThat(node.core().status().hardState()).isEqualTo(before);
  }

  @Test
  void aLogWithEntriesAndTermZeroIsRefused() {
    MemoryStorage log = new MemoryStorage();
    log.append(TestNode.entries(1, 1));
    assertThatThrownBy(() -> new RaftCore(1, PLAIN, log, TestNode.NO_JITTER, RaftEvents.NONE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("term 0");
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void aQuiescedTickMovesTheClockAndNothingElse(Role role) {
    TestNode node = ElectionTest.inRole(role);
    Status before = node.core().status();
    int elapsed = node.state().electionElapsed;
    for (int i = 0; i < 100; i++) {
      node.core().tickQuiesced();
    }
    assertThat(node.core().status()).isEqualTo(before);
    assertThat(node.core().hasReady()).isFalse();
    assertThat(node.state().electionElapsed).isEqualTo(elapsed + 100);
  }

  @Test
  void aQuietGroupsLeaderLetsAFollowerThatWasNotQuietBeElected() {
    Group group = Group.of(3, PLAIN.withCheckQuorum(true)).campaign(1).beat(1);
    for (int i = 0; i < 10; i++) {
      group.core(1).tickQuiesced();
      group.core(2).tickQuiesced();
    }
    group.tick(3, 10);
    assertThat(group.core(3).role()).isEqualTo(Role.LEADER);
    assertThat(group.core(1).role()).isEqualTo(Role.FOLLOWER);
    assertThat(group.terms()).containsOnly(2L);
  }

  @Test
  void afterQuiescedTicksTheNextTickDoesWhatIsOverdue() {
    TestNode follower = TestNode.of(1, PLAIN, 1L, 2L, 3L);
    TestNode leader = TestNode.of(1, PLAIN.withCheckQuorum(true), 1L, 2L, 3L).lead();
    for (int i = 0; i < 20; i++) {
      follower.core().tickQuiesced();
      leader.core().tickQuiesced();
    }
    follower.tick(1);
    assertThat(follower.core().role()).isEqualTo(Role.CANDIDATE);
    leader.tick(1);
    assertThat(leader.core().role()).isEqualTo(Role.FOLLOWER);
  }

  @Test
  void theInFlightWindowGrowsOnDemandUpToItsLimit() {
    Inflights window = new Inflights(10, RaftConfig.NO_LIMIT);
    List<Integer> capacities = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      capacities.add(window.capacity());
      window.add(i, 1);
    }
    assertThat(capacities).containsExactly(0, 1, 2, 4, 4, 8, 8, 8, 8, 10);
    TestNode leader = TestNode.of(1, PLAIN, 1L, 2L).lead();
    assertThat(leader.rawProgress(2).inflights().capacity()).isZero();
  }

  @Test
  void timeoutsCanBeReplayed() {
    List<Integer> first = timeouts(new java.util.SplittableRandom(7));
    assertThat(timeouts(new java.util.SplittableRandom(7))).isEqualTo(first);
    assertThat(Set.copyOf(first)).hasSizeGreaterThan(5).allMatch(ticks -> ticks >= 10);
  }

  private static List<Integer> timeouts(java.util.SplittableRandom random) {
    MemoryStorage log = new MemoryStorage();
    RaftCore core = new RaftCore(1, PLAIN, log, random::nextInt, RaftEvents.NONE);
    List<Integer> timeouts = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      core.state().becomeFollower(i, 0);
      timeouts.add(core.state().electionTimeout);
    }
    return timeouts;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aRemovedMembersRequestIsDeniedWithATermThatExistsNowhere(boolean preVote) {
    MemoryStorage log = new MemoryStorage();
    ConfState voters = ConfState.ofVoters(1L, 2L, 3L);
    log.applySnapshot(new Snapshot(new SnapshotMetadata(0, 0, voters), new byte[0]));
    RaftCore core =
        new RaftCore(1, PLAIN, log, 0, TestNode.NO_JITTER, RaftEvents.NONE, id -> id == 9);
    core.step(
        preVote
            ? new Message.PreVoteRequest(9, 1, 5, 5, 5)
            : new Message.VoteRequest(9, 1, 5, 5, 5, true));
    Ready ready = core.ready();
    assertThat(ready.sendOncePersisted())
        .containsExactly(
            preVote
                ? new Message.PreVoteResponse(1, 9, -1L, false)
                : new Message.VoteResponse(1, 9, -1L, false));
    assertThat(ready.hardState()).isEmpty();
    assertThat(core.term()).isZero();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theDeniedVotesTermIsNeverAdoptedAndSurfacesAsAnEvent(boolean preVote) {
    Denials denials = new Denials();
    RaftCore core = campaigning(preVote, denials, 1L, 2L, 3L, 4L, 5L);
    long term = core.term();
    core.step(denial(preVote, 2));
    core.step(denial(preVote, 2));
    assertThat(denials.single).as("one voice, however often").containsExactly(2L, 2L);
    core.step(denial(preVote, 3));
    assertThat(denials.decided).isEmpty();
    assertThat(core.role()).isNotEqualTo(Role.FOLLOWER);
    core.step(denial(preVote, 4));
    assertThat(denials.decided).as("a quorum").containsExactly(4L);
    assertThat(core.term()).isEqualTo(term);
    assertThat(core.role()).isEqualTo(Role.FOLLOWER);
  }

  @ParameterizedTest
  @EnumSource(
      value = Role.class,
      names = {"FOLLOWER", "LEADER"})
  void aDenialThatAnswersNothingIsIgnored(Role role) {
    Denials denials = new Denials();
    TestNode node = TestNode.of(1, PLAIN, 1L, 2L, 3L);
    RaftCore core = new RaftCore(1, PLAIN, node.log(), TestNode.NO_JITTER, denials);
    if (role == Role.LEADER) {
      core.campaign();
      core.step(new Message.VoteResponse(2, 1, core.term(), true));
      core.step(new Message.VoteResponse(3, 1, core.term(), true));
    }
    assertThat(core.role()).isEqualTo(role);
    for (boolean preVote : new boolean[] {false, true}) {
      for (long from : new long[] {1, 2, 3, 9}) {
        core.step(denial(preVote, from));
      }
    }
    assertThat(core.role()).isEqualTo(role);
    assertThat(denials.single).isEmpty();
    assertThat(denials.decided).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aDenialCountsFromVotersThatWereAskedForThisKindOfVote(boolean preVote) {
    Denials denials = new Denials();
    RaftCore core = campaigning(preVote, denials, 1L, 2L, 3L);
    for (long other : new long[] {1, 9}) {
      core.step(denial(preVote, other));
    }
    core.step(denial(!preVote, 2));
    core.step(denial(!preVote, 3));
    assertThat(denials.single).isEmpty();
    assertThat(denials.decided).isEmpty();
  }

  private static Message denial(boolean preVote, long from) {
    return preVote
        ? new Message.PreVoteResponse(from, 1, Message.TERM_DENIED, false)
        : new Message.VoteResponse(from, 1, Message.TERM_DENIED, false);
  }

  private static RaftCore campaigning(boolean preVote, RaftEvents events, Long... voters) {
    TestNode node = TestNode.of(1, PLAIN, voters);
    RaftCore core =
        new RaftCore(1, PLAIN.withPreVote(preVote), node.log(), TestNode.NO_JITTER, events);
    core.campaign();
    return core;
  }

  /** Who has denied. */
  private static final class Denials implements RaftEvents {
    private final List<Long> single = new ArrayList<>();
    private final List<Long> decided = new ArrayList<>();

    @Override
    public void denied(long from) {
      single.add(from);
    }

    @Override
    public void removed(long from) {
      decided.add(from);
    }
  }

  @Test
  void noOtherMessageCanCarryATermThatHigh() {
    TestNode node = ElectionTest.inRole(Role.FOLLOWER);
    Status before = node.core().status();
    node.step(new Message.Heartbeat(2, 1, -1L, 0, 0));
    node.step(new Message.Append(2, 1, Long.MIN_VALUE, new LogSlice(EntryId.ZERO, List.of()), 0));
    node.step(new Message.VoteResponse(2, 1, -2L, true));
    assertThat(node.core().status()).isEqualTo(before);
    assertThat(node.takeMessages()).isEmpty();
  }
}
