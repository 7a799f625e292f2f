package dev.understudy.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.raft.ConfChange.StepType;
import dev.understudy.raft.ConfChange.Transition;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Changes of the membership, learners included (§6; thesis chapter 4). */
class MembershipTest {
  private static final RaftConfig PLAIN = TestNode.CONFIG;
  private static final byte[] NOTHING = new byte[0];

  private static ConfChange single(StepType type, long member) {
    return ConfChange.single(type, member, NOTHING);
  }

  private static ConfChange change(Transition transition, String steps) throws Exception {
    return new ConfChange(transition, Scripts.steps(steps), NOTHING, false);
  }

  private static ConfState state(String voters, String outgoing, String learners, String next) {
    return new ConfState(ids(voters), ids(learners), ids(outgoing), ids(next), false);
  }

  private static List<Long> ids(String text) {
    return text.isEmpty() ? List.of() : Stream.of(text.split(" ")).map(Long::valueOf).toList();
  }

  private static ConfState autoLeft(ConfState state) {
    return new ConfState(
        state.voters(), state.learners(), state.votersOutgoing(), state.learnersNext(), true);
  }

  /** Its vote may be needed to leave the configuration. */
  @Test
  void aMemberThatIsKnownAsRemovedIsDeniedVotesOnlyOnceItIsNoMemberAnyMore() {
    MemoryStorage log = new MemoryStorage(base -> Optional.empty());
    ConfState joint = new ConfState(List.of(1L, 2L), List.of(), List.of(1L, 3L), List.of(), true);
    log.applySnapshot(new Snapshot(new SnapshotMetadata(1, 5, joint), NOTHING));
    log.setHardState(new HardState(1, 0, 5));
    RaftCore core = new RaftCore(1, PLAIN, log, 5, n -> 0, RaftEvents.NONE, id -> id == 3);
    core.step(new Message.VoteRequest(3, 1, 2, 1, 5, false));
    assertThat(core.term()).as("it is heard").isEqualTo(2);
    core.applyConfChange(6, ConfChange.LEAVE_JOINT);
    core.step(new Message.VoteRequest(3, 1, 3, 1, 6, false));
    assertThat(core.term()).isEqualTo(2);
  }

  @Test
  void oneChangeAtATimeIsTaken() {
    TestNode node = TestNode.of(1, PLAIN, 1L, 2L).lead();
    assertThat(node.core().proposeConfChange(single(StepType.ADD_VOTER, 3)))
        .isEqualTo(new ProposeResult.Accepted(new EntryId(1, 2), new EntryId(1, 2)));
    assertThat(node.leader().pendingConfIndex()).isEqualTo(2);
    assertThat(node.core().proposeConfChange(single(StepType.ADD_VOTER, 4)))
        .isEqualTo(
            new ProposeResult.Refused(new EntryId(1, 3), ProposeResult.ConfChangeRefusal.PENDING));
    assertThat(node.leader().pendingConfIndex()).isEqualTo(2);
    assertThat(node.core().state().log.slice(3, 4, 0).get(0).payload()).isEqualTo(Payload.EMPTY);
  }

