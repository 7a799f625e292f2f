package dev.understudy.store;

/**
 * A change of one node, or a read of it. Immutable.
 *
 * @param action what happened
 * @param node the node afterwards; of a deleted or expired one only key, indexes and {@code dir}
 * @param prevNode the node before, without children; null if there was none
 * @param refresh whether only the time to live was renewed: such an event is kept in the history
 *     and shown to no watcher
 * @param atMillis the cluster time of the change, from which the times to live that it tells are
 *     counted, however late it is delivered; {@link #UNDATED} for a read
 */
public record Event(
    Action action, NodeView node, NodeView prevNode, boolean refresh, long atMillis) {
  /** The time of what is no change. */
  public static final long UNDATED = 0;

  /** Whether this is a change, which has a time. */
  public boolean dated() {
    return atMillis != UNDATED;
  }

  /** The index of the change, which is the node's {@code modifiedIndex}. */
  public long index() {
    return node.modifiedIndex();
  }

  /**
   * Whether the v2 API answers the request that caused this with 201 rather than 200: something was
   * made that was not there.
   */
  public boolean created() {
    return action == Action.CREATE || (action == Action.SET && prevNode == null);
  }

  /** About how many bytes of memory this takes. */
  long bytes() {
    return Node.OVERHEAD_BYTES + bytes(node) + (prevNode == null ? 0 : bytes(prevNode));
  }

  private static long bytes(NodeView node) {
    return Node.OVERHEAD_BYTES + TextSize.bytes(node.key()) + node.valueBytes();
  }

  /** Whether a directory and all that was beneath went with this. */
  boolean removesDirectory() {
    return (action == Action.DELETE || action == Action.EXPIRE)
        && prevNode != null
        && prevNode.dir();
  }
}
