package dev.understudy.testkit.swarm;

import dev.understudy.testkit.DiskFaults;
import dev.understudy.testkit.SimulatedMachine;
import java.util.Optional;

/**
 * Something is wrong with a machine's disk for a while. A machine may end of that, with a reason,
 * and is started again. One whose log or snapshots were damaged gets new disks in the end, as an
 * operator would give them to it; so damage happens only while the cluster {@linkplain
 * Stage#isWhole is whole}, and the disks are thrown away only while the others do without them; if
 * that does not come about, the damaged place can be read again after all. What a sync has written
 * nowhere or elsewhere is damage only once later syncs are there as witnesses: that the very last
 * one is missing no log can see, so nothing is promised then, and it is not drawn.
 *
 * @param kind what is wrong
 * @param who with whose disk
 * @param number at which operation from now on the power goes; how many bytes are left on a disk
 *     that fills up; for how many milliseconds a machine goes on with a damaged disk before it is
 *     started again
 * @param millis for how long
 */
public record DiskFault(Kind kind, Who who, int number, long millis) implements Action {
  private static final int ONE_IN_TEN = 100_000;
  private static final long RETRY_MILLIS = 1_000;
  private static final int MOST_TRIES = 10;

  /** What may be wrong with a disk. */
  public enum Kind {
    /** The power goes at an operation, before that is done. */
    CRASH_BEFORE,
    /** The power goes at an operation, once that is done. */
    CRASH_AFTER,
    /** Syncs fail, and forget. */
    FAILED_SYNCS,
    /** Writes fail half way. */
    TORN_WRITES,
    /** Others fill it. */
    FULL,
    /** A bit flips in the log or in a snapshot. */
    FLIPPED_BIT,
    /** A sector of the log or of a snapshot was never written, though a sync has said so. */
    LOST_SECTOR,
    /** The same, and it was written over another one. */
    MISDIRECTED_SECTOR;

    /** Whether what was on the disk is lost. */
    boolean isDamage() {
      return this == FLIPPED_BIT || this == LOST_SECTOR || this == MISDIRECTED_SECTOR;
    }
  }

  @Override
  public void happen(Stage stage) {
    if (!kind.isDamage() || stage.isWhole()) {
      who.in(stage.cluster())
          .filter(SimulatedMachine::isRunning)
          .ifPresent(machine -> happen(stage, machine));
    }
  }

  private void happen(Stage stage, SimulatedMachine machine) {
    stage.note(kind + " on " + machine.name());
    DiskFaults faults = machine.diskFaults();
    switch (kind) {
      case CRASH_BEFORE -> machine.crashAtOperation(number, DiskFaults.Moment.BEFORE);
      case CRASH_AFTER -> machine.crashAtOperation(number, DiskFaults.Moment.AFTER);
      case FAILED_SYNCS -> faults.setRates(new DiskFaults.Rates(ONE_IN_TEN, 0, 0, 0, 0, 0));
      case TORN_WRITES -> faults.setRates(new DiskFaults.Rates(0, ONE_IN_TEN, 0, 0, 0, 0));
      case FULL -> faults.fillUpTo(number);
      case FLIPPED_BIT, LOST_SECTOR, MISDIRECTED_SECTOR -> damage(stage, machine);
    }
    stage.endAfter(millis, () -> end(stage, machine));
  }

  /** It shows when the machine starts again, or before that, when what is damaged is read. */
  private void damage(Stage stage, SimulatedMachine machine) {
    DiskFaults faults = machine.diskFaults();
    Optional<String> place =
        kind == Kind.FLIPPED_BIT
            ? faults.flipBit()
            : faults.loseSector(kind == Kind.MISDIRECTED_SECTOR);
    place.ifPresent(
        where -> {
          stage.note("damaged: " + where);
          stage.later(number, () -> startAgain(stage, machine));
        });
  }

  private static void startAgain(Stage stage, SimulatedMachine machine) {
    if (machine.diskFaults().isDamaged()
        && machine.isRunning()
        && stage.areOthersWhole(machine.name())) {
      machine.crash();
      machine.start();
    }
  }

  private static void end(Stage stage, SimulatedMachine machine) {
    machine.forgetCrash();
    machine.diskFaults().setRates(DiskFaults.Rates.NONE);
    machine.diskFaults().empty();
    if (machine.diskFaults().isDamaged()) {
      replaceDisks(stage, machine, MOST_TRIES);
    } else if (!machine.isRunning()) {
      machine.start();
    }
  }

  /** What is on them may be needed while others are missing. */
  private static void replaceDisks(Stage stage, SimulatedMachine machine, int tries) {
    if (!machine.diskFaults().isDamaged()) {
      return;
    }
    if (!stage.areOthersWhole(machine.name())) {
      if (tries <= 0 && machine.peer().isEmpty() && machine.diskFaults().repair()) {
        stage.note(machine.name() + " can read its disks again");
        machine.crash();
        machine.start();
      } else {
        if (!machine.isRunning()) {
          machine.start(); // it may have helped itself
        }
        stage.later(RETRY_MILLIS, () -> replaceDisks(stage, machine, tries - 1));
      }
    } else {
      stage.note(machine.name() + " gets new disks");
      machine.crash();
      machine.wipe();
      machine.tellOfOthers();
      machine.start();
    }
  }
}
