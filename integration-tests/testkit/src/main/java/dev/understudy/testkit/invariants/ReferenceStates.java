package dev.understudy.testkit.invariants;

import dev.understudy.clusterconfig.ClusterConfig;
import dev.understudy.locks.LockTables;
import dev.understudy.raft.Entry;
import dev.understudy.raft.Payload;
import dev.understudy.statemachine.CommandCodec;
import dev.understudy.statemachine.CommandEnvelope;
import dev.understudy.statemachine.Registry;
import dev.understudy.statemachine.StateMachine;
import dev.understudy.store.SnapshotRecord;
import dev.understudy.store.Version;
import dev.understudy.tables.Read;
import dev.understudy.tables.Snapshot;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * The states that the committed log leads to, from a state machine to which each entry is applied
 * once. Only the newest are remembered.
 */
final class ReferenceStates {
  /** More than any peer is behind that catches up without a snapshot. */
  private static final int REMEMBERED = 4_096;

  private static final String PROPERTY = "states are equal at equal index";

  private final StateMachine machine = new StateMachine(1);
  private final State[] states = new State[REMEMBERED];

  /** A state, and the index of the entry that has led to it. */
  record State(
      long index,
      Version version,
      Registry registry,
      ClusterConfig config,
      long timeMillis,
      Snapshot locks) {
    static State of(long index, StateMachine machine) {
      return new State(
          index,
          machine.version(),
          machine.registry(),
          machine.config(),
          machine.clusterTimeMillis(),
          machine.locks().current());
    }

    /** Differs, in all probability, when a command was lost, doubled or misread. */
    String digest() {
      return "events %d, nodes %d, bytes %d, %s, due %d, %s, %s, time %d"
          .formatted(
              version.index(),
              version.nodeCount(),
              version.treeBytes(),
              version.statistics(),
              version.nextExpirationMillis(),
              registry,
              config,
              timeMillis);
    }

    boolean resembles(State other) {
      return version.index() == other.version.index()
          && version.nodeCount() == other.version.nodeCount()
          && version.treeBytes() == other.version.treeBytes()
          && version.statistics().equals(other.version.statistics())
          && version.nextExpirationMillis() == other.version.nextExpirationMillis()
          && registry.equals(other.registry)
          && config.equals(other.config)
          && timeMillis == other.timeMillis;
    }
  }

  /** The state is now that after one entry more. */
  void apply(Entry entry) {
    Registry before = machine.registry();
    long beforeMillis = machine.clusterTimeMillis();
    if (entry.payload() instanceof Payload.Change change) {
      machine.applyMembership(entry.index(), change.change());
    } else {
      apply(entry.index(), ((Payload.Normal) entry.payload()).data());
    }
    State next = State.of(entry.index(), machine);
    Violation.unless(
        next.timeMillis() >= beforeMillis,
        "the cluster's time never goes back",
        () -> "%d after %d at %d".formatted(next.timeMillis(), beforeMillis, entry.index()));
    states[place(entry.index())] = next;
    if (!next.registry().equals(before)) {
      checkSeats(before, next);
    }
  }

  private void apply(long index, byte[] data) {
    Optional<CommandEnvelope> envelope =
        data.length == 0 ? Optional.empty() : CommandCodec.read(data);
    envelope.ifPresent(read -> machine.apply(index, read.clusterTimeMillis(), read.command()));
  }

  /** More seats than the active size may only be left over from a larger one. */
  private static void checkSeats(Registry before, State after) {
    int seats = after.registry().all().size();
    Violation.unless(
        seats <= Math.max(after.config().activeSize(), before.all().size()),
        "no more seats than the active size",
        () -> seats + " of " + after.config().activeSize() + " at " + after.index());
  }

  /** The newest config. */
  ClusterConfig config() {
    return machine.config();
  }

  /** Checks the state of a peer by what changes with every command. */
  void check(long member, long index, StateMachine peer) {
    at(index)
        .ifPresent(
            expected -> {
              State found = State.of(index, peer);
              if (!found.resembles(expected)) {
                throw new Violation(PROPERTY, difference(member, expected, found.digest()));
              }
            });
  }

  private static String difference(long member, State expected, String found) {
    return "at %d %x has\n  %s\nand not\n  %s"
        .formatted(expected.index(), member, found, expected.digest());
  }

  /** Checks the state of a peer as a whole. */
  void compare(long member, long index, StateMachine peer) {
    check(member, index, peer);
    at(index).ifPresent(expected -> compare(member, expected, peer.locks().current()));
    at(index)
        .filter(expected -> expected.version() != peer.version())
        .ifPresent(expected -> compare(member, expected, peer.version()));
  }

  private static void compare(long member, State expected, Snapshot found) {
    for (Read<? extends Collection<?>> each :
        List.of(LockTables.sessions(), LockTables.entries(""))) {
      List<?> theirs = List.copyOf(each.of(expected.locks()));
      List<?> mine = List.copyOf(each.of(found));
      Violation.unless(
          mine.equals(theirs),
          PROPERTY,
          () -> "at %d %x has %s and not %s".formatted(expected.index(), member, mine, theirs));
    }
  }

  private static void compare(long member, State expected, Version found) {
    Iterator<SnapshotRecord> theirs = expected.version().records();
    Iterator<SnapshotRecord> mine = found.records();
    while (theirs.hasNext() && mine.hasNext()) {
      SnapshotRecord one = theirs.next();
      SnapshotRecord other = mine.next();
      if (!one.equals(other)) {
        throw new Violation(
            PROPERTY, "at %d %x has %s and not %s".formatted(expected.index(), member, other, one));
      }
    }
    Violation.unless(
        theirs.hasNext() == mine.hasNext(),
        PROPERTY,
        () -> "at %d %x has more or less than others".formatted(expected.index(), member));
  }

  private Optional<State> at(long index) {
    return Optional.ofNullable(states[place(index)]).filter(state -> state.index() == index);
  }

  private static int place(long index) {
    return (int) (index % REMEMBERED);
  }
}
