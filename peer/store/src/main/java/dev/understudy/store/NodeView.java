package dev.understudy.store;

import java.util.Collection;
import java.util.List;

/**
 * A node as a client sees it. Immutable. In events {@code nodes} is always empty; in the answer to
 * a read it is a view that walks the version's tree while it is iterated, so that a listing of any
 * size costs no copy and needs no lock. Hidden nodes (names beginning with {@code _}) are left out
 * of it, and it is sorted by key.
 *
 * @param key the absolute path; empty for the root, which has no key in the v2 API
 * @param value the value of a file, null for a directory and where an event tells none
 * @param dir whether this is a directory
 * @param createdIndex the index at which the node was made; 0 for the root
 * @param modifiedIndex the index of the last change of the node itself; 0 for the root
 * @param expirationMillis the cluster time in milliseconds since the epoch at which the node is
 *     due, or {@link #PERMANENT}
 * @param nodes the children of a directory that was listed, else empty
 * @param valueBytes about how many bytes of memory the value takes
 */
public record NodeView(
    String key,
    String value,
    boolean dir,
    long createdIndex,
    long modifiedIndex,
    long expirationMillis,
    Collection<NodeView> nodes,
    int valueBytes) {
  /** The expiration of a node that never expires. */
  public static final long PERMANENT = Long.MAX_VALUE;

  /** A view that is not made of a node of the tree. */
  public NodeView(
      String key,
      String value,
      boolean dir,
      long createdIndex,
      long modifiedIndex,
      long expirationMillis,
      Collection<NodeView> nodes) {
    this(
        key,
        value,
        dir,
        createdIndex,
        modifiedIndex,
        expirationMillis,
        nodes,
        value == null ? 0 : TextSize.bytes(value));
  }

  /** A directory without its children. */
  static NodeView ofDirectory(
      String key, long createdIndex, long modifiedIndex, long expirationMillis) {
    return new NodeView(key, null, true, createdIndex, modifiedIndex, expirationMillis, List.of());
  }

  /** What is left of a node that is gone: where it was, what it was, and when it went. */
  static NodeView gone(String key, Node node, long index) {
    return new NodeView(
        key,
        null,
        node instanceof Node.Directory,
        node.createdIndex(),
        index,
        PERMANENT,
        List.of());
  }

  /** This with another modified index. */
  NodeView modifiedAt(long index) {
    return index == modifiedIndex
        ? this
        : new NodeView(key, value, dir, createdIndex, index, expirationMillis, nodes, valueBytes);
  }

  /** This directory with its children. */
  NodeView listing(Collection<NodeView> children) {
    return new NodeView(
        key, value, dir, createdIndex, modifiedIndex, expirationMillis, children, valueBytes);
  }

  /** Whether the node has a time to live. */
  public boolean expires() {
    return expirationMillis != PERMANENT;
  }

  /**
   * The remaining time to live in seconds, rounded up; 0 or negative for a node that is due and not
   * yet gone, and 0 for a node that does not expire.
   *
   * @param nowMillis the cluster time in milliseconds since the epoch
   */
  public long ttlSeconds(long nowMillis) {
    return expires() ? -Math.floorDiv(nowMillis - expirationMillis, 1000L) : 0;
  }
}
