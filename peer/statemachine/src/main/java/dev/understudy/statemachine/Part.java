package dev.understudy.statemachine;

/**
 * A part of the replicated state. Commands reach it through {@link StateMachine}; what it holds is
 * one component of a {@link StateImage}. Written by the driver's thread alone.
 */
interface Part {
  /**
   * Whether its commands are applied before the peer starts, to learn from the log who holds the
   * seats. Everything that a later decision about seats depends on must count; nothing else needs
   * to.
   */
  boolean countsBeforeStart();

  /** The cluster time at which something in it is due; {@link Long#MAX_VALUE} for nothing. */
  default long nextExpiryMillis() {
    return Long.MAX_VALUE;
  }

  /**
   * Ends whatever is due at the cluster's time.
   *
   * @return how much that was
   */
  default int expire() {
    return 0;
  }

  /** Takes its component of an image. Parts that it depends on have theirs already. */
  void restore(StateImage image);
}
