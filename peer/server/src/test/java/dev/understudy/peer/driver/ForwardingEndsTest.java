package dev.understudy.peer.driver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.raft.ConfChange;
import dev.understudy.raft.ConfState;
import dev.understudy.raft.Entry;
import dev.understudy.raft.HardState;
import dev.understudy.raft.MemoryStorage;
import dev.understudy.raft.Message;
import dev.understudy.raft.Payload;
import dev.understudy.raft.ProposeResult;
import dev.understudy.raft.RaftConfig;
import dev.understudy.raft.RaftCore;
import dev.understudy.raft.RaftEvents;
import dev.understudy.raft.Ready;
import dev.understudy.raft.Role;
import dev.understudy.raft.Snapshot;
import dev.understudy.raft.SnapshotMetadata;
import dev.understudy.statemachine.ClientCommands;
import dev.understudy.statemachine.Command;
import dev.understudy.statemachine.Command.StampTime;
import dev.understudy.statemachine.Command.WriteKey;
import dev.understudy.statemachine.CommandCodec;
import dev.understudy.statemachine.CommandEnvelope;
import dev.understudy.statemachine.StateMachine;
import dev.understudy.store.Operation;
import dev.understudy.transport.ForwardedProposals;
import dev.understudy.transport.RejectedProposals;
import dev.understudy.transport.RejectedProposals.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** What each end of forwarding sends, on its own. */
class ForwardingEndsTest {
  private static final long PROPOSER = 77;
  private final SentMessages sent = new SentMessages();
  private final MemoryStorage storage = storage();
  private final RaftCore core =
      new RaftCore(
          1,
          RaftConfig.DEFAULT.withForwardProposals(false),
          storage,
          1,
          bound -> 0,
          RaftEvents.NONE,
          id -> false);
  private final ClusterClock clock = new ClusterClock(() -> 0, () -> 1_000);
  private boolean lowOnSpace;
  private boolean heapLow;
  private final Forwarding forwarding =
      new Forwarding(
          core,
          () -> lowOnSpace,
          clock,
          sent,
          new ClientCommands(100, 1_000, () -> false, () -> false),
          member -> member == 3,
          new MemoryQuota(
              new StateMachine(1),
              storage,
              DriverOptions.DEFAULT.withMemory(Long.MAX_VALUE / 2, Long.MAX_VALUE / 2),
              () -> heapLow),
          Long::toHexString,
          System::nanoTime);

  @Test
  void aFollowersProposalsNameTheTermInWhichTheyAreSent() {
    core.step(new Message.Heartbeat(2, 1, 5, 0, 0));
    List<Payload> payloads = List.of(command(1), command(2));
    assertThat(core.propose(payloads))
        .as("consensus itself sends nothing on")
        .isEqualTo(new ProposeResult.NotLeader(OptionalLong.of(2)));
    forwarding.send(2, payloads);
    assertThat(sent.forwarded).containsExactly(new ForwardedProposals(1, 2, 5, payloads));
  }

  @Test
  void whatAFollowerIsSentIsRefusedByName() {
    core.step(new Message.Heartbeat(2, 1, 5, 0, 0));
    forwarding.take(new ForwardedProposals(3, 1, 5, List.of(command(7), command(8))));
    assertThat(sent.refused)
        .containsExactly(
            new RejectedProposals(1, 3, 5, Reason.NOT_LEADING, PROPOSER, List.of(7L, 8L)));
  }

  @Test
  void whatIsSentForAnotherTermIsRefusedForThatTerm() {
    long term = lead();
    for (long other : List.of(term - 1, term + 1)) {
      sent.refused.clear();
      forwarding.take(new ForwardedProposals(3, 1, other, List.of(command(7))));
      assertThat(sent.refused)
          .containsExactly(
              new RejectedProposals(1, 3, other, Reason.NOT_LEADING, PROPOSER, List.of(7L)));
    }
    assertThat(entries()).as("in the log").isEmpty();
  }

  @Test
  void aLeaderTakesWhatIsSentForItsTermAndAnswersNothing() {
    long term = lead();
    forwarding.take(new ForwardedProposals(3, 1, term, List.of(command(7))));
    assertThat(sent.refused).isEmpty();
    assertThat(entries()).hasSize(1);
  }

  /** Otherwise a time to live would count from the last stamp, and end early. */
  @Test
  void aLeaderStampsItsTimeIntoWhatItTakes() {
    long term = lead();
    forwarding.take(new ForwardedProposals(3, 1, term, List.of(command(7), command(8))));
    assertThat(entries())
        .hasSize(2)
        .allSatisfy(
            entry -> {
              byte[] data = ((Payload.Normal) entry.payload()).data();
              assertThat(CommandCodec.read(data).orElseThrow().clusterTimeMillis())
                  .isEqualTo(1_000);
            });
  }

  @Test
  void aLeaderWithoutSpaceSaysSo() {
    long term = lead();
    lowOnSpace = true;
    forwarding.take(new ForwardedProposals(3, 1, term, List.of(command(7))));
    assertThat(sent.refused)
        .containsExactly(new RejectedProposals(1, 3, term, Reason.NO_SPACE, PROPOSER, List.of(7L)));
    assertThat(entries()).isEmpty();
  }

