package dev.understudy.transport;

import java.util.random.RandomGenerator;

/**
 * The pauses between attempts: none before the second attempt, since a broken connection often only
 * needs a new one, then doubling from a minimum to a maximum. Each is shortened at random by up to
 * half, so that peers do not knock in step at one that has just come up. Not safe for several
 * threads.
 */
final class BackOff {
  private final long minMillis;
  private final long maxMillis;
  private final RandomGenerator jitter;
  private int failures;

  BackOff(long minMillis, long maxMillis, RandomGenerator jitter) {
    this.minMillis = minMillis;
    this.maxMillis = maxMillis;
    this.jitter = jitter;
  }

  /** The pause after one more failed attempt, in milliseconds. */
  long nextMillis() {
    failures++;
    if (failures == 1) {
      return 0;
    }
    int doublings = Math.min(failures - 2, 30);
    long full = Math.min(maxMillis, minMillis << doublings);
    return full - jitter.nextLong(full / 2 + 1);
  }

  /** Forgets the failures. */
  void reset() {
    failures = 0;
  }
}
