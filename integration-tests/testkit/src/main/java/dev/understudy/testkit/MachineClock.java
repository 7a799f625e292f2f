package dev.understudy.testkit;

import dev.understudy.peer.VirtualTime;

/**
 * The two clocks of one simulated machine, which outlive its processes. Nobody sets a clock right
 * but who set it wrong.
 */
public final class MachineClock {
  /** The rate of a clock that is right. */
  public static final int RIGHT = 1_000;

  private static final long NANOS_PER_MILLI = 1_000_000;

  private final VirtualTime time;
  private final Hand monotonic;
  private final Hand wall;

  MachineClock(VirtualTime time) {
    this.time = time;
    monotonic = new Hand(time.nowNanos());
    wall = new Hand(time.nowNanos());
  }

  /** What a clock showed at one moment, and how fast it has gone since. */
  private final class Hand {
    private long sinceNanos;
    private long shownNanos;
    private int rate = RIGHT;

    Hand(long nowNanos) {
      sinceNanos = nowNanos;
      shownNanos = nowNanos;
    }

    long nowNanos() {
      return shownNanos + (time.nowNanos() - sinceNanos) / RIGHT * rate;
    }

    void set(long nanos, int nextRate) {
      shownNanos = nanos;
      sinceNanos = time.nowNanos();
      rate = nextRate;
    }
  }

  long monotonicNanos() {
    return monotonic.nowNanos();
  }

  /** What its monotonic clock shows; only differences mean something. */
  public long monotonicMillis() {
    return monotonicNanos() / NANOS_PER_MILLI;
  }

  long wallMillis() {
    return wall.nowNanos() / NANOS_PER_MILLI;
  }

  /** How long something takes in the simulation that takes so long by this machine's clock. */
  long trueMillis(long shownMillis) {
    return monotonic.rate == RIGHT ? shownMillis : shownMillis * RIGHT / monotonic.rate;
  }

  /** Sets the wall clock forward, or back. */
  public void jump(long millis) {
    wall.set(wall.nowNanos() + millis * NANOS_PER_MILLI, wall.rate);
  }

  /**
   * How fast the wall clock goes from now on.
   *
   * @param thousandths of the right speed; 0 when it stands still
   */
  public void setWallRate(int thousandths) {
    wall.set(wall.nowNanos(), thousandths);
  }

  /**
   * How fast the monotonic clock goes from now on, and with it every timer of the machine.
   *
   * @param thousandths of the right speed, more than 0
   */
  public void setMonotonicRate(int thousandths) {
    monotonic.set(monotonic.nowNanos(), thousandths);
  }

  /** Sets the wall clock, and lets both go as they should. */
  public void setRight() {
    wall.set(time.nowNanos(), RIGHT);
    setMonotonicRate(RIGHT);
  }

  /** Whether both clocks go as they should, and the wall clock is right. */
  public boolean isRight() {
    return wall.rate == RIGHT && monotonic.rate == RIGHT && wall.nowNanos() == time.nowNanos();
  }
}
