package dev.understudy.raft;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Somebody speaks in members' names to get the member elected that lacks what is committed: 1 leads
 * and has committed "b" together with 2, while 3 was cut off.
 */
class ForgedVotesTest {
  private static final RaftConfig GUARDED = TestNode.CONFIG.withCheckQuorum(true).withPreVote(true);

  private final Group group = Group.of(3, GUARDED);
  private final List<Message> campaigned = new ArrayList<>();
  private long term;

  @BeforeEach
  void threeIsBehind() {
    group.campaign(1).propose(1, "a").isolate(3).propose(1, "b").beat(1).heal();
    assertThat(group.get(2).commands()).containsExactly("a", "b");
    assertThat(group.get(3).commands()).containsExactly("a");
    // In the name of the leader: no lease holds anybody back.
    group.core(3).step(new Message.TimeoutNow(1, 3, group.core(3).term()));
    term = group.core(3).term();
    assertThat(group.core(3).role()).isEqualTo(Role.CANDIDATE);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1})
  void aVoteThatWasAskedForInACandidatesNameElectsNobodyWhoseLogIsBehind(long more) {
    EntryId last = group.core(2).state().log.last();
    group.core(2).step(new Message.VoteRequest(3, 2, term, last.term(), last.index() + more, true));
    group.settle();
    assertThat(group.core(2).state().vote).as("the forged request has got the vote").isEqualTo(3);
    assertThat(group.core(3).role()).isNotEqualTo(Role.LEADER);
    assertAllIsThereAfterAnElection();
  }

  @Test
  void aForgedRequestDoesNotCostTheCandidateTheVoteThatItsOwnLogDeserves() {
    Group equals = Group.of(3, GUARDED).campaign(1).propose(1, "a").beat(1);
    equals.core(3).step(new Message.TimeoutNow(1, 3, equals.core(3).term()));
    long next = equals.core(3).term();
    equals.core(2).step(new Message.VoteRequest(3, 2, next, next, 99, true));
    equals.lose(message -> message.from() == 1);
    equals.settle();
    assertThat(equals.core(3).role()).isEqualTo(Role.LEADER);
  }

  @Test
  void aVoteOfAnEarlierReleaseDoesNotSayForWhichLogItIs() {
    group.get(3).settle();
    group.get(3).takeMessages();
    group.get(3).step(new Message.VoteResponse(2, 3, term, true));
    assertThat(group.core(3).role()).isEqualTo(Role.LEADER);
  }

  @Test
  void aLateVoteForAnElectionThatIsWonIsNoForgery() {
    Group equals = Group.of(3, GUARDED).lose(message -> message.from() == 3);
    equals.campaign(1).propose(1, "a");
    RaftCore winner = equals.core(1);
    assertThat(winner.role()).isEqualTo(Role.LEADER);
    Message late =
        new Message.VoteResponse(3, 1, winner.term(), true, Optional.of(new EntryId(0, 0)));
    assertThat(new Acceptance(winner.state()).refusal(late)).isEmpty();
  }

  @Test
  void nothingIsAcknowledgedToALeaderThatContradictsWhatIsCommitted() {
    electThreeByAForgedVote();
    group.propose(3, "x").beat(3);
    assertThat(group.core(3).role()).isEqualTo(Role.LEADER);
    assertThat(group.get(3).commands()).containsExactly("a");
    for (long id : new long[] {1, 2}) {
      assertThat(group.get(id).commands()).containsExactly("a", "b");
    }
    assertAllIsThereAfterAnElection();
  }

  @Test
  void thoseWhomALeaderContradictsElectAnotherOneAlthoughItIsHeard() {
    electThreeByAForgedVote();
    tickUntilSomebodyElseLeads(3);
    assertThat(group.roles()).containsOnlyOnce(Role.LEADER);
    assertThat(group.core(3).role()).isEqualTo(Role.FOLLOWER);
    assertThat(group.get(3).commands()).containsExactly("a", "b");
  }

  @Test
  void whatContradictsInTheNameOfARightfulLeaderCostsItNoFollower() {
    Group sound = Group.of(3, GUARDED).campaign(1).propose(1, "a").beat(1);
    RaftCore follower = sound.core(2);
    long before = follower.commitIndex();
    for (int i = 0; i < 3; i++) {
      LogSlice wrong = new LogSlice(new EntryId(0, before), List.of());
      follower.step(new Message.Append(1, 2, follower.term(), wrong, 0));
      assertThat(sound.get(2).takeMessages()).isEmpty();
      sound.tick(2, 12).beat(1);
    }
    assertThat(follower.leader()).isEqualTo(1);
    assertThat(follower.role()).isEqualTo(Role.FOLLOWER);
    sound.lose(message -> message instanceof Message.AnyVoteRequest && campaigned.add(message));
    for (int i = 0; i < 40; i++) {
      sound.tick(2, 1).beat(1);
    }
    assertThat(campaigned).as("has forgotten it").isEmpty();
    assertThat(sound.propose(1, "b").beat(1).get(2).commands()).containsExactly("a", "b");
    assertThat(sound.core(1).role()).isEqualTo(Role.LEADER);
  }

  private void electThreeByAForgedVote() {
    EntryId own = group.core(3).state().log.last();
    group.core(3).step(new Message.VoteResponse(2, 3, term, true, Optional.of(own)));
    group.settle();
    assertThat(group.core(3).role()).isEqualTo(Role.LEADER);
  }

  private void tickUntilSomebodyElseLeads(long former) {
    for (int i = 0; i < 60 && group.core(former).role() == Role.LEADER; i++) {
      for (long id = 1; id <= 3; id++) {
        group.tick(id, 1);
      }
    }
    group.settle();
  }

  private void assertAllIsThereAfterAnElection() {
    for (int i = 0; i < 60; i++) {
      for (long id = 1; id <= 3; id++) {
        group.tick(id, 1);
      }
    }
    assertThat(group.roles()).containsOnlyOnce(Role.LEADER);
    for (TestNode node : group.all()) {
      assertThat(node.commands()).as("%s", node).containsExactly("a", "b");
    }
  }
}
