package dev.understudy.peer.driver;

import dev.understudy.raft.Role;
import java.util.Map;
import java.util.Set;

/**
 * The state of consensus for other threads: published as a whole, so that its parts belong
 * together. Progress is refreshed with every tick, and more often while there are learners; the
 * rest whenever it changes.
 *
 * <p>What a leader makes of it is said of each machine in {@code ServerDetails}, which the {@code
 * Census} makes of this: duties, plan and health judge by those. Read directly it is where
 * consensus itself is meant: who leads, whether a change of the membership can be brought to its
 * end, what a log has acknowledged.
 *
 * @param member this peer's member id
 * @param role what this peer is at the moment
 * @param term the newest term it knows
 * @param leader the member that leads, 0 when none is known
 * @param commit the highest index known to be committed
 * @param applied the highest index applied to the state machine
 * @param voters the voters, in a joint configuration those of both halves
 * @param learners the members that do not vote
 * @param peers what the leader knows of the others by member id; empty unless this peer leads
 */
public record PeerStatus(
    long member,
    Role role,
    long term,
    long leader,
    long commit,
    long applied,
    Set<Long> voters,
    Set<Long> learners,
    Map<Long, Peer> peers) {
  /**
   * Another member, as its leader sees it.
   *
   * @param match the highest index it is known to hold durably
   * @param matchTerm the term of that entry; 0 when the leader's log does not hold it
   * @param lagEntries how many entries were committed behind that one when this was noted
   * @param replicating whether it takes the log as it is written (and needs no snapshot or probing)
   * @param lastHeardMillis monotonic time of its last message, of its coming, or of the start of
   *     this leadership
   * @param everHeard whether any message has come from it since it came
   * @param excusedMillis how much of the time since then does not count as its silence: what passed
   *     while this leader did not run, or heard no majority
   */
  public record Peer(
      long match,
      long matchTerm,
      long lagEntries,
      boolean replicating,
      long lastHeardMillis,
      boolean everHeard,
      long excusedMillis) {
    /** A member of which all silence counts. */
    public Peer(
        long match,
        long matchTerm,
        long lagEntries,
        boolean replicating,
        long lastHeardMillis,
        boolean everHeard) {
      this(match, matchTerm, lagEntries, replicating, lastHeardMillis, everHeard, 0);
    }

    /** A member of the end of whose log nothing else is known. */
    public Peer(long match, boolean replicating, long lastHeardMillis, boolean everHeard) {
      this(match, 0, 0, replicating, lastHeardMillis, everHeard);
    }

    /** A member that has been heard. */
    public Peer(long match, boolean replicating, long lastHeardMillis) {
      this(match, replicating, lastHeardMillis, true);
    }
  }

  /** Before the first turn. */
  public static PeerStatus initial(long member) {
    return new PeerStatus(member, Role.FOLLOWER, 0, 0, 0, 0, Set.of(), Set.of(), Map.of());
  }

  /** Whether this peer leads. */
  public boolean isLeader() {
    return role == Role.LEADER;
  }

  /** Whether this peer votes or is to vote, as far as it knows: one that observes does not. */
  public boolean isInConfiguration() {
    return voters.contains(member) || learners.contains(member);
  }

  /**
   * Whether this leader heard a member lately; itself it always does.
   *
   * @param nowMillis monotonic time
   * @param withinMillis how long ago at most
   */
  public boolean heardWithin(long member, long nowMillis, long withinMillis) {
    Peer peer = peers.get(member);
    return member == this.member
        || peer != null && nowMillis - peer.lastHeardMillis() <= withinMillis;
  }
}
