package dev.understudy.peer.driver;

/**
 * What the owner of a peer must hear. Called on an executor, never on the driver's thread; each
 * method at most once in a peer's life.
 */
public interface PeerEvents {
  /**
   * This member has lost its seat for good.
   *
   * @param reason one line for an operator
   */
  void removed(String reason);

  /**
   * The cluster has let this learner go, which never had a seat.
   *
   * @param reason one line for an operator
   */
  default void letGo(String reason) {
    removed(reason);
  }

  /**
   * Another peer says that this member has lost its seat: to be confirmed by asking the cluster.
   * Unlike the others, it may be called again and again. Whoever ignores it finds out later, when
   * the member has been out of touch for long.
   *
   * @param reason one line for an operator
   */
  default void denied(String reason) {}

  /**
   * This process must not speak for its member any more: its directory is a copy, or an older state
   * of the member's. It takes part in nothing from then on; the member may still have its seat.
   *
   * @param reason one line for an operator
   */
  void outlived(String reason);

  /**
   * The peer cannot go on: its disk failed, or a bug showed. It has stopped serving.
   *
   * @param cause what happened
   */
  void failed(Throwable cause);
}
