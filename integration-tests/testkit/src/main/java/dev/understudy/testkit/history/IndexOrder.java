package dev.understudy.testkit.history;

import java.util.Arrays;
import java.util.List;

/**
 * What indexes say of the order of operations on one key: writes whose indexes are known come in
 * that order; and what tells of the state at an index comes behind all of them up to there, and
 * before the others.
 */
final class IndexOrder {
  /** The indexes of writes, ascending. */
  private final long[] writes;

  /** How many of those come before each operation. */
  private final int[] behind;

  private final boolean[] isWrite;

  /** How many operations that are no writes are left behind so many writes. */
  private final int[] looksLeft;

  private int taken;

  IndexOrder(List<Step> operations) {
    int count = operations.size();
    writes =
        operations.stream()
            .mapToLong(Step::writtenIndex)
            .filter(index -> index != 0)
            .sorted()
            .toArray();
    behind = new int[count];
    isWrite = new boolean[count];
    looksLeft = new int[writes.length + 1];
    for (int i = 0; i < count; i++) {
      Step step = operations.get(i);
      isWrite[i] = step.writtenIndex() != 0;
      behind[i] = isWrite[i] ? upTo(step.writtenIndex() - 1) : upTo(step.stateIndex());
      looksLeft[behind[i]] += isWrite[i] ? 0 : 1;
    }
  }

  private int upTo(long index) {
    int at = Arrays.binarySearch(writes, index + 1);
    int first = at < 0 ? -at - 1 : at;
    while (first > 0 && writes[first - 1] > index) {
      first--;
    }
    return first;
  }

  /** Whether an operation may be the next. */
  boolean permits(int operation) {
    return behind[operation] == taken && (!isWrite[operation] || looksLeft[taken] == 0);
  }

  /** Whether the next write has a higher index than what was before may have had. */
  boolean leavesRoom(long floor) {
    return taken == writes.length || writes[taken] > floor;
  }

  void take(int operation) {
    if (isWrite[operation]) {
      taken++;
    } else {
      looksLeft[behind[operation]]--;
    }
  }

  /** Undoes {@link #take}. */
  void giveBack(int operation) {
    if (isWrite[operation]) {
      taken--;
    } else {
      looksLeft[behind[operation]]++;
    }
  }
}
