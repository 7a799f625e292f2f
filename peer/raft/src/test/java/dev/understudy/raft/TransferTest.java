package dev.understudy.raft;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Handing over leadership (thesis §3.10). */
class TransferTest {
  private static final RaftConfig PLAIN = TestNode.CONFIG;

  private static void assertLeads(Group group, long id) {
    for (TestNode node : group.all()) {
      assertThat(node.core().role()).isEqualTo(node.id() == id ? Role.LEADER : Role.FOLLOWER);
    }
    assertThat(group.core(id).status().transferTarget()).isZero();
  }

  private static void transfer(Group group, long asked, long target) {
    group.core(asked).transferLeader(target);
    group.settle();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void leadershipGoesToAnUpToDateMemberWhoeverIsAsked(long asked) {
    Group group = Group.of(3).campaign(1);
    transfer(group, asked, 2);
    assertLeads(group, 2);
    group.propose(2, "x");
    transfer(group, asked, 1);
    assertLeads(group, 1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aTransferOverridesLeasesAndNeedsNoPreVote(boolean preVote) {
    Group group = Group.of(3, PLAIN.withCheckQuorum(true).withPreVote(preVote)).campaign(1).beat(1);
    transfer(group, 1, 2);
    assertLeads(group, 2);
    assertThat(group.core(2).term()).isEqualTo(2);
  }

  @Test
  void aTargetThatLagsIsBroughtUpFirst() {
    Group group = Group.of(3).campaign(1).isolate(3).propose(1, "x").heal();
    assertThat(group.get(1).progress(3).match()).isEqualTo(1);
    transfer(group, 1, 3);
    assertLeads(group, 3);
  }

  @Test
  void aTargetThatIsBroughtUpStepByStepIsOrderedToCampaignAfterTheLast() {
    TestNode node = TestNode.of(1, PLAIN, 1L, 2L, 3L).lead().propose("x").propose("y");
    node.acknowledge(2, 3);
    node.core().transferLeader(3);
    node.acknowledge(3, 2);
    assertThat(node.take(Message.TimeoutNow.class)).isEmpty();
    node.acknowledge(3, 3);
    assertThat(node.take(Message.TimeoutNow.class)).hasSize(1);
  }

  /** On an idle cluster nothing else would ask for it again. */
  @Test
  void aJointConfigurationIsLeftThoughLeadershipWasBeingHandedOverWhenItBegan() {
    Group group = Group.of(3).campaign(1).isolate(3);
    group
        .core(1)
        .proposeConfChange(
            ConfChange.of(
                new byte[0],
                new ConfChange.Step(ConfChange.StepType.REMOVE, 3),
                new ConfChange.Step(ConfChange.StepType.ADD_LEARNER, 4)));
    group.core(1).transferLeader(3);
    group.settle();
    assertThat(group.core(1).confState().isJoint()).isTrue();
    assertThat(group.core(1).status().transferTarget()).isEqualTo(3);
    group.tick(1, PLAIN.electionTicks() + 1);
    assertThat(group.core(1).confState().isJoint()).isFalse();
  }

  @Test
  void aLearnerIsNoTarget() {
    ConfState confState = new ConfState(List.of(1L, 2L), List.of(3L), List.of(), List.of(), false);
    TestNode node = TestNode.withLog(1, PLAIN, confState, HardState.EMPTY).lead();
    node.acknowledge(3, 1);
    node.core().transferLeader(3);
    assertThat(node.core().status().transferTarget()).isZero();
    assertThat(node.take(Message.TimeoutNow.class)).isEmpty();
  }

  @Test
  void aTargetThatNeedsASnapshotGetsItFirst() {
    Group group = Group.of(3).campaign(1).isolate(3).propose(1, "x");
    group.get(1).compact(group.core(1).commitIndex());
    group.heal().lose(m -> m instanceof Message.AppendResponse r && r.from() == 3 && !r.rejected());
    group.beat(1);
    assertThat(group.get(1).progress(3).state()).isEqualTo(PeerProgress.State.SNAPSHOT);
    group.core(1).transferLeader(3);
    group.settle();
    group.beat(1);
    assertThat(group.core(1).role()).isEqualTo(Role.LEADER);
    group.heal();
    group.core(1).step(new Message.AppendResponse(3, 1, 1, group.core(3).lastIndex(), false, 0, 0));
    group.settle();
    assertLeads(group, 3);
  }

  @Test
  void aTransferToItselfOrToAStrangerDoesNothing() {
    Group group = Group.of(3).campaign(1);
    transfer(group, 1, 1);
    assertLeads(group, 1);
    transfer(group, 1, 4);
    assertLeads(group, 1);
  }

  @Test
  void aTransferToSomebodyWhoIsAwayIsGivenUpAfterAnElectionTimeout() {
    Group group = Group.of(3).campaign(1).isolate(3).propose(1, "x");
    transfer(group, 1, 3);
    group.beat(1);
    assertThat(group.core(1).status().transferTarget()).isEqualTo(3);
    group.tick(1, 8);
    assertThat(group.core(1).status().transferTarget()).isEqualTo(3);
    group.tick(1, 1);
    assertLeads(new Group(1, id -> group.get(1)), 1);
  }

  @Test
  void whileHandingOverProposalsAreRefused() {
    Group group = Group.of(3).campaign(1).isolate(3).propose(1, "x");
    transfer(group, 1, 3);
    assertThat(group.core(1).propose(TestNode.bytes("y")))
        .isEqualTo(new ProposeResult.Transferring(3));
    assertThat(group.settle().core(1).lastIndex()).isEqualTo(2);
    assertThat(group.get(1).progress(1).match()).isEqualTo(2);
  }

  @Test
  void anotherElectionEndsATransfer() {
    Group group = Group.of(3).campaign(1).isolate(3);
    transfer(group, 1, 3);
    group.heal().campaign(2);
    assertLeads(group, 2);
    assertThat(group.core(2).term()).isEqualTo(2);
  }

  @Test
  void removingOrDemotingTheTargetEndsATransfer() {
    for (ConfChange.StepType type :
        List.of(ConfChange.StepType.REMOVE, ConfChange.StepType.ADD_LEARNER)) {
      TestNode node = TestNode.of(1, PLAIN, 1L, 2L, 3L).lead();
      node.core().transferLeader(3);
      assertThat(node.core().status().transferTarget()).isEqualTo(3);
      node.core().applyConfChange(2, ConfChange.single(type, 3, new byte[0]));
      assertThat(node.core().status().transferTarget()).isZero();
    }
  }

  @Test
  void aTransferGetsAWholeElectionTimeoutWheneverItBegins() {
    Group group = Group.of(3).campaign(1).isolate(3).tick(1, 5);
    transfer(group, 1, 3);
    group.tick(1, 9);
    assertThat(group.core(1).status().transferTarget()).isEqualTo(3);
    group.tick(1, 1);
    assertThat(group.core(1).status().transferTarget()).isZero();
  }

  @Test
  void aTransferBackToTheLeaderEndsTheTransfer() {
    Group group = Group.of(3).campaign(1).isolate(3);
    transfer(group, 1, 3);
    transfer(group, 1, 1);
    assertThat(group.core(1).role()).isEqualTo(Role.LEADER);
    assertThat(group.core(1).status().transferTarget()).isZero();
  }

  @Test
  void aFollowersWishThatTheLeaderStayEndsTheTransfer() {
    Group group = Group.of(3).campaign(1).isolate(3);
    transfer(group, 1, 3);
    transfer(group, 2, 1);
    assertThat(group.core(1).role()).isEqualTo(Role.LEADER);
    assertThat(group.core(1).status().transferTarget()).isZero();
  }

  @Test
  void anotherTargetReplacesTheFirst() {
    Group group = Group.of(3).campaign(1).isolate(3);
    transfer(group, 1, 3);
    transfer(group, 1, 2);
    assertThat(group.core(2).role()).isEqualTo(Role.LEADER);
  }

  @Test
  void askingAgainForTheSameTargetDoesNotExtendTheDeadline() {
    Group group = Group.of(3).campaign(1).isolate(3).propose(1, "x");
    transfer(group, 1, 3);
    group.tick(1, 5);
    transfer(group, 1, 3);
    group.tick(1, 5);
    assertThat(group.core(1).status().transferTarget()).isZero();
  }

  @Test
  void aTimeoutNowThatArrivesAfterTheNodeWasRemovedStartsNoElection() {
    TestNode node = TestNode.withLog(1, PLAIN, ConfState.ofVoters(2L, 3L, 4L), HardState.EMPTY);
    node.step(new Message.TimeoutNow(2, 1, 1));
    node.step(new Message.VoteResponse(2, 1, 1, true));
    node.step(new Message.VoteResponse(3, 1, 1, true));
    assertThat(node.core().role()).isEqualTo(Role.FOLLOWER);
    assertThat(node.core().term()).isEqualTo(1);
    assertThat(node.takeMessages()).isEmpty();
  }

  @Test
  void aLearnerIgnoresATimeoutNow() {
    ConfState confState = new ConfState(List.of(1L), List.of(2L), List.of(), List.of(), false);
    TestNode node = TestNode.withLog(2, PLAIN, confState, HardState.EMPTY);
    node.step(new Message.TimeoutNow(1, 2, 1));
    assertThat(node.core().role()).isEqualTo(Role.FOLLOWER);
    assertThat(node.takeMessages()).isEmpty();
  }
}
