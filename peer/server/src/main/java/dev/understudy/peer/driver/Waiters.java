package dev.understudy.peer.driver;

/**
 * Futures that wait for something which the driver sees to. Each is completed, with an answer, at
 * its deadline, or when the driver stops.
 *
 * <p>For the driver's thread only.
 */
interface Waiters {
  /** Answers those whose deadline has passed. Once a tick. */
  void expire(long nowMillis);

  /**
   * Answers everybody, since this peer stops.
   *
   * @param cause for those of whom it is unknown whether what they wait for will happen
   */
  void abandon(String cause);
}
