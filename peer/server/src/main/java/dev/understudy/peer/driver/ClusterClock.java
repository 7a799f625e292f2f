package dev.understudy.peer.driver;

import dev.understudy.statemachine.StateMachine;
import java.util.function.LongSupplier;

/**
 * The cluster's time, the only clock that expiry knows: it is what leaders have stamped into the
 * log, carried on between two stamps by this peer's monotonic clock.
 *
 * <p>Nobody's wall clock decides, so skew between machines neither shortens nor prolongs a key's
 * life. A peer sees a stamp a moment after the leader made it, hence what it carries on lags the
 * leader's time a little: a new leader that continues from there lets no key die early. Its clock
 * may be faster than the leader's, or it has led before and is ahead by that moment; so it goes
 * back to what the other stamps, each time, and when it comes to lead, to what it has in its log
 * and has not applied. Only the first leader of a cluster takes its start from the wall clock, and
 * only what can be a date: time has to go on from there for centuries.
 *
 * <p>{@link #observe}, {@link #follow} and {@link #stamp} are for the driver's thread once that
 * runs, the rest for any.
 */
public final class ClusterClock {
  /** A drift below this is not worth a jump in the expirations that clients are shown. */
  private static final long SHOWN_DRIFT_MILLIS = 500;

  private record Reading(long clusterMillis, long monotonicMillis) {}

  private final LongSupplier monotonicMillis;
  private final LongSupplier wallMillis;
  private volatile Reading reading;
  private volatile long shownOffsetMillis;
  private long firstMillis;

  /**
   * @param monotonicMillis a clock that never goes back
   * @param wallMillis milliseconds since the epoch
   */
  public ClusterClock(LongSupplier monotonicMillis, LongSupplier wallMillis) {
    this.monotonicMillis = monotonicMillis;
    this.wallMillis = wallMillis;
  }

  /**
   * The cluster's time in milliseconds since (about) the epoch; before the first stamp the wall's.
   */
  public long nowMillis() {
    Reading last = reading;
    return last == null
        ? StateMachine.beginningOfTime(wallMillis.getAsLong())
        : last.clusterMillis() + monotonicMillis.getAsLong() - last.monotonicMillis();
  }

  /**
   * What to add to a cluster time so that it reads like the wall clock of this machine. The two
   * part when the whole cluster was down for a while. Changes only when they have parted
   * noticeably.
   */
  public long shownOffsetMillis() {
    long offset = wallMillis.getAsLong() - nowMillis();
    if (Math.abs(offset - shownOffsetMillis) > SHOWN_DRIFT_MILLIS) {
      shownOffsetMillis = offset;
    }
    return shownOffsetMillis;
  }

  /**
   * So much time has passed in the cluster: a stamp of the log was applied here, or a peer that
   * begins has noted it in its last life. 0 when there was none yet.
   */
  public void observe(long stampMillis) {
    if (stampMillis == 0) {
      return;
    }
    if (reading == null) {
      firstMillis = stampMillis;
    }
    // What is so far ahead of the log is no time that has passed, and would never get into the log.
    if (reading == null
        || stampMillis > nowMillis()
        || nowMillis() - stampMillis > StateMachine.LONGEST_STEP_MILLIS) {
      reading = new Reading(stampMillis, monotonicMillis.getAsLong());
    }
  }

  /** Whether that is no news, but was noted before this start. */
  boolean noted(long stampMillis) {
    return stampMillis < firstMillis;
  }

  /** Another peer leads, and has stamped. */
  void follow(long stampMillis) {
    reading = new Reading(stampMillis, monotonicMillis.getAsLong());
  }

  /** The time that this peer, as leader, stamps into the log now. */
  long stamp() {
    long now = nowMillis();
    if (reading == null) {
      reading = new Reading(now, monotonicMillis.getAsLong());
    }
    return now;
  }
}
