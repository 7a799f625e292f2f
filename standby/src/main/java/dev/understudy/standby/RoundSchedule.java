package dev.understudy.standby;

import java.util.function.LongSupplier;

/**
 * When a standby's next round begins: after its interval, or sooner when it is called. A call while
 * a round is under way, which may have asked already, is worth another one right after it; calls
 * come from anybody, so there is a pause between the beginnings of two rounds in any case.
 *
 * <p>For the standby's loop.
 */
final class RoundSchedule {
  /** Five rounds a second cost nobody much. */
  static final long PAUSE_MILLIS = 200;

  private final WorkLoop loop;
  private final LongSupplier clockMillis;
  private long begunMillis;
  private boolean underWay;
  private boolean called;

  /** When a round is due that nobody has called for. */
  private long dueMillis = Long.MIN_VALUE;

  private boolean due;

  /** Of the round that is waited for; what waits for an earlier one does nothing. */
  private int number;

  RoundSchedule(WorkLoop loop, LongSupplier clockMillis) {
    this.loop = loop;
    this.clockMillis = clockMillis;
    this.begunMillis = clockMillis.getAsLong() - PAUSE_MILLIS;
  }

  /** A round begins now. */
  void begun() {
    begunMillis = clockMillis.getAsLong();
    due = begunMillis >= dueMillis;
    underWay = true;
    called = false;
  }

  /**
   * Whether the round under way would have come by now without a call. However often somebody
   * calls, there are no more of these: they are what may be counted.
   */
  boolean isDue() {
    return due;
  }

  /** The round under way has ended, and the next is due after this time. */
  void ended(Runnable next, long delayMillis) {
    underWay = false;
    if (due) {
      dueMillis = clockMillis.getAsLong() + delayMillis;
    }
    await(next, called ? Math.min(pauseMillis(), delayMillis) : delayMillis);
  }

  /** A round is worth while. */
  void call(Runnable next) {
    if (!called && !underWay) {
      await(next, pauseMillis());
    }
    called = true;
  }

  private long pauseMillis() {
    return Math.max(0, begunMillis + PAUSE_MILLIS - clockMillis.getAsLong());
  }

  private void await(Runnable next, long delayMillis) {
    int awaited = ++number;
    loop.schedule(
        () -> {
          if (awaited == number) {
            next.run();
          }
        },
        delayMillis);
  }
}
