package dev.understudy.testkit.history;

import dev.understudy.testkit.history.Outcome.Refused;
import dev.understudy.testkit.history.Outcome.Written;

/**
 * An operation that is to have its moment in an order.
 *
 * @param index of a write whose outcome is unknown, when somebody has seen what it wrote; else 0
 */
record Step(RecordedOperation operation, long index) {
  /** Whether it must have its moment: it was answered, or what it wrote was seen. */
  boolean required() {
    return operation.outcome().definite() || index != 0;
  }

  /** The index of a write; 0 when it is none, or nobody knows. */
  long writtenIndex() {
    return operation.outcome() instanceof Written written ? written.index() : index;
  }

  /** The index of the state that it tells of; of a write, its own. */
  long stateIndex() {
    return index != 0 ? index : operation.outcome().stateIndex();
  }

  /** Whether it leaves the key as it is. */
  boolean onlyLooks() {
    return !operation.call().writes() || operation.outcome() instanceof Refused;
  }

  /** Whether it was refused because there was a key. */
  boolean refusedByAKey() {
    return operation.outcome() instanceof Refused refused && refused.code() != Outcome.NOT_FOUND;
  }
}
