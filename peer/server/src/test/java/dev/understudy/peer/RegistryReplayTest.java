package dev.understudy.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.clusterconfig.MachineRecord;
import dev.understudy.raft.ConfChange;
import dev.understudy.raft.ConfChange.StepType;
import dev.understudy.raft.ConfState;
import dev.understudy.raft.Entry;
import dev.understudy.raft.Payload;
import dev.understudy.statemachine.Command;
import dev.understudy.statemachine.Command.ChangeSeats;
import dev.understudy.statemachine.CommandCodec;
import dev.understudy.statemachine.CommandEnvelope;
import dev.understudy.statemachine.MembershipContext;
import dev.understudy.statemachine.StateImage;
import dev.understudy.statemachine.StateMachine;
import dev.understudy.statemachine.UnknownCommandException;
import dev.understudy.store.Operation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RegistryReplayTest {
  private final List<Entry> log = new ArrayList<>();

  @Test
  void seatsAndTheirNumberAreReadUpToTheCommitIndex() {
    add(new Command.CreateCluster("{\"activeSize\":3,\"removeDelay\":60,\"syncInterval\":5}", 2));
    for (long member = 1; member <= 4; member++) {
      seat(member);
    }
    assertThat(RegistryReplay.of(Optional.empty(), ConfState.EMPTY, log, 5).seats())
        .as("the fourth finds no seat")
        .containsOnlyKeys("m1", "m2", "m3");
    add(new Command.SetClusterConfig("{\"activeSize\":4}"));
    seat(4);
    readdress(1);
    assertThat(RegistryReplay.of(Optional.empty(), ConfState.EMPTY, log, 6).seats()).hasSize(3);
    assertThat(RegistryReplay.of(Optional.empty(), ConfState.EMPTY, log, 7).seats()).hasSize(4);
    assertThat(peerUrl(7)).isEqualTo("http://m1:1");
    assertThat(peerUrl(8)).isEqualTo("http://elsewhere:1");
  }

  @Test
  void keysAndStampsDecideNothing() {
    add(new Command.CreateCluster("{\"activeSize\":3,\"removeDelay\":60,\"syncInterval\":5}", 2));
    seat(1);
    // A client cannot write there; if it could, the seats would still be those of the commands.
    add(write("/_etcd/config", "{\"activeSize\":9}"));
    add(write("/_etcd/machines/m2", "raft=http://m2:1&etcd="));
    add(new Command.StampTime());
    log.add(new Entry(1, log.size() + 1L, Payload.EMPTY));
    assertThat(RegistryReplay.of(Optional.empty(), ConfState.EMPTY, log, log.size()).seats())
        .containsOnlyKeys("m1");
  }

  @Test
  void aCommandThatIsNotKnownEndsThePeerBeforeItStarts() {
    seat(1);
    log.add(new Entry(1, 2, new Payload.Normal(new byte[] {(byte) 0xf8, 0x3e, 1})));
    assertThatThrownBy(() -> RegistryReplay.of(Optional.empty(), ConfState.EMPTY, log, 2))
        .isInstanceOf(UnknownCommandException.class);
    assertThat(RegistryReplay.of(Optional.empty(), ConfState.EMPTY, log, 1).seats())
        .containsOnlyKeys("m1");
  }

  /** Restarted meanwhile it must still be there to vote. */
  @Test
  void aMemberThatLeavesByAJointConfigurationIsRemovedOnceThatIsLeft() {
    add(new Command.CreateCluster("{\"activeSize\":3,\"removeDelay\":60,\"syncInterval\":5}", 2));
    seat(1);
    seat(2);
    swap(3, 2);
    log.add(new Entry(1, log.size() + 1L, new Payload.Change(ConfChange.LEAVE_JOINT)));
    assertThat(removed(Optional.empty(), ConfState.EMPTY, 4)).isEmpty();
    assertThat(removed(Optional.empty(), ConfState.EMPTY, 5)).containsExactly(2L);

    StateMachine before = new StateMachine(1);
    log.forEach(
        entry -> {
          if (entry.payload() instanceof Payload.Change change) {
            before.applyMembership(entry.index(), change.change());
          }
        });
    ConfState joint = new ConfState(List.of(1L, 3L), List.of(), List.of(1L, 2L), List.of(), true);
    log.subList(0, 4).clear();
    assertThat(removed(Optional.of(before.image()), joint, 4)).isEmpty();
    assertThat(removed(Optional.of(before.image()), joint, 5)).containsExactly(2L);
  }

  private Set<Long> removed(Optional<StateImage> snapshot, ConfState members, long commitIndex) {
    return RegistryReplay.of(snapshot, members, log, commitIndex).removed();
  }

  private void swap(long member, long leaving) {
    MachineRecord machine = new MachineRecord("m" + member, "http://m" + member + ":1", "");
    byte[] context =
        CommandCodec.encode(
            new MembershipContext(1, Optional.of(ChangeSeats.replace(machine, member, leaving))));
    ConfChange change =
        ConfChange.of(
            context,
            new ConfChange.Step(StepType.REMOVE, leaving),
            new ConfChange.Step(StepType.ADD_VOTER, member));
    log.add(new Entry(1, log.size() + 1L, new Payload.Change(change)));
  }

  private String peerUrl(long commitIndex) {
    return RegistryReplay.of(Optional.empty(), ConfState.EMPTY, log, commitIndex)
        .byName("m1")
        .orElseThrow()
        .peerUrl();
  }

  private static Command<?> write(String key, String value) {
    return new Command.WriteKey(new Operation.Set(key, false, value, OptionalLong.empty(), false));
  }

  private void seat(long member) {
    MachineRecord machine = new MachineRecord("m" + member, "http://m" + member + ":1", "");
    byte[] context =
        CommandCodec.encode(
            new MembershipContext(1, Optional.of(ChangeSeats.give(machine, member))));
    log.add(
        new Entry(
            1,
            log.size() + 1L,
            new Payload.Change(ConfChange.single(StepType.ADD_LEARNER, member, context))));
  }

  private void readdress(long member) {
    add(ChangeSeats.readdress(new MachineRecord("m" + member, "http://elsewhere:1", "")));
  }

  private void add(Command<?> command) {
    byte[] bytes = CommandCodec.encode(CommandEnvelope.founding(1, command));
    log.add(new Entry(1, log.size() + 1L, new Payload.Normal(bytes)));
  }
}
