package dev.understudy.client;

import java.util.Optional;

/**
 * A change of a key.
 *
 * @param action {@code set}, {@code create}, {@code update}, {@code compareAndSwap}, {@code
 *     delete}, {@code compareAndDelete} or {@code expire}
 * @param node as it is now; without a value once it is gone
 * @param previous as it was before; empty where there was nothing
 */
public record KeyEvent(String action, Node node, Optional<Node> previous) {
  /** The index at which it happened. */
  public long index() {
    return node.modifiedIndex();
  }

  /** Whether the key is gone. */
  public boolean isRemoval() {
    return action.equals("delete") || action.equals("compareAndDelete") || action.equals("expire");
  }
}
