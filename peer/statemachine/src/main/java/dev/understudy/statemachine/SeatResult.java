package dev.understudy.statemachine;

import dev.understudy.clusterconfig.ErrorCode;

/** What a change of the seats, or of the membership alone, came to. */
public sealed interface SeatResult {
  /**
   * The registry, and with it the membership, was changed.
   *
   * @param registry the registry from now on
   * @param index the entry's index in the log
   */
  record Changed(Registry registry, long index) implements SeatResult {}

  /** The membership alone was changed: a promotion, or the end of a joint configuration. */
  record Unchanged() implements SeatResult {}

  /** The change was refused; neither the registry nor the membership has changed. */
  record Refused(ErrorCode code, String cause) implements SeatResult {}
}
