package dev.understudy.raft;

/**
 * What a leader knows about a member.
 *
 * @param state how it is replicated to
 * @param match the highest index known to agree with the leader's log
 * @param next the index of the next entry to send
 * @param learner whether it does not vote
 * @param paused whether nothing is sent until it answers
 * @param pendingSnapshot the index of the snapshot on its way to it; 0 if none
 * @param recentActive whether it has answered since the last check of the quorum
 * @param inflightCount the number of append messages that it has not acknowledged
 * @param inflightFull whether no more may be sent
 */
public record PeerProgress(
    State state,
    long match,
    long next,
    boolean learner,
    boolean paused,
    long pendingSnapshot,
    boolean recentActive,
    int inflightCount,
    boolean inflightFull) {
  /** How a member is replicated to. */
  public enum State {
    /** One message at a time, until it is known where the logs agree. */
    PROBE,
    /** Optimistically, many messages in flight. */
    REPLICATE,
    /** Not at all: it needs a snapshot first. */
    SNAPSHOT
  }
}
