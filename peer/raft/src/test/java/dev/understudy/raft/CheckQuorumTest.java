package dev.understudy.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Leaders that step down by themselves, and leases that protect those that do not (thesis §6.2).
 */
class CheckQuorumTest {
  private static final RaftConfig CHECKED = TestNode.CONFIG.withCheckQuorum(true);

  @Test
  void aLeaderWithoutAnyAnswerStepsDown() {
    TestNode node = TestNode.of(1, CHECKED.withTicks(5, 1), 1L, 2L, 3L).lead();
    // The votes of the others counted as signs of life for nothing: the first check finds nobody.
    node.tick(5);
    assertThat(node.core().role()).isEqualTo(Role.FOLLOWER);
    assertThat(node.core().term()).isEqualTo(1);
  }

  @Test
  void theTickThatDeposesALeaderSendsNoHeartbeat() {
    TestNode node = TestNode.of(1, CHECKED.withTicks(5, 1), 1L, 2L, 3L).lead().tick(4);
    assertThat(node.take(Message.Heartbeat.class)).hasSize(8);
    node.tick(1);
    assertThat(node.takeMessages()).isEmpty();
  }

  @Test
  void aLeaderThatOneOfTwoOthersAnswersGoesOn() {
    TestNode node = TestNode.of(1, CHECKED.withTicks(5, 1), 1L, 2L, 3L).lead();
    for (int i = 0; i < 12; i++) {
      node.step(new Message.HeartbeatResponse(2, 1, 1, 0));
      node.tick(1);
    }
    assertThat(node.core().role()).isEqualTo(Role.LEADER);
  }

  @Test
  void whoHearsFromALeaderElectsNobodyElse() {
    Group group = Group.of(3, CHECKED).campaign(1).campaign(3);
    assertThat(group.core(3).role()).isEqualTo(Role.CANDIDATE);
    assertThat(group.core(1).role()).isEqualTo(Role.LEADER);
    group.isolate(1);
    group.get(2).tick(10);
    group.campaign(3);
    assertThat(group.core(3).role()).isEqualTo(Role.LEADER);
  }

  @Test
  void aNodeVotesWheneverItKnowsNoLeaderAlsoDirectlyAfterItsStart() {
    Group group = Group.of(3, CHECKED).campaign(1);
    assertThat(group.core(1).role()).isEqualTo(Role.LEADER);
    assertThat(group.core(3).role()).isEqualTo(Role.FOLLOWER);
  }

  @Test
  void afterAnElectionTimeoutWithoutContactAnotherLeaderIsElected() {
    Group group = Group.of(3, CHECKED).campaign(1);
    group.all().forEach(node -> node.state().electionTimeout = 19);
    for (int i = 0; i < 10; i++) {
      group.core(1).state().electionElapsed++;
      group.core(2).state().electionElapsed++;
    }
    group.campaign(3);
    assertThat(group.core(3).role()).isEqualTo(Role.LEADER);
    assertThat(group.core(1).role()).isEqualTo(Role.FOLLOWER);
  }

  @Test
  void aStuckCandidateFreesItselfThroughTheStaleLeader() {
    Group group = Group.of(3, CHECKED).campaign(1).isolate(1);
    long term = group.core(2).term();
    group.campaign(3).campaign(3);
    assertThat(group.core(2).role()).isEqualTo(Role.FOLLOWER);
    assertThat(group.core(2).term()).isEqualTo(term);
    assertThat(group.core(3).term()).isEqualTo(term + 2);
    group.heal().beat(1);
    assertThat(group.core(1).role()).isEqualTo(Role.FOLLOWER);
    assertThat(group.core(1).term()).isEqualTo(term + 2);
    group.campaign(3);
    assertThat(group.core(3).role()).isEqualTo(Role.LEADER);
  }

