package dev.understudy.raft;

import java.util.function.LongFunction;
import java.util.function.LongPredicate;
import java.util.function.LongUnaryOperator;

/**
 * The members of the group, as the core works with them. Immutable.
 *
 * <p>In a joint configuration (§6; thesis §4.3) every decision needs a majority of both halves.
 * Members of the outgoing half that are to become learners wait in {@code learnersNext}, since
 * nobody may be voter and learner at once.
 */
final class Membership {
  static final Membership EMPTY = new Membership(Ids.NONE, Ids.NONE, Ids.NONE, Ids.NONE, false);

  private final long[] incoming;
  private final long[] outgoing;
  private final long[] learners;
  private final long[] learnersNext;
  private final boolean autoLeave;
  private final long[] voters;
  private final long[] members;
  private final ConfState confState;

  Membership(
      long[] incoming, long[] outgoing, long[] learners, long[] learnersNext, boolean autoLeave) {
    this.incoming = incoming;
    this.outgoing = outgoing;
    this.learners = learners;
    this.learnersNext = learnersNext;
    this.autoLeave = autoLeave;
    this.voters = Ids.union(incoming, outgoing);
    this.members = Ids.union(voters, learners);
    checkInvariants();
    // Once: drivers read it for every message and in every turn.
    this.confState =
        new ConfState(
            Ids.list(incoming),
            Ids.list(learners),
            Ids.list(outgoing),
            Ids.list(learnersNext),
            autoLeave);
  }

  static Membership of(ConfState state) {
    return new Membership(
        Ids.of(state.voters()),
        Ids.of(state.votersOutgoing()),
        Ids.of(state.learners()),
        Ids.of(state.learnersNext()),
        state.autoLeave());
  }

  ConfState toConfState() {
    return confState;
  }

  long[] incoming() {
    return incoming;
  }

  long[] outgoing() {
    return outgoing;
  }

  long[] learners() {
    return learners;
  }

  long[] learnersNext() {
    return learnersNext;
  }

  boolean autoLeave() {
    return autoLeave;
  }

  boolean isJoint() {
    return outgoing.length > 0;
  }

  /** The voters of both halves. */
  long[] voters() {
    return voters;
  }

  /** Everybody: voters of both halves and learners. */
  long[] members() {
    return members;
  }

  boolean isVoter(long id) {
    return Ids.contains(voters, id);
  }

  boolean isLearner(long id) {
    return Ids.contains(learners, id);
  }

  boolean contains(long id) {
    return Ids.contains(members, id);
  }

  /** Whether {@code id} alone decides everything. */
  boolean isOnly(long id) {
    return !isJoint() && incoming.length == 1 && incoming[0] == id;
  }

  /** The highest index that a majority of each half has acknowledged. */
  long committed(LongUnaryOperator acknowledged) {
    long index = Majority.committed(incoming, acknowledged);
    return isJoint() ? Math.min(index, Majority.committed(outgoing, acknowledged)) : index;
  }

  /** Whether a majority of each half satisfies a condition. */
  boolean hasQuorum(LongPredicate condition) {
    return Majority.satisfies(incoming, condition) && Majority.satisfies(outgoing, condition);
  }

  /** The result of a vote so far: won with a majority of each half, lost with either. */
  VoteResult vote(LongFunction<Boolean> ballots) {
    VoteResult left = Majority.vote(incoming, ballots);
    VoteResult right = Majority.vote(outgoing, ballots);
    if (left == right) {
      return left;
    }
    return left == VoteResult.LOST || right == VoteResult.LOST
        ? VoteResult.LOST
        : VoteResult.PENDING;
  }

  private void checkInvariants() {
    for (long id : learners) {
      Check.that(!Ids.contains(voters, id), "a learner must not be a voter");
    }
    for (long id : learnersNext) {
      Check.that(Ids.contains(outgoing, id), "a staged learner must be an outgoing voter");
    }
    Check.that(isJoint() || !autoLeave, "only a joint configuration can be left");
  }
}
