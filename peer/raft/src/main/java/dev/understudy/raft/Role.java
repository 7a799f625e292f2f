package dev.understudy.raft;

/** What a peer is at the moment. */
public enum Role {
  /** Takes entries from a leader, or waits for one. */
  FOLLOWER,
  /** Checks if it could win an election, without disturbing anybody (thesis §9.6). */
  PRE_CANDIDATE,
  /** Requests votes (§5.2). */
  CANDIDATE,
  /** Appends to the log and replicates it. */
  LEADER
}
