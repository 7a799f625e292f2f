package dev.understudy.testkit.swarm;

import dev.understudy.testkit.SimulatedMachine;

/**
 * A process ends, or stands still, and is there again after a while.
 *
 * @param kind what happens to it
 * @param who which machine
 * @param millis for how long
 */
public record ProcessFault(Kind kind, Who who, long millis) implements Action {
  /** How a process may end. */
  public enum Kind {
    POWER_LOSS,
    KILL,
    STOP,
    RETIRE,
    PAUSE
  }

  @Override
  public void happen(Stage stage) {
    who.in(stage.cluster())
        .filter(SimulatedMachine::isRunning)
        .ifPresent(machine -> happen(stage, machine));
  }

  private void happen(Stage stage, SimulatedMachine machine) {
    Runnable endLater = () -> stage.endAfter(millis, () -> end(machine));
    if (kind == Kind.RETIRE) {
      machine.retire(endLater);
      return;
    }
    switch (kind) {
      case POWER_LOSS -> machine.crash();
      case KILL -> machine.kill();
      case STOP -> machine.stop();
      default -> machine.pause();
    }
    endLater.run();
  }

  private static void end(SimulatedMachine machine) {
    machine.goOn();
    if (!machine.isRunning()) {
      machine.start();
    }
  }
}
