package dev.understudy.peer.leadership;

/**
 * Something that only a leader does, from the barrier of its term to the end of its leadership.
 *
 * <p>To add one, write a class with a name, an interval, {@link #start}, {@link #pass} and {@link
 * #stop}, and put it into the list that the peer gives its leader loop; nothing else knows of it.
 * Most extend {@code OneAtATimeDuty} and say only what to ask of the cluster next.
 *
 * <p>All methods are called on the leader loop's thread, which is never the driver's. None may
 * block: a duty submits work and looks at the outcome in a later pass. A duty that throws is logged
 * and called again at the next pass; the others are not affected.
 */
public interface Duty {
  /** What logs and metrics call it: lower-case words. */
  String name();

  /** How long the loop waits between two passes, in milliseconds. */
  long intervalMillis();

  /**
   * A term has begun and its barrier is applied: forget what an earlier term left behind.
   *
   * @param term the term that leads
   * @param nowMillis monotonic time of the loop
   */
  void start(long term, long nowMillis);

  /**
   * One round of work.
   *
   * @param nowMillis monotonic time of the loop
   */
  void pass(long nowMillis);

  /**
   * Whether there is something to do before the interval is over; looked at whenever the loop
   * wakes. A duty that says so for ever keeps the loop from sleeping.
   */
  default boolean isHurried() {
    return false;
  }

  /**
   * Says how to wake the loop, from any thread; once, before the first start.
   *
   * @param wake returns at once
   */
  default void wakeBy(Runnable wake) {}

  /** The term has ended; called once for each {@link #start}. */
  void stop();
}
