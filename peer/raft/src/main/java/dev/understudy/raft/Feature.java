package dev.understudy.raft;

/** What a core may do or leave, as {@link RaftConfig} says. */
public enum Feature {
  /** Asks first whether an election could be won, so that who comes back disturbs nobody. */
  PRE_VOTE,

  /**
   * A leader steps down when it has not heard from a quorum for an election timeout, and members
   * refuse to vote while they hear from a leader.
   */
  CHECK_QUORUM,

  /**
   * A leader that a quorum has heard lately answers reads without asking. Depends on clocks that
   * run at about the same speed, and on {@link #CHECK_QUORUM} everywhere. Otherwise, or once the
   * lease is over, each read is confirmed by a round of heartbeats, which depends on no clock.
   */
  LEASE_READS,

  /**
   * Readys are acknowledged in two steps, {@link RaftCore#persisted} and {@link RaftCore#applied},
   * with several outstanding.
   */
  ASYNC_STORAGE_WRITES,

  /** A leader that applies its own removal or demotion steps down. */
  STEP_DOWN_ON_REMOVAL,

  /** A follower sends proposals on to the leader. */
  FORWARD_PROPOSALS,

  /** A leader refuses changes of the membership at a bad moment. */
  VALIDATE_CONF_CHANGES
}
