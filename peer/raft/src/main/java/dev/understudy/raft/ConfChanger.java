package dev.understudy.raft;

import java.util.List;

/**
 * Calculates what a change makes of a membership. One object is one calculation.
 *
 * <p>Quorums of two configurations that follow each other always overlap: a simple change adds or
 * removes at most one voter (thesis §4.1), and everything else goes through a joint configuration
 * (§6; thesis §4.3).
 */
final class ConfChanger {
  /**
   * The outcome.
   *
   * @param membership the new membership
   * @param fresh members about which a leader knows nothing yet, even if it knew their ids
   */
  record Outcome(Membership membership, long[] fresh) {}

  /** A change that cannot be made; the message says why. */
  static final class InvalidChange extends IllegalStateException {
    private static final long serialVersionUID = 1;

    InvalidChange(String message) {
      super(message);
    }
  }

  private final Membership before;
  private long[] incoming;
  private long[] outgoing;
  private long[] learners;
  private long[] learnersNext;
  private long[] tracked;
  private long[] fresh = Ids.NONE;

  private ConfChanger(Membership before) {
    this.before = before;
    this.incoming = before.incoming();
    this.outgoing = before.outgoing();
    this.learners = before.learners();
    this.learnersNext = before.learnersNext();
    this.tracked = before.members();
  }

  /** What a change makes of a membership; throws {@link InvalidChange} if it cannot be made. */
  static Outcome apply(Membership before, ConfChange change) {
    ConfChanger changer = new ConfChanger(before);
    if (change.leavesJoint()) {
      return changer.leaveJoint();
    }
    if (change.entersJoint()) {
      return changer.enterJoint(change.autoLeave(), change.steps());
    }
    return changer.simple(change.steps());
  }

  static Outcome simple(Membership before, List<ConfChange.Step> steps) {
    return new ConfChanger(before).simple(steps);
  }

  static Outcome enterJoint(Membership before, boolean autoLeave, List<ConfChange.Step> steps) {
    return new ConfChanger(before).enterJoint(autoLeave, steps);
  }

  static Outcome leaveJoint(Membership before) {
    return new ConfChanger(before).leaveJoint();
  }

  private Outcome simple(List<ConfChange.Step> steps) {
    require(!before.isJoint(), "can't apply simple config change in joint config");
    takeAll(steps);
    require(
        difference(before.incoming(), incoming) <= 1,
        "more than one voter changed without entering joint config");
    return outcome(false);
  }

  private Outcome enterJoint(boolean autoLeave, List<ConfChange.Step> steps) {
    require(!before.isJoint(), "config is already joint");
    require(incoming.length > 0, "can't make a zero-voter config joint");
    outgoing = incoming;
    takeAll(steps);
    return outcome(autoLeave);
  }

  private Outcome leaveJoint() {
    require(before.isJoint(), "can't leave a non-joint config");
    learners = Ids.union(learners, learnersNext);
    learnersNext = Ids.NONE;
    outgoing = Ids.NONE;
    return outcome(false);
  }

  private Outcome outcome(boolean autoLeave) {
    Membership after = new Membership(incoming, outgoing, learners, learnersNext, autoLeave);
    return new Outcome(after, fresh);
  }

  private void takeAll(List<ConfChange.Step> steps) {
    for (ConfChange.Step step : steps) {
      if (step.member() != 0) {
        take(step);
      }
    }
    require(incoming.length > 0, "removed all voters");
  }

  private void take(ConfChange.Step step) {
    switch (step.type()) {
      case ADD_VOTER -> addVoter(step.member());
      case ADD_LEARNER -> addLearner(step.member());
      case REMOVE -> remove(step.member());
      case UPDATE -> {}
    }
  }

  private void addVoter(long id) {
    track(id);
    learners = Ids.without(learners, id);
    learnersNext = Ids.without(learnersNext, id);
    incoming = Ids.with(incoming, id);
  }

  private void addLearner(long id) {
    track(id);
    if (Ids.contains(learners, id)) {
      return;
    }
    incoming = Ids.without(incoming, id);
    if (Ids.contains(outgoing, id)) {
      learnersNext = Ids.with(learnersNext, id);
    } else {
      learners = Ids.with(learners, id);
    }
  }

  private void remove(long id) {
    incoming = Ids.without(incoming, id);
    learners = Ids.without(learners, id);
    learnersNext = Ids.without(learnersNext, id);
    if (!Ids.contains(outgoing, id)) {
      tracked = Ids.without(tracked, id);
      fresh = Ids.without(fresh, id);
    }
  }

  private void track(long id) {
    if (!Ids.contains(tracked, id)) {
      tracked = Ids.with(tracked, id);
      fresh = Ids.with(fresh, id);
    }
  }

  /** The number of ids that are in one set only. */
  private static int difference(long[] left, long[] right) {
    int common = 0;
    for (long id : left) {
      if (Ids.contains(right, id)) {
        common++;
      }
    }
    return left.length + right.length - 2 * common;
  }

  private static void require(boolean condition, String message) {
    if (!condition) {
      throw new InvalidChange(message);
    }
  }
}