  @Test
  void aChangeThatIsCommittedHoldsUpTheNextUntilItIsApplied() {
    TestNode node = TestNode.of(1, PLAIN, 1L, 2L).lead();
    node.acknowledge(2, 1);
    node.core().proposeConfChange(single(StepType.ADD_VOTER, 3));
    node.settle();
    node.core().step(new Message.AppendResponse(2, 1, 1, 2, false, 0, 0));
    assertThat(node.core().commitIndex()).isEqualTo(2);
    assertThat(node.core().appliedIndex()).isEqualTo(1);
    assertThat(node.core().proposeConfChange(single(StepType.REMOVE, 2)))
        .isInstanceOfSatisfying(
            ProposeResult.Refused.class,
            refused ->
                assertThat(refused.reason()).isEqualTo(ProposeResult.ConfChangeRefusal.PENDING));
    node.settle();
    assertThat(node.core().proposeConfChange(single(StepType.REMOVE, 2)))
        .isInstanceOf(ProposeResult.Accepted.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void aNewLeaderTakesNoChangeBeforeItHasAppliedWhatItInherits(int entries) {
    long[] terms = entries == 0 ? new long[0] : new long[] {1};
    TestNode node =
        TestNode.withLog(1, PLAIN, ConfState.ofVoters(1L, 2L), new HardState(entries, 0, 0), terms);
    node.lead();
    assertThat(node.leader().pendingConfIndex()).isEqualTo(entries);
  }

  @Test
  void membersComeGoAndChangeTheirRole() {
    TestNode node = TestNode.of(1, PLAIN, 1L);
    RaftCore core = node.core();
    assertThat(core.applyConfChange(1, single(StepType.ADD_VOTER, 2)))
        .isEqualTo(ConfState.ofVoters(1L, 2L));
    assertThat(core.applyConfChange(2, single(StepType.ADD_LEARNER, 3)))
        .isEqualTo(state("1 2", "", "3", ""));
    assertThat(core.applyConfChange(3, single(StepType.ADD_VOTER, 3)))
        .isEqualTo(ConfState.ofVoters(1L, 2L, 3L));
    assertThat(core.applyConfChange(4, single(StepType.ADD_LEARNER, 1)))
        .isEqualTo(state("2 3", "", "1", ""));
    assertThat(core.applyConfChange(5, single(StepType.ADD_VOTER, 1)))
        .isEqualTo(ConfState.ofVoters(1L, 2L, 3L));
    assertThat(core.applyConfChange(6, single(StepType.REMOVE, 2)))
        .isEqualTo(ConfState.ofVoters(1L, 3L));
    assertThat(core.applyConfChange(7, single(StepType.REMOVE, 3)))
        .isEqualTo(ConfState.ofVoters(1L));
    assertThatThrownBy(() -> core.applyConfChange(8, single(StepType.REMOVE, 1)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("removed all voters");
  }

  @ParameterizedTest
  @CsvSource({"1, '', true", "1 2 3, '', true", "'', '', false", "2 3, '', false", "2, 1, false"})
  void onlyVotersMayCampaign(String voters, String learners, boolean may) {
    TestNode node = TestNode.withLog(1, PLAIN, state(voters, "", learners, ""), HardState.EMPTY);
    assertThat(node.state().isPromotable()).isEqualTo(may);
    node.tick(30);
    assertThat(node.core().role() == Role.FOLLOWER).isEqualTo(!may);
  }

  @Test
  void aPromotedLearnerCanBeElected() {
    Group group =
        new Group(2, id -> TestNode.withLog(id, PLAIN, state("1", "", "2", ""), HardState.EMPTY));
    group.campaign(2);
    assertThat(group.core(2).role()).isEqualTo(Role.FOLLOWER);
    group.campaign(1);
    group.core(1).proposeConfChange(single(StepType.ADD_VOTER, 2));
    group.settle().tick(2, 10);
    assertThat(group.core(2).role()).isEqualTo(Role.LEADER);
    assertThat(group.core(1).role()).isEqualTo(Role.FOLLOWER);
  }

  @Test
  void aLearnerGetsTheLogAndCountsForNothing() {
    Group group =
        new Group(2, id -> TestNode.withLog(id, PLAIN, state("1", "", "2", ""), HardState.EMPTY));
    group.campaign(1).propose(1, "x");
    group.all().forEach(node -> assertThat(node.core().commitIndex()).isEqualTo(2));
    assertThat(group.get(1).progress(2).match()).isEqualTo(2);
    assertThat(group.get(1).progress(2).learner()).isTrue();
    group.isolate(2).propose(1, "y");
    assertThat(group.core(1).commitIndex()).isEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void nobodyCampaignsBeforeCommittedChangesAreApplied(boolean single) {
    TestNode node = TestNode.of(1, PLAIN, 1L, 2L);
    ConfChange change =
        single
            ? single(StepType.ADD_VOTER, 3)
            : ConfChange.of(NOTHING, new ConfChange.Step(StepType.ADD_LEARNER, 3));
    Entry entry = new Entry(1, 1, new Payload.Change(change));
    node.core().step(new Message.Append(2, 1, 1, new LogSlice(EntryId.ZERO, List.of(entry)), 1));
    for (int i = 0; i < 30; i++) {
      node.core().tick();
    }
    node.core().step(new Message.TimeoutNow(2, 1, 1));
    assertThat(node.core().role()).isEqualTo(Role.FOLLOWER);
    node.settle();
    node.core().step(new Message.TimeoutNow(2, 1, 1));
    assertThat(node.core().role()).isEqualTo(Role.CANDIDATE);
  }

  @Test
  void idsComeOutInOrderAsUnsignedNumbers() {
    assertThat(ConfState.ofVoters(3L, -1L, 1L, 2L).voters()).containsExactly(1L, 2L, 3L, -1L);
    TestNode node = TestNode.of(1, PLAIN, 3L, -1L, 1L);
    assertThat(node.core().confState().voters()).containsExactly(1L, 3L, -1L);
  }

  @ParameterizedTest
  @CsvSource({
    "AUTO, '', true",
    "AUTO, v1, false",
    "JOINT_IMPLICIT, '', false",
    "JOINT_EXPLICIT, '', false",
    "JOINT_IMPLICIT, v1, false"
  })
  void onlyAnAutomaticChangeWithoutStepsLeaves(Transition transition, String steps, boolean leaves)
      throws Exception {
    assertThat(change(transition, steps).leavesJoint()).isEqualTo(leaves);
    ConfChange withContext =
        new ConfChange(transition, Scripts.steps(steps), new byte[] {1}, false);
    assertThat(withContext.leavesJoint()).isEqualTo(leaves);
  }

  static Stream<Arguments> changesOfASingleVoter() {
    ConfState swapped = state("2", "1", "3", "1");
    ConfState learnt = state("1", "1", "2", "");
    return Stream.of(
        Arguments.of(Transition.AUTO, "v2", state("1 2", "", "", ""), null),
        Arguments.of(Transition.AUTO, "l2", state("1", "", "2", ""), null),
        Arguments.of(Transition.JOINT_EXPLICIT, "l2", learnt, state("1", "", "2", "")),
        Arguments.of(Transition.JOINT_IMPLICIT, "l2", autoLeft(learnt), state("1", "", "2", "")),
        Arguments.of(Transition.AUTO, "v2 l1 l3", autoLeft(swapped), state("2", "", "1 3", "")),
        Arguments.of(
            Transition.JOINT_IMPLICIT, "v2 l1 l3", autoLeft(swapped), state("2", "", "1 3", "")),
        Arguments.of(Transition.JOINT_EXPLICIT, "v2 l1 l3", swapped, state("2", "", "1 3", "")));
  }

  @ParameterizedTest
  @MethodSource("changesOfASingleVoter")
  void aChangeLeadsThroughAJointConfigurationWhereItMust(
      Transition transition, String steps, ConfState applied, ConfState left) throws Exception {
    TestNode node = TestNode.of(1, PLAIN, 1L).lead();
    ConfChange change = change(transition, steps);
    node.core().proposeConfChange(change);
    long index = node.leader().pendingConfIndex();
    assertThat(index).isEqualTo(2);
    Ready ready = node.core().ready();
    node.log().append(ready.persist());
    node.core().advance(ready);
    ready = node.core().ready();
    ConfState state = node.core().applyConfChange(2, change);
    assertThat(state).isEqualTo(applied);
    node.core().advance(ready);
    boolean leavesByItself = left != null && applied.autoLeave();
    assertThat(node.leader().pendingConfIndex()).isEqualTo(leavesByItself ? 3 : 2);
    if (left != null) {
      assertThat(node.core().applyConfChange(3, ConfChange.LEAVE_JOINT)).isEqualTo(left);
    }
  }

  @Test
  void aLeaderThatLostItsOfficeDoesNotLeaveTheJointConfiguration() throws Exception {
    TestNode node = TestNode.of(1, PLAIN, 1L).lead();
    ConfChange change = change(Transition.JOINT_IMPLICIT, "l2");
    node.core().proposeConfChange(change);
    Ready ready = node.core().ready();
    node.log().append(ready.persist());
    node.core().advance(ready);
    ready = node.core().ready();
    node.core().applyConfChange(2, change);
    node.core().step(new Message.Heartbeat(2, 1, node.core().term() + 1, 0, 0));
    node.core().advance(ready);
    assertThat(node.core().role()).isEqualTo(Role.FOLLOWER);
    assertThat(node.core().lastIndex()).isEqualTo(2);
    node.lead();
    node.settle();
    assertThat(node.applied().stream().map(Entry::payload))
        .contains(new Payload.Change(ConfChange.LEAVE_JOINT));
    assertThat(node.core().confState()).isEqualTo(state("1", "", "2", ""));
  }

  @Test
  void addingAMemberTwiceDoesNotBlockALaterChange() {
    TestNode node = TestNode.of(1, PLAIN, 1L).lead();
    node.core().proposeConfChange(single(StepType.ADD_VOTER, 1));
    node.settle();
    node.core().proposeConfChange(single(StepType.ADD_VOTER, 1));
    node.settle();
    node.core().proposeConfChange(single(StepType.ADD_LEARNER, 2));
    node.settle();
    assertThat(node.core().confState()).isEqualTo(state("1", "", "2", ""));
  }

  @Test
  void changesAtABadMomentAreRefusedWithTheReason() {
    TestNode node = TestNode.withLog(1, PLAIN, state("1", "1", "", ""), HardState.EMPTY).lead();
    node.settle();
    assertThat(node.core().proposeConfChange(single(StepType.ADD_LEARNER, 3)))
        .isInstanceOfSatisfying(
            ProposeResult.Refused.class,
            refused ->
                assertThat(refused.reason())
                    .isEqualTo(ProposeResult.ConfChangeRefusal.MUST_LEAVE_JOINT));
    TestNode simple = TestNode.of(1, PLAIN, 1L).lead();
    assertThat(simple.core().proposeConfChange(ConfChange.LEAVE_JOINT))
        .isInstanceOfSatisfying(
            ProposeResult.Refused.class,
            refused ->
                assertThat(refused.reason()).isEqualTo(ProposeResult.ConfChangeRefusal.NOT_JOINT));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aLeaderThatAppliesItsRemovalStepsDownIfSoConfigured(boolean stepDown) {
    TestNode node = TestNode.of(1, PLAIN.withStepDownOnRemoval(stepDown), 1L, 2L).lead();
    node.core().applyConfChange(2, single(StepType.REMOVE, 1));
    assertThat(node.core().role()).isEqualTo(stepDown ? Role.FOLLOWER : Role.LEADER);
    if (!stepDown) {
      assertThat(node.core().propose(NOTHING)).isEqualTo(new ProposeResult.NotMember());
    }
  }

  @Test
  void aNewGroupIsFoundedByItsFirstEntry() {
    MemoryStorage log = new MemoryStorage();
    Bootstrap bootstrap = Bootstrap.of(7, new byte[] {42});
    log.setHardState(bootstrap.hardState());
    log.append(bootstrap.entries());
    RaftCore core = new RaftCore(7, PLAIN, log, TestNode.NO_JITTER, RaftEvents.NONE);
    core.campaign();
    assertThat(core.role()).isEqualTo(Role.FOLLOWER);
    Ready ready = core.ready();
    assertThat(ready.apply()).isEqualTo(bootstrap.entries());
    ConfChange change = ((Payload.Change) ready.apply().get(0).payload()).change();
    assertThat(change.context()).containsExactly(42);
    assertThat(core.applyConfChange(1, change)).isEqualTo(ConfState.ofVoters(7L));
    core.advance(ready);
    core.campaign();
    core.advance(core.ready());
    assertThat(core.role()).isEqualTo(Role.LEADER);
    assertThat(core.term()).isEqualTo(2);
  }

  @Test
  void configurationsAreEqualWhateverTheOrderOfIds() {
    ConfState one =
        new ConfState(List.of(1L, 2L), List.of(5L, 4L), List.of(3L, 1L, 2L), List.of(3L), true);
    ConfState same =
        new ConfState(List.of(2L, 1L), List.of(4L, 5L), List.of(2L, 3L, 1L), List.of(3L), true);
    assertThat(one).isEqualTo(same).hasSameHashCodeAs(same);
    assertThat(one).hasToString(same.toString());
    assertThat(new ConfState(List.of(), List.of(), List.of(), List.of(), false))
        .isEqualTo(ConfState.EMPTY);
  }

  @Test
  void configurationsThatAreLeftInDifferentWaysDiffer() {
    ConfState left = new ConfState(List.of(1L), List.of(), List.of(2L), List.of(), true);
    ConfState stays = new ConfState(List.of(1L), List.of(), List.of(2L), List.of(), false);
    assertThat(left).isNotEqualTo(stays);
    assertThat(stays)
        .isNotEqualTo(new ConfState(List.of(1L), List.of(2L), List.of(), List.of(), false));
    assertThat(ConfState.ofVoters(1L)).isNotEqualTo(ConfState.ofVoters(1L, 2L));
  }
}
