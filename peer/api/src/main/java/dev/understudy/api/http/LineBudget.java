package dev.understudy.api.http;

import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** So many lines of a log in each second, and a count of those that found no room. Any thread. */
public final class LineBudget {
  private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final int linesEachSecond;
  private final LongSupplier nanoClock;
  private long secondBegan;
  private int taken;
  private long unsaid;

  /**
   * @param nanoClock counts nanoseconds as {@link System#nanoTime} does
   */
  LineBudget(int linesEachSecond, LongSupplier nanoClock) {
    this.linesEachSecond = linesEachSecond;
    this.nanoClock = nanoClock;
    this.secondBegan = nanoClock.getAsLong();
  }

  /** How many found no room since the last line, if there is room for this one; else empty. */
  synchronized OptionalLong take() {
    long now = nanoClock.getAsLong();
    if (now - secondBegan >= SECOND_NANOS) {
      secondBegan = now;
      taken = 0;
    }
    if (taken == linesEachSecond) {
      unsaid++;
      return OptionalLong.empty();
    }
    taken++;
    long before = unsaid;
    unsaid = 0;
    return OptionalLong.of(before);
  }
}
