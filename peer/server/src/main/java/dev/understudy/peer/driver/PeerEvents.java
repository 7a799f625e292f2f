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
   * The peer cannot go on: its disk failed, or a bug showed. It has stopped serving.
   *
   * @param cause what happened
   */
  void failed(Throwable cause);
}
