package dev.understudy.raft;

/** What a peer is at the moment. */
public enum Role {
  /** Takes entries from a leader, or waits for one. */
  FOLLOWER,
  /** Asks whether an election could be won, without disturbing anybody (§9.6 of the thesis). */
  PRE_CANDIDATE,
  /** Asks for votes. */
  CANDIDATE,
  /** Appends to the log and replicates it. */
  LEADER
}
