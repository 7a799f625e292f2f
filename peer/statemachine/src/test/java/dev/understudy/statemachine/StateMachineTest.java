package dev.understudy.statemachine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.clusterconfig.ClusterConfig;
import dev.understudy.clusterconfig.MachineRecord;
import dev.understudy.raft.ConfChange;
import dev.understudy.raft.ConfChange.Step;
import dev.understudy.raft.ConfChange.StepType;
import dev.understudy.statemachine.Registry.Seat;
import dev.understudy.statemachine.proto.CommandProto.Command;
import dev.understudy.statemachine.proto.CommandProto.MachineChange;
import dev.understudy.statemachine.proto.CommandProto.SetClusterConfig;
import dev.understudy.statemachine.proto.CommandProto.Sync;
import dev.understudy.store.NodeView;
import dev.understudy.store.Operation;
import dev.understudy.store.Result;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class StateMachineTest {
  private final StateMachine machine = new StateMachine(10);
  private long index;

  @Property(tries = 300)
  void registryAndKeySpaceAgreeAfterAnySequenceOfChanges(
      @ForAll("changes") List<MachineChange> changes) {
    StateMachine fresh = new StateMachine(10);
    long at = 0;
    for (MachineChange change : changes) {
      Registry before = fresh.registry();
      Applied applied = fresh.apply(++at, Command.newBuilder().setMachineChange(change).build());
      if (applied instanceof Applied.Refused) {
        assertThat(fresh.registry()).isEqualTo(before);
      }
      assertThat(records(fresh)).isEqualTo(expected(fresh.registry()));
      assertThat(fresh.registry().removed())
          .as("once removed, always removed")
          .containsAll(before.removed());
      fresh
          .registry()
          .all()
          .forEach(seat -> assertThat(fresh.registry().removed()).doesNotContain(seat.member()));
    }
  }

  @Provide
  Arbitrary<List<MachineChange>> changes() {
    Arbitrary<String> names = Arbitraries.of("a", "b", "c", "d", "e");
    Arbitrary<Long> members = Arbitraries.longs().between(0, 8);
    Arbitrary<Integer> hosts = Arbitraries.integers().between(1, 6);
    return Combinators.combine(names, members, members, hosts)
        .as(
            (name, added, removed, host) ->
                MachineChange.newBuilder()
                    .setName(name)
                    .setAdded(added)
                    .setRemoved(removed)
                    .setPeerUrl("http://h" + host + ":1")
                    .setClientUrl("http://h" + host + ":2?x=1&y=%")
                    .build())
        .list()
        .ofMaxSize(40);
  }

  private static Map<String, MachineRecord> records(StateMachine machine) {
    Map<String, MachineRecord> records = new TreeMap<>();
    if (machine.version().get(MachineRecord.DIRECTORY, false) instanceof Result.Success found) {
      for (NodeView node : found.event().node().nodes()) {
        String name = node.key().substring(MachineRecord.DIRECTORY.length() + 1);
        records.put(name, MachineRecord.fromValue(name, node.value()).orElseThrow());
      }
    }
    return records;
  }

  private static Map<String, MachineRecord> expected(Registry registry) {
    Map<String, MachineRecord> records = new TreeMap<>();
    registry.all().stream().map(Seat::machine).forEach(each -> records.put(each.name(), each));
    return records;
  }

  @Example
  void theConfigStandsInTheKeySpaceAndIsInForceAtOnce() {
    assertThat(machine.config()).isEqualTo(ClusterConfig.DEFAULT);
    ClusterConfig config = new ClusterConfig(5, 10, 2);
    Applied applied =
        apply(
            Command.newBuilder()
                .setSetClusterConfig(SetClusterConfig.newBuilder().setJson(config.toJson())));
    assertThat(applied).isEqualTo(new Applied.ConfigSet(config));
    assertThat(machine.config()).isEqualTo(config);
    assertThat(value(ClusterConfig.KEY)).isEqualTo(config.toJson());

    StateMachine other = new StateMachine(10);
    other.restore(machine.image());
    assertThat(other.config()).isEqualTo(config);
  }

  @Example
  void clusterTimeNeverGoesBack() {
    apply(Command.newBuilder().setClusterTimeMillis(500).setSync(Sync.getDefaultInstance()));
    apply(Command.newBuilder().setClusterTimeMillis(300).setSync(Sync.getDefaultInstance()));
    assertThat(machine.clusterTimeMillis()).isEqualTo(500);
    set("/a", OptionalLong.of(100), 200);
    assertThat(machine.nextExpiryMillis()).hasValue(600);
  }

  @Example
  void keysExpireByStampedTimeAlone() {
    set("/a", OptionalLong.of(100), 1_000);
    set("/b", OptionalLong.empty(), 5_000);
    assertThat(machine.version().get("/a", false)).isInstanceOf(Result.Success.class);
    apply(Command.newBuilder().setClusterTimeMillis(5_001).setSync(Sync.getDefaultInstance()));
    assertThat(machine.version().get("/a", false)).isInstanceOf(Result.Failure.class);
    assertThat(machine.version().get("/b", false)).isInstanceOf(Result.Success.class);
    assertThat(machine.nextExpiryMillis()).isEmpty();
  }

  @Example
  void aChangeThatTheRegistryRefusesMustNotChangeTheMembershipEither() {
    join("a", 1);
    ConfChange lastGoes = ConfChange.of(new byte[0], new Step(StepType.REMOVE, 1));
    Command removal =
        Command.newBuilder()
            .setMachineChange(MachineChange.newBuilder().setName("a").setRemoved(1))
            .build();
    assertThat(machine.applyMembership(++index, lastGoes, Optional.of(removal)))
        .isInstanceOf(Applied.Refused.class);
    assertThat(machine.registry().byName("a")).isPresent();
  }

  @Example
  void onlyWhoHasASeatIsPromoted() {
    join("a", 1);
    assertThat(promoted(1)).isEqualTo(new Applied.Nothing());
    assertThat(promoted(2)).isInstanceOf(Applied.Refused.class);
    Command onlyTime = Command.newBuilder().setClusterTimeMillis(9).build();
    ConfChange stranger = ConfChange.of(new byte[0], new Step(StepType.ADD_VOTER, 2));
    assertThat(machine.applyMembership(++index, stranger, Optional.of(onlyTime)))
        .isInstanceOf(Applied.Refused.class);
    assertThat(machine.clusterTimeMillis()).isEqualTo(9);
    assertThat(machine.applyMembership(++index, ConfChange.LEAVE_JOINT, Optional.empty()))
        .isEqualTo(new Applied.Nothing());
  }

  @Example
  void aCommandOfANewerReleaseStopsThePeer() {
    assertThatThrownBy(() -> machine.apply(1, Command.getDefaultInstance()))
        .isInstanceOf(UnknownCommandException.class);
  }

  private Applied promoted(long member) {
    ConfChange change = ConfChange.of(new byte[0], new Step(StepType.ADD_VOTER, member));
    return machine.applyMembership(++index, change, Optional.empty());
  }

  private void join(String name, long member) {
    apply(
        Command.newBuilder()
            .setMachineChange(
                MachineChange.newBuilder()
                    .setName(name)
                    .setAdded(member)
                    .setPeerUrl("http://" + name)
                    .setClientUrl("")));
  }

  private void set(String key, OptionalLong ttl, long time) {
    apply(
        CommandCodec.command(new Operation.Set(key, false, "v", ttl, false))
            .setClusterTimeMillis(time));
  }

  private Applied apply(Command.Builder command) {
    return machine.apply(++index, command.build());
  }

  private String value(String key) {
    return ((Result.Success) machine.version().get(key, false)).event().node().value();
  }
}