  @Test
  void whoIsNoMemberDoesNotCampaignAndFollows() {
    Group group =
        new Group(
            2,
            id ->
                id == 1
                    ? TestNode.of(1, CHECKED, 1L, 2L)
                    : TestNode.withLog(2, CHECKED, ConfState.ofVoters(1L), HardState.EMPTY));
    group.tick(2, 30);
    assertThat(group.core(2).role()).isEqualTo(Role.FOLLOWER);
    group.campaign(1);
    assertThat(group.core(1).role()).isEqualTo(Role.LEADER);
    assertThat(group.core(2).leader()).isEqualTo(1);
  }

  @Test
  void anyWordOfTheLeaderStartsTheClockAnew() {
    Snapshot snapshot =
        new Snapshot(new SnapshotMetadata(1, 9, ConfState.ofVoters(1L, 2L)), new byte[0]);
    List<Message> words =
        List.of(
            new Message.Heartbeat(2, 1, 1, 0, 0),
            new Message.Append(2, 1, 1, new LogSlice(EntryId.ZERO, List.of()), 0),
            new Message.InstallSnapshot(2, 1, 1, snapshot));
    for (Message word : words) {
      TestNode node = TestNode.of(1, CHECKED, 1L, 2L).tick(5).step(word);
      assertThat(node.state().electionElapsed).isZero();
      assertThat(node.core().leader()).isEqualTo(2);
    }
  }

  @Test
  void aDisruptiveCandidateDeposesALeaderThatItOutgrew() {
    Group group = Group.of(3, CHECKED).campaign(1);
    group.core(1).tick();
    List<Message> delayed = group.get(1).takeMessages();
    group.core(3).campaign();
    delayed.stream().filter(message -> message.to() == 3).forEach(group.core(3)::step);
    group.lose(message -> message instanceof Message.VoteRequest).settle();
    assertThat(group.core(1).role()).isEqualTo(Role.FOLLOWER);
    assertThat(group.terms()).containsExactly(2L, 1L, 2L);
    assertThat(group.core(3).role()).isEqualTo(Role.CANDIDATE);
  }

  @Test
  void withPreVotesAMemberThatComesBackDisturbsNobody() {
    Group group = Group.of(3, CHECKED.withPreVote(true)).campaign(1).isolate(3);
    group.propose(1, "a").propose(1, "b").propose(1, "c");
    group.heal().campaign(3);
    assertThat(group.core(3).role()).isEqualTo(Role.PRE_CANDIDATE);
    group.beat(1);
    assertThat(group.core(1).role()).isEqualTo(Role.LEADER);
    assertThat(group.terms()).containsOnly(1L);
  }

  @Test
  void aNewMemberCountsAsActiveForOneCheck() {
    TestNode node = TestNode.of(1, CHECKED, 1L).lead().tick(9);
    node.core().proposeConfChange(ConfChange.single(ConfChange.StepType.ADD_VOTER, 2, new byte[0]));
    node.settle().tick(1);
    assertThat(node.core().role()).isEqualTo(Role.LEADER);
    node.tick(10);
    assertThat(node.core().role()).isEqualTo(Role.FOLLOWER);
  }

  @Test
  void leasesWithoutCheckQuorumAreRefused() {
    assertThatThrownBy(() -> TestNode.CONFIG.withLeaseReads(true))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @CsvSource({"2 3, false", "4 5, false", "2 4, true"})
  void inAJointConfigurationALeaderNeedsAMajorityOfEachHalf(String answering, boolean leads) {
    ConfState joint =
        new ConfState(List.of(1L, 2L, 3L), List.of(), List.of(1L, 4L, 5L), List.of(), false);
    TestNode node = TestNode.withLog(1, CHECKED.withTicks(5, 1), joint, HardState.EMPTY).lead();
    for (int i = 0; i < 12; i++) {
      for (String member : answering.split(" ")) {
        node.step(new Message.HeartbeatResponse(Long.parseLong(member), 1, 1, 0));
      }
      node.tick(1);
    }
    assertThat(node.core().role() == Role.LEADER).isEqualTo(leads);
  }
}
