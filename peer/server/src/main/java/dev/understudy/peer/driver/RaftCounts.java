package dev.understudy.peer.driver;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * How often rare things have happened in a peer's consensus core. Written by the driver's thread,
 * read by any.
 */
public final class RaftCounts {
  /** What is counted. */
  public enum Event {
    /** This peer asked whether it could win an election (a pre-vote). */
    PRE_VOTE_STARTED,
    /** This peer asked for votes, in a term of its own. */
    ELECTION_STARTED,
    /** This peer won an election. */
    ELECTION_WON,
    /** This peer has learned of a leader in a new term. */
    LEADER_CHANGED,
    /** This peer, leading, stepped down because it had not heard from a quorum. */
    QUORUM_LOST,
    /** Entries of this peer's log were overwritten by a leader's. */
    CONFLICT,
    /** This peer, leading, refused a change of the membership because of its moment. */
    CONF_CHANGE_REFUSED,
    /** This peer, leading, gave up handing over. */
    TRANSFER_ABORTED,
    /** A snapshot of this peer has reached another. */
    SNAPSHOT_SENT,
    /** A snapshot has come from a leader. */
    SNAPSHOT_RECEIVED,
    /** A snapshot has replaced this peer's state. */
    SNAPSHOT_INSTALLED,
    /** A message was ignored that no member can have sent that keeps to the rules. */
    NONSENSE_IGNORED,
    /** A message was ignored because of who sent it, or for its term. */
    DISTRUSTED
  }

  private final AtomicLongArray counts = new AtomicLongArray(Event.values().length);

  void add(Event event) {
    counts.incrementAndGet(event.ordinal());
  }

  /** How often it has happened since the peer started. */
  public long of(Event event) {
    return counts.get(event.ordinal());
  }

  @Override
  public String toString() {
    return Arrays.toString(Event.values()) + " " + counts;
  }
}
