package dev.understudy.testkit.swarm;

import dev.understudy.peer.PeerServer;
import dev.understudy.testkit.SimulatedMachine;
import dev.understudy.testkit.SimulatedMachine.Disks;
import java.util.OptionalLong;

/**
 * A machine's data directory is not what it was. Happens only while the cluster {@linkplain
 * Stage#isWhole is whole}, and copies are those of a directory whose machine is stopped: of others
 * the README says what cannot be told.
 *
 * @param kind how
 * @param who whose
 * @param millis how long the machine runs before its directory is set back, or a copy of it started
 */
public record DirectoryFault(Kind kind, Who who, long millis) implements Action {
  private static final long CLONE_MILLIS = 5_000;
  private static final long SEAT_CHECK_MILLIS = 500;

  /** What may happen to a directory. */
  public enum Kind {
    /** It is replaced by an older state of it. */
    SET_BACK,
    /** A copy is started beside it, at another address. */
    CLONE,
    /** It is lost. */
    WIPE
  }

  @Override
  public void happen(Stage stage) {
    if (stage.isWhole()) {
      who.in(stage.cluster())
          .filter(SimulatedMachine::isRunning)
          .ifPresent(machine -> happen(stage, machine));
    }
  }

  private void happen(Stage stage, SimulatedMachine machine) {
    stage.note(kind + " of " + machine.name());
    machine.stop();
    Disks copied = machine.copyDisks();
    if (kind == Kind.WIPE) {
      machine.wipe();
      machine.tellOfOthers();
    }
    machine.start();
    if (kind != Kind.WIPE) {
      stage.later(millis, () -> useCopy(stage, machine, copied));
    }
  }

  /**
   * Once the machine's new start is recorded. Of two processes that both begin while nobody leads,
   * each may be taken for the member's by another peer.
   */
  private void useCopy(Stage stage, SimulatedMachine machine, Disks copied) {
    if (!machine.isRunning() || !stage.isWhole() || !isStartRecorded(stage, machine)) {
      return;
    }
    if (kind == Kind.SET_BACK) {
      setBack(stage, machine, copied);
    } else {
      stage.note("a copy of " + machine.name() + " is started");
      OptionalLong member = memberOf(machine);
      SimulatedMachine clone = machine.cloneAt("clone-of-" + machine.name(), copied);
      clone.start();
      stage.endAfter(CLONE_MILLIS, () -> endCopy(stage, clone, member));
    }
  }

  /**
   * One that was given a seat of its own is a copy no more: it goes for good as a machine does,
   * when the others can do without its vote and its data.
   */
  private static void endCopy(Stage stage, SimulatedMachine clone, OptionalLong original) {
    OptionalLong own = memberOf(clone);
    boolean hasSeat = own.isPresent() && !own.equals(original);
    if (hasSeat && !stage.areOthersWhole(clone.name())) {
      stage.later(SEAT_CHECK_MILLIS, () -> endCopy(stage, clone, original));
    } else {
      clone.crash();
    }
  }

  private static OptionalLong memberOf(SimulatedMachine machine) {
    return machine.peer().stream().mapToLong(peer -> peer.status().member()).findFirst();
  }

  private static boolean isStartRecorded(Stage stage, SimulatedMachine machine) {
    return machine
        .peer()
        .map(PeerServer::recollection)
        .filter(now -> stage.hasRecorded(now.identity().memberId(), now.lineage().current()))
        .isPresent();
  }

  private static void setBack(Stage stage, SimulatedMachine machine, Disks copied) {
    stage.note(machine.name() + " is set back");
    machine.crash();
    machine.setBack(copied);
    machine.allowFailure();
    machine.start();
  }
}
