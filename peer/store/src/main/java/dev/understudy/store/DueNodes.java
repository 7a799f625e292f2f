package dev.understudy.store;

import org.pcollections.TreePSet;

/**
 * What is due when, and what that takes in memory. Immutable.
 *
 * @param nodes the next one first
 * @param bytes about what they take: each has a path of its own, beside the names in the tree
 */
record DueNodes(TreePSet<Expiration> nodes, long bytes) {
  static final DueNodes NONE = new DueNodes(TreePSet.empty(), 0);

  DueNodes plus(Expiration node) {
    TreePSet<Expiration> next = nodes.plus(node);
    return next.size() == nodes.size() ? this : new DueNodes(next, bytes + node.bytes());
  }

  DueNodes minus(Expiration node) {
    TreePSet<Expiration> next = nodes.minus(node);
    return next.size() == nodes.size() ? this : new DueNodes(next, bytes - node.bytes());
  }
}
