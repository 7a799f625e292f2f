package dev.understudy.raft;

import java.util.function.LongFunction;
import java.util.function.LongPredicate;
import java.util.function.LongUnaryOperator;

/** What a majority of a set of voters has decided (§5.2, §5.3). Pure calculation. */
final class Majority {
  /** What an empty set has acknowledged: it never holds anything back. */
  static final long INFINITY = Long.MAX_VALUE;

  private Majority() {}

  /** The number of members that make a majority of {@code count}. */
  static int of(int count) {
    return count / 2 + 1;
  }

  /**
   * The highest index that a majority has acknowledged.
   *
   * @param acknowledged gives the index that a voter has acknowledged; 0 for none
   */
  static long committed(long[] voters, LongUnaryOperator acknowledged) {
    int count = voters.length;
    if (count == 0) {
      return INFINITY;
    }
    long[] ascending = new long[count];
    for (int i = 0; i < count; i++) {
      insert(ascending, i, acknowledged.applyAsLong(voters[i]));
    }
    return ascending[count - of(count)];
  }

  /** Whether a majority satisfies a condition; an empty set satisfies everything. */
  static boolean satisfies(long[] voters, LongPredicate condition) {
    int satisfied = 0;
    for (long voter : voters) {
      satisfied += condition.test(voter) ? 1 : 0;
    }
    return voters.length == 0 || satisfied >= of(voters.length);
  }

  /**
   * The result of a vote so far; an empty set agrees to everything.
   *
   * @param ballots gives a voter's answer; null for none yet
   */
  static VoteResult vote(long[] voters, LongFunction<Boolean> ballots) {
    int yes = 0;
    int missing = 0;
    for (long voter : voters) {
      Boolean ballot = ballots.apply(voter);
      if (ballot == null) {
        missing++;
      } else if (ballot) {
        yes++;
      }
    }
    int needed = of(voters.length);
    if (voters.length == 0 || yes >= needed) {
      return VoteResult.WON;
    }
    return yes + missing >= needed ? VoteResult.PENDING : VoteResult.LOST;
  }

  /** One step of insertion sort: groups are small, and this allocates nothing. */
  private static void insert(long[] ascending, int size, long value) {
    int at = size;
    while (at > 0 && ascending[at - 1] > value) {
      ascending[at] = ascending[at - 1];
      at--;
    }
    ascending[at] = value;
  }
}
