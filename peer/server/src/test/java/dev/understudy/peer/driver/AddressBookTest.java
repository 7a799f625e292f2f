package dev.understudy.peer.driver;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Whom a peer reaches, and where. */
class AddressBookTest {
  private static final long SELF = 1;
  private static final long OTHER = 2;
  private static final long UNDERSTUDY = 3;
  private static final long NEXT = 4;
  private static final URI WHERE_IT_WAS = URI.create("http://before:1");
  private static final URI WHERE_IT_IS = URI.create("http://now:1");

  private final RaftCore core = core();
  private final SentMessages network = new SentMessages();
  private Registry registry = Registry.EMPTY;
  private final AddressBook book = new AddressBook(core, network, () -> registry, false);
  private long index = 1;

  private static RaftCore core() {
    MemoryStorage storage = new MemoryStorage(base -> Optional.empty());
    storage.applySnapshot(
        new Snapshot(new SnapshotMetadata(1, 1, ConfState.ofVoters(SELF, OTHER)), new byte[0]));
    return new RaftCore(
        SELF, RaftConfig.DEFAULT, storage, 1, bound -> 0, RaftEvents.NONE, id -> false);
  }

  private void apply(ConfChange change) {
    core.applyConfChange(++index, change);
    book.membershipChanged(change);
  }

  private void apply(Step... steps) {
    apply(ConfChange.of(new byte[0], steps));
  }

  private void seats(Seat... seats) {
    TreeMap<String, Seat> all = new TreeMap<>();
    for (Seat seat : List.of(seats)) {
      all.put(seat.name(), seat);
    }
    registry = new Registry(all, Set.of());
    book.registryChanged();
  }

  private static Seat seat(long member, URI peerUrl) {
    return new Seat(
        new MachineRecord("m" + member, peerUrl.toString(), "http://c" + member + ":1"), member);
  }

  private void passTime() {
    for (long millis = 0; millis <= 5_000; millis += 100) {
      book.expire(millis);
    }
  }

  @Test
  void anUnderstudyIsReachedWhereItsLeaderWasToldAndForAMomentAfterItHasLeft() {
    apply(new Step(StepType.ADD_LEARNER, UNDERSTUDY));
    book.reach(UNDERSTUDY, WHERE_IT_WAS);
    assertThat(network.peers()).containsEntry(UNDERSTUDY, WHERE_IT_WAS);
    apply(new Step(StepType.REMOVE, UNDERSTUDY));
    book.expire(0);
    assertThat(network.peers()).as("it has to be told").containsKey(UNDERSTUDY);
    passTime();
    assertThat(network.peers()).doesNotContainKey(UNDERSTUDY);
  }

  @Test
  void anUnderstudyThatHasASeatIsReachedWhereItsSeatSaysAndOnlyWhileItVotes() {
    apply(new Step(StepType.ADD_LEARNER, UNDERSTUDY));
    book.reach(UNDERSTUDY, WHERE_IT_WAS);
    apply(new Step(StepType.ADD_VOTER, UNDERSTUDY));
    seats(seat(UNDERSTUDY, WHERE_IT_WAS));
    seats(seat(UNDERSTUDY, WHERE_IT_IS));
    assertThat(network.peers()).containsEntry(UNDERSTUDY, WHERE_IT_IS);

    apply(new Step(StepType.REMOVE, UNDERSTUDY), new Step(StepType.ADD_VOTER, NEXT));
    seats(seat(NEXT, URI.create("http://next:1")));
    passTime();
    assertThat(network.peers()).as("it votes still").containsEntry(UNDERSTUDY, WHERE_IT_IS);
    assertThat(book.stillVoting().byMember(UNDERSTUDY)).isPresent();
    apply(ConfChange.LEAVE_JOINT);
    passTime();
    assertThat(network.peers()).containsOnlyKeys(NEXT);
    assertThat(book.stillVoting().all()).isEmpty();
  }

  /** What a snapshot brings no change has told of. */
  @Test
  void anUnderstudyThatIsInNoConfigurationAnyMoreIsForgotten() {
    apply(new Step(StepType.ADD_LEARNER, UNDERSTUDY));
    book.reach(UNDERSTUDY, WHERE_IT_WAS);
    core.applyConfChange(
        ++index, ConfChange.of(new byte[0], new Step(StepType.REMOVE, UNDERSTUDY)));
    seats(seat(OTHER, URI.create("http://other:1")));
    passTime();
    assertThat(network.peers()).containsOnlyKeys(OTHER);
  }
}
