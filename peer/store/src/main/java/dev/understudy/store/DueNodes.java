package dev.understudy.store;

import java.util.List;
import java.util.Optional;
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

  /** Without nodes of these. */
  DueNodes minusAll(List<Expiration> gone) {
    return gone.isEmpty()
        ? this
        : new DueNodes(
            Rebuilding.without(nodes, gone),
            bytes - gone.stream().mapToLong(Expiration::bytes).sum());
  }

  /**
   * From a node on.
   *
   * @param first empty for none that is left
   * @param fewerBytes what those before it take
   */
  DueNodes from(Optional<Expiration> first, long fewerBytes) {
    return first.isEmpty()
        ? NONE
        : new DueNodes(nodes.tailSet(first.get(), true), bytes - fewerBytes);
  }
}
