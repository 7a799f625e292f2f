package dev.understudy.admin.machine;

import dev.understudy.standby.StandbyInfoFile;
import dev.understudy.wal.WalIdentity;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * When it is time to warn that there is no leader: after a while that no election takes, and then
 * at doubling intervals. For one thread.
 */
final class LeaderlessWarnings {
  private static final Logger LOG = LoggerFactory.getLogger(LeaderlessWarnings.class);

  private static final long FIRST_MILLIS = 15_000;
  private static final long LONGEST_MILLIS = 15 * 60_000;

  private final LongSupplier clockMillis;
  private long leaderMillis;
  private long nextMillis;
  private long intervalMillis;

  /**
   * @param clockMillis monotonic
   */
  LeaderlessWarnings(LongSupplier clockMillis) {
    this.clockMillis = clockMillis;
    leaderSeen();
  }

  /**
   * The logs know better than the notes beside them, but not whether the cluster goes on elsewhere.
   */
  void nobodyLeft(String name, WalIdentity log) {
    LOG.warn(
        "{}: every machine known here is a standby, so nobody can lead; this one still has the log"
            + " of {}. If no other machine of that cluster is a peer: stop them all, delete {} in"
            + " each data directory and start them; whose log has a seat is a peer again",
        name,
        log,
        StandbyInfoFile.NAME);
  }

  /** A round of a standby has ended, with or without a leader. */
  void synced(String name, WalIdentity log, boolean leaderKnown) {
    if (leaderKnown) {
      leaderSeen();
    } else if (pollDue()) {
      LOG.warn(
          "{}: no leader for {} s, and this machine cannot vote: it has lost the seat of its log,"
              + " {}. It takes another one once there is a leader. If a majority of the voters"
              + " cannot be brought back, see \"When a majority is lost\" in docs/operations.md",
          name,
          seconds(),
          log);
    }
  }

  /** There is a leader now. */
  void leaderSeen() {
    leaderMillis = clockMillis.getAsLong();
    nextMillis = leaderMillis + FIRST_MILLIS;
    intervalMillis = FIRST_MILLIS;
  }

  /** Whether to warn now; if so, the next time is later. */
  boolean pollDue() {
    long now = clockMillis.getAsLong();
    if (now < nextMillis) {
      return false;
    }
    nextMillis = now + intervalMillis;
    intervalMillis = Math.min(2 * intervalMillis, LONGEST_MILLIS);
    return true;
  }

  /** How long there was no leader. */
  long seconds() {
    return (clockMillis.getAsLong() - leaderMillis) / 1_000;
  }
}
