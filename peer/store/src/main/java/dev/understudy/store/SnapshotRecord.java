package dev.understudy.store;

/**
 * One piece of a version on its way into a snapshot and back. {@link Version#records()} yields a
 * {@link Header}, then every {@link Node}, parents before children, then every {@link Past} event,
 * oldest first; {@link Store#restore} takes them in that order.
 */
public sealed interface SnapshotRecord {
  /**
   * What the version is as a whole.
   *
   * @param index the store's index
   * @param nodes how many {@link Node} records follow
   * @param events how many {@link Past} records follow them
   * @param statistics the counters
   */
  record Header(long index, long nodes, int events, Statistics statistics)
      implements SnapshotRecord {}

  /**
   * A node below the root.
   *
   * @param depth 1 for a child of the root; a node's parent is the last one before it with a depth
   *     less by one
   * @param name the last segment of its path
   * @param value the value of a file, null for a directory
   * @param createdIndex the index at which it was made
   * @param modifiedIndex the index of its last change
   * @param expirationMillis when it is due, or {@link NodeView#PERMANENT}
   */
  record Node(
      int depth,
      String name,
      String value,
      long createdIndex,
      long modifiedIndex,
      long expirationMillis)
      implements SnapshotRecord {}

  /** An event of the history that watchers may ask for. */
  record Past(Event event) implements SnapshotRecord {}
}
