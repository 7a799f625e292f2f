package dev.understudy.peer.driver;

import dev.understudy.raft.RaftCore;
import dev.understudy.raft.Role;
import java.util.function.LongSupplier;

/**
 * Notices that this peer has begun or ceased to lead and notifies those who must know: the read
 * gate first, then the leader loop. Never waits for either.
 *
 * <p>For the driver's thread only, but for {@link #leaderSinceMillis}.
 */
final class LeadershipNotifier {
  private static final long NOT_LEADING = 0;

  private final LatestValue<Leadership> notices;
  private final ReadGate gate;
  private final LongSupplier wallMillis;
  private final RaftEventLog log;
  private volatile long leaderSinceMillis;
  private long leadingTerm = NOT_LEADING;
  private long knownLeader;
  private long knownTerm;

  /**
   * @param wallMillis milliseconds since the epoch, for what is shown
   * @param log hears of every other leader
   */
  LeadershipNotifier(
      LatestValue<Leadership> notices, ReadGate gate, LongSupplier wallMillis, RaftEventLog log) {
    this.notices = notices;
    this.gate = gate;
    this.wallMillis = wallMillis;
    this.log = log;
  }

  /** What has changed since the last update. */
  enum Change {
    NONE,
    BEGAN,
    ENDED
  }

  Change update(RaftCore core) {
    Change change = updateRole(core);
    reportLeader(core);
    return change;
  }

  private Change updateRole(RaftCore core) {
    long term = core.role() == Role.LEADER ? core.term() : NOT_LEADING;
    if (term == leadingTerm) {
      return Change.NONE;
    }
    leadingTerm = term;
    if (term == NOT_LEADING) {
      gate.notLeading();
      notices.publish(new Leadership.NotLeading());
      return Change.ENDED;
    }
    gate.leading(term);
    notices.publish(new Leadership.Leading(term));
    return Change.BEGAN;
  }

  /** Since when the present leader is known, in milliseconds since the epoch; 0 for none. */
  long leaderSinceMillis() {
    return leaderSinceMillis;
  }

  private void reportLeader(RaftCore core) {
    if (core.leader() == knownLeader && (core.term() == knownTerm || core.leader() == 0)) {
      return;
    }
    knownLeader = core.leader();
    knownTerm = core.term();
    leaderSinceMillis = knownLeader == 0 ? 0 : wallMillis.getAsLong();
    log.leaderChanged(knownLeader, knownTerm);
  }

  /** The peer stops: nothing is led any more and no notice will follow. */
  void close() {
    gate.notLeading();
    notices.close();
  }
}
