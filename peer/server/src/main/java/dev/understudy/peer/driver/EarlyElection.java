package dev.understudy.peer.driver;

import dev.understudy.raft.RaftCore;
import dev.understudy.raft.Role;
import java.util.random.RandomGenerator;

/**
 * Elects a successor at once when the process of the leader is known to have ended, instead of
 * waiting for an election timeout.
 *
 * <p>It forgets the leader, so that this member promises its vote to others, and campaigns after a
 * pause of its own: the voters take turns in the order of their ids, which is the same everywhere,
 * so that two rarely split the vote. It never leaves out the pre-vote, and a member that still
 * hears of the leader refuses that one; so a mistake costs nothing as long as a majority is in
 * touch with the leader. As somebody who has not noticed yet refuses as well, attempts are
 * repeated, ever less often, for an election timeout; then the core's own elections go on.
 *
 * <p>With lease-based reads the core forgets no leader, and nothing happens here.
 *
 * <p>For the driver's thread only.
 */
final class EarlyElection {
  private static final long NEVER = Long.MAX_VALUE;

  /** Several writes to slow disks fit into it: who asks for votes meanwhile only splits them. */
  private static final int TURNS_OF_AN_ELECTION = 8;

  private final RaftCore core;
  private final long turnMillis;
  private final long electionMillis;
  private final RandomGenerator jitter;

  private long sinceMillis;
  private long rank;
  private long term;
  private long dueMillis = NEVER;

  /**
   * @param turnMillis how long one voter has until the next one campaigns: some round trips
   * @param electionMillis the shortest election timeout
   * @param jitter spreads attempts
   */
  EarlyElection(RaftCore core, long turnMillis, long electionMillis, RandomGenerator jitter) {
    this.core = core;
    this.turnMillis = turnMillis;
    this.electionMillis = electionMillis;
    this.jitter = jitter;
  }

  /** The process of a member has ended; nothing is done unless it is the leader. */
  void ended(long member, long nowMillis) {
    if (core.leader() != member || core.role() != Role.FOLLOWER) {
      return;
    }
    core.forgetLeader();
    if (core.leader() == 0 && core.confState().voters().contains(core.id())) {
      sinceMillis = nowMillis;
      rank = rankAmongSurvivors(member);
      term = core.term();
      dueMillis = nowMillis + rank * turnMillis + below(turnMillis / 4);
    }
  }

  private long rankAmongSurvivors(long ended) {
    return core.confState().voters().stream()
        .takeWhile(voter -> voter != core.id())
        .filter(voter -> voter != ended)
        .count();
  }

  /** When something is to do here next; far in the future when nothing is. */
  long dueMillis() {
    return dueMillis;
  }

  /** Whether to campaign now; said once for each attempt. */
  boolean takeAttempt(long nowMillis) {
    if (nowMillis < dueMillis) {
      return false;
    }
    long elapsedMillis = nowMillis - sinceMillis;
    if (core.leader() != 0 || elapsedMillis >= electionMillis) {
      dueMillis = NEVER;
      return false;
    }
    // With a later term an election is under way, this member's own or one in which it has voted.
    boolean underWay = core.term() != term;
    term = core.term();
    long pauseMillis =
        underWay ? (TURNS_OF_AN_ELECTION + 2 * rank) * turnMillis : turnMillis / 2 + 1;
    dueMillis = nowMillis + Math.max(pauseMillis, elapsedMillis / 4) + below(turnMillis / 2);
    return !underWay;
  }

  private long below(long bound) {
    return bound < 1 ? 0 : jitter.nextLong(bound);
  }
}
