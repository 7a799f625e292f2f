package dev.understudy.transport;

import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Decides when it is time to say again that something is silent, so that a peer that is down for an
 * hour does not fill the log: at the first miss, then after 2, 4 and 8 seconds, then every 25
 * seconds as long as misses go on, which makes 75 lines of half an hour; and once when it is back.
 * For what somebody else tells of as well there are ever longer intervals.
 *
 * <p>One instance for each thing watched. It logs nothing itself; the caller words the line. Safe
 * for use by several threads.
 */
public final class LogThrottle {
  private static final long NANOS_PER_MILLI = 1_000_000;
  private static final long FIRST_INTERVAL_NANOS = 2_000 * NANOS_PER_MILLI;
  private static final long LAST_DOUBLED_NANOS = 8_000 * NANOS_PER_MILLI;
  private static final long STEADY_INTERVAL_NANOS = 25_000 * NANOS_PER_MILLI;

  private static final long HOUR_NANOS = 3_600_000 * NANOS_PER_MILLI;

  private final LongSupplier nanoClock;
  private final long lastDoubledNanos;
  private final long steadyNanos;

  private boolean silent;
  private long silentSinceNanos;
  private long lastNoticeNanos;
  private long intervalNanos;
  private long missedSinceNotice;

  /**
   * What is to be said.
   *
   * @param missed the misses since the last notice, this one included
   * @param silentMillis the time since the first miss of this silence
   */
  public record Notice(long missed, long silentMillis) {}

  /**
   * @param nanoClock counts nanoseconds as {@link System#nanoTime} does
   */
  public LogThrottle(LongSupplier nanoClock) {
    this(nanoClock, LAST_DOUBLED_NANOS, STEADY_INTERVAL_NANOS);
  }

  private LogThrottle(LongSupplier nanoClock, long lastDoubledNanos, long steadyNanos) {
    this.nanoClock = nanoClock;
    this.lastDoubledNanos = lastDoubledNanos;
    this.steadyNanos = steadyNanos;
  }

  /** One whose intervals double up to an hour. */
  static LogThrottle everRarer(LongSupplier nanoClock) {
    return new LogThrottle(nanoClock, HOUR_NANOS / 2, HOUR_NANOS);
  }

  /** Counts a miss; returns what is to be said of it, or nothing when that is not due yet. */
  public synchronized Optional<Notice> missed() {
    long now = nanoClock.getAsLong();
    missedSinceNotice++;
    if (!silent) {
      silent = true;
      silentSinceNanos = now;
      intervalNanos = FIRST_INTERVAL_NANOS;
      return Optional.of(notice(now));
    }
    if (now - lastNoticeNanos < intervalNanos) {
      return Optional.empty();
    }
    intervalNanos = intervalNanos < lastDoubledNanos ? intervalNanos * 2 : steadyNanos;
    return Optional.of(notice(now));
  }

  /** Ends a silence; returns what is to be said of it, or nothing when there was none. */
  public synchronized Optional<Notice> heard() {
    if (!silent) {
      return Optional.empty();
    }
    Notice notice = notice(nanoClock.getAsLong());
    silent = false;
    return Optional.of(notice);
  }

  private Notice notice(long now) {
    Notice notice = new Notice(missedSinceNotice, (now - silentSinceNanos) / NANOS_PER_MILLI);
    lastNoticeNanos = now;
    missedSinceNotice = 0;
    return notice;
  }
}
