package dev.understudy.raft;

/** How a leader makes sure that it still is one before it answers a read. */
public enum ReadOption {
  /** By asking a quorum (§6.4 of the thesis). Depends on no clock. */
  SAFE,
  /**
   * By having heard of a quorum less than an election timeout ago, counted from when the question
   * was sent; asks a quorum once that is over. Depends on the clocks of the members running at
   * about the same speed, and on {@link RaftConfig#checkQuorum()} everywhere.
   */
  LEASE_BASED
}
