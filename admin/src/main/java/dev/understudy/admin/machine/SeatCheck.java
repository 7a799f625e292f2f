package dev.understudy.admin.machine;

import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * Notices that a peer has been out of touch with its cluster for long. That it remembers a leader
 * means nothing: a learner never forgets the last one that it heard. For one thread.
 */
final class SeatCheck {
  private final BooleanSupplier inTouch;
  private final LongSupplier patienceMillis;
  private final LongSupplier clockMillis;
  private long inTouchMillis;

  /**
   * @param inTouch whether the peer has heard of its leader, or a leader of its quorum, lately
   * @param patienceMillis how long the peer may be out of touch, as it is now, before it is time to
   *     ask
   * @param clockMillis monotonic time
   */
  SeatCheck(BooleanSupplier inTouch, LongSupplier patienceMillis, LongSupplier clockMillis) {
    this.inTouch = inTouch;
    this.patienceMillis = patienceMillis;
    this.clockMillis = clockMillis;
    this.inTouchMillis = clockMillis.getAsLong();
  }

  /** Whether it is time to ask now. If so, the patience begins anew with this call. */
  boolean pollDue() {
    long now = clockMillis.getAsLong();
    if (inTouch.getAsBoolean()) {
      inTouchMillis = now;
      return false;
    }
    boolean due = now - inTouchMillis >= patienceMillis.getAsLong();
    if (due) {
      inTouchMillis = now;
    }
    return due;
  }
}
