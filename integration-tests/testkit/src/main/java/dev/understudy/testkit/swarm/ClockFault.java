package dev.understudy.testkit.swarm;

import dev.understudy.testkit.MachineClock;

/**
 * A clock of a machine goes wrong for a while.
 *
 * @param kind how
 * @param who on which machine
 * @param amount milliseconds of a jump, otherwise thousandths of the right speed
 * @param millis for how long
 */
public record ClockFault(Kind kind, Who who, int amount, long millis) implements Action {
  /** What a clock may do. */
  public enum Kind {
    /** The wall clock is set by so much, and set right in the end. */
    JUMP,
    /** The wall clock goes at another speed; at none, when that is 0. */
    WALL_RATE,
    /** The monotonic clock goes at another speed. */
    TIMER_RATE
  }

  @Override
  public void happen(Stage stage) {
    who.in(stage.cluster())
        .ifPresent(
            machine -> {
              MachineClock clock = machine.clock();
              stage.note(machine.name() + "'s clock: " + kind + " " + amount);
              switch (kind) {
                case JUMP -> clock.jump(amount);
                case WALL_RATE -> clock.setWallRate(amount);
                case TIMER_RATE -> clock.setMonotonicRate(amount);
              }
              stage.endAfter(millis, clock::setRight);
            });
  }
}
