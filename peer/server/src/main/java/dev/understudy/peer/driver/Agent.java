package dev.understudy.peer.driver;

/**
 * A loop, apart from who turns it: an {@link AgentRunner} with a thread, or a test or a simulation
 * by hand (after Agrona's {@code Agent}). For one thread at a time.
 */
public interface Agent {
  /**
   * Does what is to do now; does not wait.
   *
   * @return false once it has ended by itself
   */
  boolean turn();

  /**
   * Waits until there is something to do, but not for ever; returns early when its thread is
   * unparked, or its source ends.
   */
  void await() throws InterruptedException;

  /** Ends whatever is under way; nothing is done any more afterwards. Idempotent. */
  void stop();
}
