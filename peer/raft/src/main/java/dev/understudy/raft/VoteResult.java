package dev.understudy.raft;

/** The result of a vote so far. */
enum VoteResult {
  PENDING,
  LOST,
  WON
}