  @Test
  void aLeaderWithoutMemoryRefusesWhatTakesSomeAndTakesTheRest() {
    long term = lead();
    heapLow = true;
    Command<?> delete = new WriteKey(new Operation.Delete("/a", false, false));
    forwarding.take(
        new ForwardedProposals(
            3, 1, term, List.of(command(7, write("/a", "v")), command(8, delete), command(9))));
    assertThat(sent.refused)
        .containsExactly(
            new RejectedProposals(1, 3, term, Reason.NO_MEMORY, PROPOSER, List.of(7L)));
    assertThat(entries()).hasSize(2);
  }

  private static Command<?> update(String key, OptionalLong ttlMillis) {
    return new WriteKey(new Operation.Update(key, "{}", ttlMillis, false));
  }

  /** A follower that an operator has asked has no other way. */
  @Test
  void whatOperatorsSetIsTaken() {
    long term = lead();
    List<Payload> payloads =
        List.of(
            command(1, update("/_etcd/autopilot", OptionalLong.empty())),
            command(
                2,
                new WriteKey(
                    new Operation.Create("/_etcd/scheduler", false, "{}", OptionalLong.empty()))));
    forwarding.take(new ForwardedProposals(3, 1, term, payloads));
    assertThat(entries()).hasSize(2);
    assertThat(sent.refused).isEmpty();
  }

  @Test
  void whatNoClientMayGiveIsRefusedByNameAndTheRestIsTaken() {
    long term = lead();
    Command<?> ofAClient = write("/a", "v");
    List<Command<?>> ofNobody =
        List.of(
            write("/_etcd/config", "{}"),
            write("/_etcd/autopilot", "{}"),
            update("/_etcd/scheduler", OptionalLong.of(1)),
            update("/_etcd//scheduler", OptionalLong.empty()),
            write("/x/../_etcd", "v"),
            write("no/slash", "v"),
            write("/" + "k".repeat(101), "v"),
            write("/a", "v".repeat(1_001)),
            new WriteKey(new Operation.Set("/a", false, "v", OptionalLong.of(-1), false)),
            new WriteKey(new Operation.Delete("/_etcd", true, true)),
            new Command.SetClusterConfig("not json"),
            new Command.SetClusterConfig("{\"removeDelay\":-1e400}"),
            new Command.SetClusterConfig("{\"activeSize\":100000}"),
            new Command.SetClusterConfig("{\"activeSize\":1}"),
            new Command.CreateCluster("{}", 2),
            Command.ChangeSeats.take("m1", 1));
    List<Payload> payloads = new ArrayList<>();
    payloads.add(command(1, ofAClient));
    for (Command<?> each : ofNobody) {
      payloads.add(command(10 + payloads.size(), each));
    }
    payloads.add(command(2, ofAClient));
    forwarding.take(new ForwardedProposals(3, 1, term, payloads));
    assertThat(entries()).hasSize(2);
    assertThat(sent.refused)
        .containsExactly(
            new RejectedProposals(
                1,
                3,
                term,
                Reason.INVALID,
                PROPOSER,
                LongStream.rangeClosed(11, 10 + ofNobody.size()).boxed().toList()));
  }

  @Test
  void bytesThatAreNoCommandAndChangesOfTheMembershipAreNotTaken() {
    long term = lead();
    byte[] unknownBody = {9, 5, 0, 0, 0, 0, 0, 0, 0, (byte) 0x9a, 6, 0};
    for (Payload payload :
        List.of(
            new Payload.Normal(new byte[] {-1, -1, -1}),
            new Payload.Normal(unknownBody),
            new Payload.Normal(new byte[5_000]),
            Payload.EMPTY,
            new Payload.Change(
                ConfChange.of(new byte[0], new ConfChange.Step(ConfChange.StepType.REMOVE, 1))),
            new Payload.Change(ConfChange.LEAVE_JOINT))) {
      forwarding.take(new ForwardedProposals(3, 1, term, List.of(payload)));
    }
    assertThat(entries()).isEmpty();
  }

  @Test
  void aLeaderTakesNothingFromWhoIsNoMember() {
    long term = lead();
    for (long stranger : new long[] {1, 2, 0xdead}) {
      sent.refused.clear();
      forwarding.take(new ForwardedProposals(stranger, 1, term, List.of(command(7))));
      assertThat(sent.refused)
          .extracting(RejectedProposals::reason)
          .containsExactly(Reason.INVALID);
    }
    assertThat(entries()).isEmpty();
  }

  private static Command<?> write(String key, String value) {
    return new WriteKey(new Operation.Set(key, false, value, OptionalLong.empty(), false));
  }

  private static MemoryStorage storage() {
    MemoryStorage storage = new MemoryStorage(base -> Optional.empty());
    storage.applySnapshot(
        new Snapshot(new SnapshotMetadata(1, 1, ConfState.ofVoters(1L)), new byte[0]));
    storage.setHardState(new HardState(1, 0, 1));
    return storage;
  }

  /** Makes it the leader of a group of its own. */
  private long lead() {
    core.campaign();
    while (core.hasReady()) {
      Ready ready = core.ready();
      storage.append(ready.persist());
      core.advance(ready);
    }
    assertThat(core.role()).isEqualTo(Role.LEADER);
    return core.term();
  }

  /** What was proposed since. */
  private List<Entry> entries() {
    return core.hasReady() ? core.ready().persist() : List.of();
  }

  private static Payload command(long sequence) {
    return command(sequence, new StampTime());
  }

  private static Payload command(long sequence, Command<?> command) {
    return new Payload.Normal(
        CommandCodec.encode(new CommandEnvelope(PROPOSER, sequence, 0, command)));
  }
}
