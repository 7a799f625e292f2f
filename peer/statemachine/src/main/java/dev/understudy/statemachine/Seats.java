package dev.understudy.statemachine;

import dev.understudy.clusterconfig.ErrorCode;
import dev.understudy.clusterconfig.MachineRecord;
import dev.understudy.raft.ConfChange;
import dev.understudy.raft.ConfChange.StepType;
import dev.understudy.statemachine.Registry.Seat;
import dev.understudy.statemachine.Registry.Verdict;
import dev.understudy.store.Operation;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Who holds a seat. The machines' records in the key space follow the registry. */
final class Seats implements Part {
  private final KeySpace keys;
  private final ClusterSettings settings;
  private volatile Registry registry = Registry.EMPTY;

  Seats(KeySpace keys, ClusterSettings settings) {
    this.keys = keys;
    this.settings = settings;
  }

  Registry registry() {
    return registry;
  }

  SeatResult apply(long index, Command.ChangeSeats change) {
    Verdict verdict = registry.judge(change, settings.config().activeSize());
    if (verdict instanceof Verdict.Refused refused) {
      return new SeatResult.Refused(refused.code(), refused.cause());
    }
    Registry before = registry;
    registry = ((Verdict.Admitted) verdict).next();
    writeRecords(before, registry);
    return new SeatResult.Changed(registry, index);
  }

  SeatResult apply(long index, Command.RecordStart start) {
    registry = registry.withStart(start.member(), start.incarnation());
    return new SeatResult.Changed(registry, index);
  }

  /**
   * A change of the membership that leaves the registry alone: only seated members may gain by it.
   */
  SeatResult judge(ConfChange change) {
    boolean strangers =
        change.steps().stream()
            .anyMatch(step -> step.type() != StepType.REMOVE && !hasSeat(step.member()));
    return strangers
        ? new SeatResult.Refused(ErrorCode.KEY_NOT_FOUND, "no such member")
        : new SeatResult.Unchanged();
  }

  private boolean hasSeat(long member) {
    return registry.byMember(member).isPresent();
  }

  /** Brings the machines' records in the key space in line with the registry. */
  private void writeRecords(Registry before, Registry after) {
    Set<String> names = new TreeSet<>(before.seats().keySet());
    names.addAll(after.seats().keySet());
    for (String name : names) {
      Optional<MachineRecord> old = before.byName(name).map(Seat::machine);
      Optional<MachineRecord> now = after.byName(name).map(Seat::machine);
      if (now.isEmpty()) {
        old.ifPresent(gone -> keys.apply(new Operation.Delete(gone.key(), false, false)));
      } else if (!now.equals(old)) {
        keys.set(now.get().key(), now.get().toValue());
      }
    }
  }

  @Override
  public boolean countsBeforeStart() {
    return true;
  }

  @Override
  public void restore(StateImage image) {
    registry = image.registry();
  }
}
