package dev.understudy.raft;

import java.util.OptionalLong;

/**
 * The result of a proposal, known at once. Whether it is committed shows in the entries to apply.
 */
public sealed interface ProposeResult {
  /**
   * Appended to this leader's log.
   *
   * @param first the first entry of the batch
   * @param last the last one
   */
  record Accepted(EntryId first, EntryId last) implements ProposeResult {}

  /**
   * Sent on to the leader; the message may get lost.
   *
   * @param leader to whom
   */
  record Forwarded(long leader) implements ProposeResult {}

  /**
   * Dropped: this member does not lead, and does not know who does or does not forward.
   *
   * @param leader the leader, if known
   */
  record NotLeader(OptionalLong leader) implements ProposeResult {}

  /**
   * Dropped: the leader is handing over.
   *
   * @param target to whom
   */
  record Transferring(long target) implements ProposeResult {}

  /** Dropped: the leader no longer belongs to the group. */
  record NotMember() implements ProposeResult {}

  /**
   * Dropped: too much waits to be committed and applied.
   *
   * @param uncommittedBytes how much
   */
  record Overloaded(long uncommittedBytes) implements ProposeResult {}

  /**
   * A change of the membership that must not be made now; an empty entry takes its place.
   *
   * @param at the empty entry
   * @param reason why
   */
  record Refused(EntryId at, ConfChangeRefusal reason) implements ProposeResult {}

  /** Why a change of the membership was refused. */
  enum ConfChangeRefusal {
    /** An earlier one may not have been applied yet. */
    PENDING,
    /** The joint configuration has to be left first. */
    MUST_LEAVE_JOINT,
    /** There is no joint configuration to leave. */
    NOT_JOINT
  }
}
