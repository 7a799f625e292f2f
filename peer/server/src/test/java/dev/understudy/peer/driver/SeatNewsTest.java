package dev.understudy.peer.driver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.clusterconfig.Incarnation;
import dev.understudy.clusterconfig.Lineage;
import dev.understudy.clusterconfig.MachineRecord;
import dev.understudy.raft.ConfChange;
import dev.understudy.raft.ConfChange.Step;
import dev.understudy.raft.ConfChange.StepType;
import dev.understudy.raft.ConfState;
import dev.understudy.raft.MemoryStorage;
import dev.understudy.raft.RaftConfig;
import dev.understudy.raft.RaftCore;
import dev.understudy.raft.RaftEvents;
import dev.understudy.raft.Snapshot;
import dev.understudy.raft.SnapshotMetadata;
import dev.understudy.statemachine.Registry;
import dev.understudy.statemachine.Registry.Seat;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class SeatNewsTest {
  private static final long SELF = 1;
  private static final long LEARNER = 2;
  private static final long OTHER = 3;
  private static final long HELD_INDEX = 1;
  private static final Incarnation OWN = new Incarnation(7, 70);
  private static final Lineage LINEAGE = new Lineage(List.of(OWN, new Incarnation(6, 60)));

  private final List<String> outlived = new ArrayList<>();
  private final List<String> removed = new ArrayList<>();
  private final List<String> letGo = new ArrayList<>();
  private Registry registry = Registry.EMPTY;
  private long index = HELD_INDEX;
  private final RaftCore core = core(SELF);
  private final SentMessages network = new SentMessages();
  private final SeatNews news = news(core);

  private static RaftCore core(long self) {
    MemoryStorage storage = new MemoryStorage(base -> Optional.empty());
    storage.applySnapshot(
        new Snapshot(
            new SnapshotMetadata(1, HELD_INDEX, ConfState.ofVoters(SELF, OTHER)), new byte[0]));
    return new RaftCore(
        self, RaftConfig.DEFAULT, storage, HELD_INDEX, bound -> 0, RaftEvents.NONE, id -> false);
  }

  private SeatNews news(RaftCore core) {
    PeerEvents owner =
        new PeerEvents() {
          @Override
          public void removed(String reason) {
            removed.add(reason);
          }

          @Override
          public void letGo(String reason) {
            letGo.add(reason);
          }

          @Override
          public void outlived(String reason) {
            throw new AssertionError("that is the driver's to say: " + reason);
          }

          @Override
          public void failed(Throwable cause) {
            throw new AssertionError(cause);
          }
        };
    return new SeatNews(
        core,
        () -> registry,
        new AddressBook(core, network, () -> registry, false),
        new RaftEventLog(
            "m1", SELF, new MemberNames(() -> registry), Runnable::run, System::nanoTime),
        LINEAGE,
        new OwnerReports(owner, Runnable::run),
        outlived::add);
  }

  private void changeTo(Map<String, Seat> seats, Set<Long> removedIds) {
    registry = new Registry(new TreeMap<>(seats), removedIds);
    news.registryChanged(registry);
  }

  private static Map<String, Seat> recorded(Incarnation start) {
    MachineRecord machine =
        new MachineRecord("m1", "http://127.0.0.1:7001", "http://127.0.0.1:4001");
    return Map.of("m1", new Seat(machine, SELF, start));
  }

  /** It may have come again under its id since, and have a vote that is needed. */
  @Test
  void aLearnerIsLetGoByNewsOnlyAndNotByWhatTheLogHeldWhenItStarted() {
    ConfChange leaves = ConfChange.of(new byte[0], new Step(StepType.REMOVE, LEARNER));
    SeatNews ofLearner = news(core(LEARNER));
    ofLearner.membershipChanged(HELD_INDEX, leaves);
    assertThat(letGo).isEmpty();
    ofLearner.membershipChanged(HELD_INDEX + 1, leaves);
    assertThat(letGo).containsExactly("the cluster goes on without this learner");
  }

  /** Whatever the neighbours let pass: the log itself may say so. */
  @Test
  void aPeerWhoseLogRecordsAStartThatIsNoneOfItsOwnIsOutlived() {
    changeTo(recorded(Incarnation.NONE), Set.of());
    changeTo(recorded(new Incarnation(6, 60)), Set.of());
    changeTo(recorded(OWN), Set.of());
    assertThat(outlived).as("its own starts").isEmpty();
    changeTo(recorded(new Incarnation(8, 80)), Set.of());
    assertThat(outlived).containsExactly("the cluster has recorded another start of this member");
  }

  @Test
  void aPeerWhoseIdIsRemovedHasLostItsSeat() {
    changeTo(recorded(OWN), Set.of(9L));
    assertThat(removed).isEmpty();
    core.applyConfChange(2, ConfChange.single(StepType.REMOVE, SELF, new byte[0]));
    changeTo(Map.of(), Set.of(SELF));
    assertThat(removed).containsExactly("the cluster has taken this member's seat");
  }

  private void change(ConfChange change) {
    core.applyConfChange(++index, change);
    news.membershipChanged(index, change);
  }

  /** The end of a joint membership says of nobody that it leaves. */
  @Test
  void whoLeavesWithTheEndOfAJointMembershipIsTold() {
    change(
        ConfChange.of(
            new byte[0], new Step(StepType.REMOVE, SELF), new Step(StepType.ADD_VOTER, LEARNER)));
    assertThat(letGo).as("both memberships count").isEmpty();
    change(ConfChange.LEAVE_JOINT);
    assertThat(letGo).containsExactly("the cluster goes on without this learner");
  }

  /** Without its vote, the joint configuration may have no majority that could leave it. */
  @Test
  void aPeerThatLeavesByAJointConfigurationHasLostItsSeatWhenThatIsLeft() {
    changeTo(recorded(OWN), Set.of());
    swap(SELF);
    changeTo(Map.of(), Set.of(SELF));
    assertThat(removed).isEmpty();
    leaveJoint();
    assertThat(removed).containsExactly("the cluster has taken this member's seat");
  }

  @Test
  void aPeerThatLeavesByAJointConfigurationIsReachedUntilThatIsLeft() {
    Map<String, Seat> seats = new TreeMap<>(recorded(OWN));
    MachineRecord machine = new MachineRecord("m3", "http://127.0.0.1:7003", "");
    seats.put("m3", new Seat(machine, OTHER, new Incarnation(3, 30)));
    changeTo(seats, Set.of());
    swap(OTHER);
    changeTo(recorded(OWN), Set.of(OTHER));
    assertThat(network.peers()).containsKeys(SELF, OTHER);
    assertThat(network.recordedStarts()).containsEntry(OTHER, new Incarnation(3, 30));
    leaveJoint();
    assertThat(network.peers()).containsOnlyKeys(SELF);
    assertThat(network.recordedStarts()).containsOnlyKeys(SELF);
  }

  private void swap(long leaving) {
    change(
        ConfChange.of(
            new byte[0], new Step(StepType.REMOVE, leaving), new Step(StepType.ADD_VOTER, 4)));
  }

  private void leaveJoint() {
    change(ConfChange.LEAVE_JOINT);
  }
}
