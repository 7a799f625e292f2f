package dev.understudy.testkit.swarm;

/** A kind of thing that goes wrong, or that an operator does; a swarm run has some of them on. */
public enum FaultKind {
  /** Messages vanish. */
  LOST_MESSAGES,
  /** Messages are late, and overtaken by others. */
  SLOW_MESSAGES,
  /** Messages between peers arrive twice. */
  DOUBLED_MESSAGES,
  /** Some machines and all others do not reach each other. */
  PARTITION,
  /** Nothing that one machine sends arrives, or nothing arrives at it. */
  ONE_WAY,
  /** Each machine reaches only its two neighbours. */
  RING,
  /** The leader reaches nobody. */
  LEADER_ALONE,
  /** The power of a machine goes, and with it what was not synced. */
  POWER_LOSS,
  /** A process is killed. */
  KILL,
  /** A machine is stopped in good order, and started again. */
  STOP,
  /** A process stands still for a while. */
  PAUSE,
  /** Disks are slow now and then. */
  SLOW_DISK,
  /** The power of all machines goes at the same moment. */
  BLACKOUT,
  /** The power of a machine goes at one of its storage operations. */
  POWER_LOSS_AT_OPERATION,
  /** Syncs of a disk fail, and forget what they were to write. */
  FAILED_SYNCS,
  /** Writes to a disk fail half way. */
  TORN_WRITES,
  /** A disk is full. */
  FULL_DISK,
  /** A bit flips in the log or in a snapshot. */
  FLIPPED_BIT,
  /** A sector of the log or of a snapshot was written nowhere, or elsewhere. */
  STRAY_SECTOR,
  /** A machine is started with an older state of its directory. */
  SET_BACK,
  /** A copy of a machine's directory is started beside it. */
  CLONE,
  /** A machine loses its disks. */
  WIPE,
  /** A wall clock is set forward or back. */
  CLOCK_JUMP,
  /** A wall clock goes too fast or too slowly. */
  CLOCK_DRIFT,
  /** A wall clock stands still. */
  CLOCK_STOP,
  /** A monotonic clock goes too fast or too slowly, and with it all timers of its machine. */
  TIMER_DRIFT,
  /** Somebody who is no member, or no longer one, sends what members send each other. */
  STRANGER,
  /** An operator takes a machine's seat. */
  REMOVAL,
  /** A new machine comes. */
  JOIN,
  /** An operator changes the config. */
  CONFIG,
  /** A leader hands over. */
  HAND_OVER,
  /** The power of a voter goes just when it votes. */
  POWER_LOSS_AT_A_VOTE,
  /** Machines die one after the other, each for longer than the remove delay. */
  DEATHS,
  /** An operator changes how seats are looked after, or who may take those of living peers. */
  SETTINGS,
  /** Standbys are of other modes than the first. */
  STANDBY_MODES
}
