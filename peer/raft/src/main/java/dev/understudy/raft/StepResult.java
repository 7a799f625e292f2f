package dev.understudy.raft;

/** What became of a message that was given to the core. */
public enum StepResult {
  /** Handled, which includes being ignored as the rules demand. */
  OK,
  /** A response from somebody who is no member; ignored. */
  PEER_NOT_FOUND,
  /** A forwarded proposal that could not be taken. */
  PROPOSAL_DROPPED
}
