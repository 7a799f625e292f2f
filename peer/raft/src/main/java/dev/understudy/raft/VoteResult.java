package dev.understudy.raft;

/** How a vote stands. */
enum VoteResult {
  PENDING,
  LOST,
  WON
}
