package dev.understudy.peer.driver;

import dev.understudy.raft.RaftCore;
import dev.understudy.raft.Role;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices that this peer has begun or ceased to lead and tells those who must know: the read gate
 * first, then the leader loop. Never waits for either.
 *
 * <p>For the driver's thread only, but for {@link #leaderSinceMillis}.
 */
final class LeadershipNotifier {
  private static final Logger LOG = LoggerFactory.getLogger(LeadershipNotifier.class);
  private static final long NOT_LEADING = 0;

  private final LatestValue<Leadership> notices;
  private final ReadGate gate;
  private final LongSupplier wallMillis;
  private final Executor answers;
  private volatile long leaderSinceMillis;
  private long leadingTerm = NOT_LEADING;
  private long knownLeader;
  private long knownTerm;

  /**
   * @param wallMillis milliseconds since the epoch, for what is shown
   * @param answers where the log is told: a log that blocks must not hold up consensus
   */
  LeadershipNotifier(
      LatestValue<Leadership> notices, ReadGate gate, LongSupplier wallMillis, Executor answers) {
    this.notices = notices;
    this.gate = gate;
    this.wallMillis = wallMillis;
    this.answers = answers;
  }

  /** What has changed since the last look. */
  enum Change {
    NONE,
    BEGAN,
    ENDED
  }

  Change look(RaftCore core) {
    Change change = lookAtRole(core);
    tellOfLeader(core);
    return change;
  }

  private Change lookAtRole(RaftCore core) {
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

  private void tellOfLeader(RaftCore core) {
    if (core.leader() == knownLeader && (core.term() == knownTerm || core.leader() == 0)) {
      return;
    }
    knownLeader = core.leader();
    knownTerm = core.term();
    leaderSinceMillis = knownLeader == 0 ? 0 : wallMillis.getAsLong();
    String told = description(core.id());
    try {
      answers.execute(() -> LOG.info(told));
    } catch (RejectedExecutionException e) {
      // Nobody answers any more, so this peer has ended and nothing is held up.
      LOG.info(told);
    }
  }

  private String description(long member) {
    String self = Long.toHexString(member);
    if (knownLeader == 0) {
      return self + " knows no leader (term " + knownTerm + ")";
    }
    return knownLeader == member
        ? self + " leads since term " + knownTerm
        : self + " follows " + Long.toHexString(knownLeader) + " (term " + knownTerm + ")";
  }

  /** The peer stops: nothing is led any more and no notice will follow. */
  void close() {
    gate.notLeading();
    notices.close();
  }
}
