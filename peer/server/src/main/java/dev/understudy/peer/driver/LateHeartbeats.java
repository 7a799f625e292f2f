package dev.understudy.peer.driver;

import java.util.function.LongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * On a follower, a line in the log when its leader is heard so late that it nearly wanted an
 * election: the first sign that timeouts are too short for this disk, machine or network. One line
 * in five seconds; the rest is counted.
 *
 * <p>For the driver's thread only.
 */
final class LateHeartbeats {
  private static final Logger LOG = LoggerFactory.getLogger(LateHeartbeats.class);
  private static final long BETWEEN_LINES_MILLIS = 5_000;
  private static final long NEVER = Long.MIN_VALUE / 2;

  private final LongFunction<String> names;
  private final long electionMillis;
  private long leader;
  private long heardMillis;
  private long lineMillis = NEVER;
  private long untold;

  /**
   * @param names of members, for the log
   * @param electionMillis the shortest election timeout; late is what comes when four fifths of it
   *     are over, as in etcd 0.4
   */
  LateHeartbeats(LongFunction<String> names, long electionMillis) {
    this.names = names;
    this.electionMillis = electionMillis;
  }

  /** The leader that this peer follows has been heard. */
  void heard(long from, long nowMillis) {
    long sinceMillis = from == leader ? nowMillis - heardMillis : 0;
    leader = from;
    heardMillis = nowMillis;
    if (5 * sinceMillis >= 4 * electionMillis) {
      late(sinceMillis, nowMillis);
    }
  }

  private void late(long sinceMillis, long nowMillis) {
    if (nowMillis - lineMillis < BETWEEN_LINES_MILLIS) {
      untold++;
      return;
    }
    LOG.info(
        "heartbeat near election timeout: leader {} was heard after {} ms, of {} ({} others since"
            + " the last line); if it goes on, raise --raft-multiplier on all machines",
        names.apply(leader),
        sinceMillis,
        electionMillis,
        untold);
    lineMillis = nowMillis;
    untold = 0;
  }
}
