package dev.understudy.locks;

import java.util.List;

/**
 * What a transaction has come to: with failures, nothing was changed.
 *
 * @param entries what its steps answer, in their order
 * @param failures the steps that could not be done
 */
public record TxnResult(List<Entry> entries, List<Failure> failures) {
  public TxnResult {
    entries = List.copyOf(entries);
    failures = List.copyOf(failures);
  }

  /** Whether it was done. */
  public boolean done() {
    return failures.isEmpty();
  }

  /** Why a step could not be done. */
  public enum Reason {
    /** There is no such session. */
    NO_SESSION,
    /** Another session holds it, or the one that gives it back does not hold it. */
    HELD_OTHERWISE,
    /** Its last holder has ended a moment ago. */
    LOCK_DELAY,
    /** The entry is not as the step demands. */
    MISMATCH,
    /** It would find more than one transaction may. */
    TOO_MUCH
  }

  /**
   * A step that could not be done.
   *
   * @param step its number, from 0
   * @param what in words
   */
  public record Failure(int step, Reason reason, String what) {}
}
