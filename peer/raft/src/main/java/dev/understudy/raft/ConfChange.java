package dev.understudy.raft;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * A change of the membership: none, one, or several steps taken together. It takes effect on each
 * member when that member applies it, not when it is appended (as in etcd; the paper differs).
 *
 * <p>Without steps and with {@link Transition#AUTO} it is the request to leave a joint
 * configuration.
 *
 * @param transition how the group moves from the old configuration to the new one
 * @param steps the steps, in the order in which they are applied
 * @param context a command of the application that travels with the change; not copied
 * @param singleStepForm whether it is the older form, which has exactly one step
 */
public record ConfChange(
    Transition transition, List<Step> steps, byte[] context, boolean singleStepForm) {
  /** How the group moves from the old configuration to the new one. */
  public enum Transition {
    /** Joint only where there are several steps; the joint configuration is then left by itself. */
    AUTO,
    /** Always joint; left by itself. */
    JOINT_IMPLICIT,
    /** Always joint; left by a change of its own that has no steps. */
    JOINT_EXPLICIT
  }

  /** What happens to a member. */
  public enum StepType {
    /** Becomes a voter; a learner is promoted. */
    ADD_VOTER,
    /** Leaves the group. */
    REMOVE,
    /** Stays what it is; the context says what is new about it. */
    UPDATE,
    /** Becomes a learner; a voter is demoted. */
    ADD_LEARNER
  }

  /**
   * One step.
   *
   * @param type what happens
   * @param member to whom; a step for 0 is skipped
   */
  public record Step(StepType type, long member) {
    public Step {
      Objects.requireNonNull(type, "type");
    }
  }

  /** Leaves a joint configuration. */
  public static final ConfChange LEAVE_JOINT =
      new ConfChange(Transition.AUTO, List.of(), new byte[0], false);

  private static final int STEP_BYTES = 9;

  public ConfChange {
    Objects.requireNonNull(transition, "transition");
    Objects.requireNonNull(context, "context");
    steps = List.copyOf(steps);
  }

  /** A change of one step. */
  public static ConfChange single(StepType type, long member, byte[] context) {
    return new ConfChange(Transition.AUTO, List.of(new Step(type, member)), context, true);
  }

  /** A change of several steps, joint if it has to be. */
  public static ConfChange of(byte[] context, Step... steps) {
    return new ConfChange(Transition.AUTO, List.of(steps), context, false);
  }

  /** Whether this is the request to leave a joint configuration. */
  public boolean leavesJoint() {
    return transition == Transition.AUTO && steps.isEmpty();
  }

  /** Whether this leads into a joint configuration. */
  public boolean entersJoint() {
    return transition != Transition.AUTO || steps.size() > 1;
  }

  /** Whether the joint configuration that this leads into is left by itself. */
  public boolean autoLeave() {
    return transition != Transition.JOINT_EXPLICIT;
  }

  /**
   * The bytes that count against limits; 0 for {@link #LEAVE_JOINT}, so that it is never refused.
   */
  public int sizeBytes() {
    return context.length + STEP_BYTES * steps.size();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ConfChange that
        && transition == that.transition
        && singleStepForm == that.singleStepForm
        && steps.equals(that.steps)
        && Arrays.equals(context, that.context);
  }

  @Override
  public int hashCode() {
    return Objects.hash(transition, steps, Arrays.hashCode(context), singleStepForm);
  }

  @Override
  public String toString() {
    return "ConfChange[" + transition + " " + steps + ", " + context.length + " bytes]";
  }
}
