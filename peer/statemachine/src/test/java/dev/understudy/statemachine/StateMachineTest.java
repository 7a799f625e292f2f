package dev.understudy.statemachine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.clusterconfig.ClusterConfig;
import dev.understudy.clusterconfig.Incarnation;
import dev.understudy.clusterconfig.MachineRecord;
import dev.understudy.raft.ConfChange;
import dev.understudy.raft.ConfChange.Step;
import dev.understudy.raft.ConfChange.StepType;
import dev.understudy.statemachine.Command.ChangeSeats;
import dev.understudy.statemachine.Command.RecordStart;
import dev.understudy.statemachine.Command.SetClusterConfig;
import dev.understudy.statemachine.Command.StampTime;
import dev.understudy.statemachine.Command.WriteKey;
import dev.understudy.statemachine.Registry.Seat;
import dev.understudy.store.NodeView;
import dev.understudy.store.Operation;
import dev.understudy.store.Result;
import dev.understudy.store.Watch;
import dev.understudy.store.Watchers;
import java.util.HashMap;
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
      @ForAll("changes") List<ChangeSeats> changes) {
    StateMachine fresh = new StateMachine(10);
    long at = 0;
    for (ChangeSeats change : changes) {
      Registry before = fresh.registry();
      SeatResult result = fresh.apply(++at, 0, change);
      if (result instanceof SeatResult.Refused) {
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
  Arbitrary<List<ChangeSeats>> changes() {
    Arbitrary<String> names = Arbitraries.of("a", "b", "c", "d", "e");
    Arbitrary<Long> members = Arbitraries.longs().between(0, 8);
    Arbitrary<Integer> hosts = Arbitraries.integers().between(1, 6);
    return Combinators.combine(names, members, members, hosts)
        .as(
            (name, added, removed, host) ->
                new ChangeSeats(
                    name,
                    added,
                    removed,
                    "http://h" + host + ":1",
                    "http://h" + host + ":2?x=1&y=%"))
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

  /** Events between the two states will never come; a reader that waited on would miss them. */
  @Example
  void whoWatchesIsToldThatItIsOverWhenTheStateIsReplaced() {
    Watchers.Registration begun = machine.watchers().watch("/a", false, true, 0, watch -> {});
    Watch watch = ((Watchers.Registration.Started) begun).watch();
    StateMachine other = new StateMachine(10);
    other.apply(
        1, 1, new WriteKey(new Operation.Set("/a", false, "v", OptionalLong.empty(), false)));
    machine.restore(other.image());
    assertThat(watch.poll()).isEqualTo(new Watch.Delivery.Ended(Watch.End.CLEARED));
    assertThat(machine.watchers().count()).isZero();
  }

  @Example
  void theConfigStandsInTheKeySpaceAndIsInForceAtOnce() {
    assertThat(machine.config()).isEqualTo(ClusterConfig.DEFAULT);
    ClusterConfig config = new ClusterConfig(5, 10, 2);
    assertThat(apply(0, new SetClusterConfig(config.toJson()))).isEqualTo(config);
    assertThat(machine.config()).isEqualTo(config);
    assertThat(value(ClusterConfig.KEY)).isEqualTo(config.toJson());

    StateMachine other = new StateMachine(10);
    other.restore(machine.image());
    assertThat(other.config()).isEqualTo(config);
  }

  /** While a cluster is upgraded, all have to write the same into the key space. */
  @Example
  void aConfigThatEarlierReleasesAcceptedIsAppliedAsTheyDid() {
    apply(0, new SetClusterConfig("{\"activeSize\":500}"));
    apply(0, new SetClusterConfig("{\"removeDelay\":60}"));
    assertThat(value(ClusterConfig.KEY))
        .isEqualTo("{\"activeSize\":500,\"removeDelay\":60,\"syncInterval\":5}");
  }

  @Example
  void clusterTimeNeverGoesBack() {
    apply(500, new StampTime());
    apply(300, new StampTime());
    assertThat(machine.clusterTimeMillis()).isEqualTo(500);
    set("/a", OptionalLong.of(100), 200);
    assertThat(machine.nextExpiryMillis()).hasValue(600);
  }

  @Example
  void keysExpireByStampedTimeAlone() {
    set("/a", OptionalLong.of(100), 1_000);
    set("/b", OptionalLong.empty(), 5_000);
    assertThat(machine.version().get("/a", false)).isInstanceOf(Result.Success.class);
    assertThat(apply(5_001, new StampTime())).as("how many expired").isEqualTo(1);
    assertThat(machine.version().get("/a", false)).isInstanceOf(Result.Failure.class);
    assertThat(machine.version().get("/b", false)).isInstanceOf(Result.Success.class);
    assertThat(machine.nextExpiryMillis()).isEmpty();
  }

  @Example
  void aChangeThatTheRegistryRefusesMustNotChangeTheMembershipEither() {
    join("a", 1);
    ConfChange lastGoes =
        ConfChange.of(
            CommandCodec.encode(new MembershipContext(0, Optional.of(ChangeSeats.take("a", 1)))),
            new Step(StepType.REMOVE, 1));
    assertThat(machine.applyMembership(++index, lastGoes)).isInstanceOf(SeatResult.Refused.class);
    assertThat(machine.registry().byName("a")).isPresent();
  }

  @Example
  void onlyWhoHasASeatIsPromoted() {
    join("a", 1);
    assertThat(promoted(1)).isEqualTo(new SeatResult.Unchanged());
    assertThat(promoted(2)).isInstanceOf(SeatResult.Refused.class);
    byte[] onlyTime = CommandCodec.encode(new MembershipContext(9, Optional.empty()));
    ConfChange stranger = ConfChange.of(onlyTime, new Step(StepType.ADD_VOTER, 2));
    assertThat(machine.applyMembership(++index, stranger)).isInstanceOf(SeatResult.Refused.class);
    assertThat(machine.clusterTimeMillis()).isEqualTo(9);
    assertThat(machine.applyMembership(++index, ConfChange.LEAVE_JOINT))
        .isEqualTo(new SeatResult.Unchanged());
  }

  @Example
  void aChangeOfTheMembershipThatMeansSomethingNewStopsThePeer() {
    byte[] config = CommandCodec.encode(CommandEnvelope.founding(1, new SetClusterConfig("{}")));
    for (byte[] unknown : List.of(config, UnknownCommands.OF_A_NEWER_RELEASE)) {
      ConfChange change = ConfChange.of(unknown, new Step(StepType.REMOVE, 1));
      assertThatThrownBy(() -> machine.applyMembership(1, change))
          .isInstanceOf(UnknownCommandException.class);
    }
  }

  /** A release that knows of no starts takes it for a stamp and must come to the same key tree. */
  @Example
  void theRecordOfAStartEndsWhatIsDueAsAStampDoes() {
    join("a", 1);
    set("/due", OptionalLong.of(100), 1_000);
    apply(5_000, new RecordStart(1, new Incarnation(2, 0xb)));
    assertThat(machine.version().get("/due", false)).isInstanceOf(Result.Failure.class);
    assertThat(machine.registry().recordedStart(1)).isEqualTo(new Incarnation(2, 0xb));
  }

  @Example
  void aRecordedStartStaysWithItsMember() {
    join("a", 1);
    apply(0, new RecordStart(1, new Incarnation(2, 0xb)));
    apply(0, new RecordStart(9, new Incarnation(3, 0xc)));
    apply(0, ChangeSeats.readdress(new MachineRecord("a", "http://elsewhere", "")));
    assertThat(machine.registry().recordedStart(1)).isEqualTo(new Incarnation(2, 0xb));
    assertThat(machine.registry().recordedStart(9)).isEqualTo(Incarnation.NONE);

    MachineRecord moved = new MachineRecord("a", "http://there", "");
    apply(0, ChangeSeats.readdress(moved).recording(new Incarnation(4, 0xd)));
    assertThat(machine.registry().recordedStart(1)).isEqualTo(new Incarnation(4, 0xd));

    apply(0, ChangeSeats.replace(moved, 2, 1));
    assertThat(machine.registry().recordedStart(2))
        .as("of another member")
        .isEqualTo(Incarnation.NONE);
  }

  @Example
  void onlyWhatDecidesAboutSeatsCountsBeforeStart() {
    Map<Class<?>, Boolean> counts = new HashMap<>();
    EveryKind.COMMANDS.forEach(
        command -> counts.put(command.getClass(), machine.countsBeforeStart(command)));
    assertThat(counts)
        .isEqualTo(
            Map.of(
                WriteKey.class, false,
                StampTime.class, false,
                SetClusterConfig.class, true,
                Command.CreateCluster.class, true,
                ChangeSeats.class, true,
                RecordStart.class, true,
                Command.CreateSession.class, false,
                Command.EndSessions.class, false,
                Command.ChangeEntries.class, false,
                Command.ChangeUsers.class, false));
  }

  private SeatResult promoted(long member) {
    ConfChange change = ConfChange.of(new byte[0], new Step(StepType.ADD_VOTER, member));
    return machine.applyMembership(++index, change);
  }

  private void join(String name, long member) {
    apply(0, ChangeSeats.give(new MachineRecord(name, "http://" + name, ""), member));
  }

  private void set(String key, OptionalLong ttl, long time) {
    apply(time, new WriteKey(new Operation.Set(key, false, "v", ttl, false)));
  }

  private <R> R apply(long time, Command<R> command) {
    return machine.apply(++index, time, command);
  }

  private String value(String key) {
    return ((Result.Success) machine.version().get(key, false)).event().node().value();
  }
}
