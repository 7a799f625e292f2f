package dev.understudy.store;

import java.util.List;
import java.util.Objects;
import org.pcollections.TreePMap;

/** A node of the tree, without its name: that is the key under which its parent holds it. */
sealed interface Node {
  /** What a node takes besides its name and value: itself, its entry in the parent, headers. */
  long OVERHEAD_BYTES = 256;

  /** The index at which it was made. */
  long createdIndex();

  /** The index of its last change. */
  long modifiedIndex();

  /** When it is due in cluster time, or {@link NodeView#PERMANENT}. */
  long expirationMillis();

  /** The node as a client sees it, without children. */
  NodeView view(String key);

  /** How many nodes this is, with all that is beneath. */
  long weight();

  /** How many of them have a time to live. */
  long expiringCount();

  /**
   * About how many bytes of memory this is, with all that is beneath but without its own name, and
   * without what is kept to know when it is due.
   */
  long bytes();

  /** Whether this node has a time to live. */
  default boolean expires() {
    return expirationMillis() != NodeView.PERMANENT;
  }

  /**
   * A leaf with a value.
   *
   * @param valueBytes about how many bytes of memory the value takes
   */
  record File(
      String value, long createdIndex, long modifiedIndex, long expirationMillis, int valueBytes)
      implements Node {

    public File {
      Objects.requireNonNull(value);
    }

    File(String value, long createdIndex, long modifiedIndex, long expirationMillis) {
      this(value, createdIndex, modifiedIndex, expirationMillis, TextSize.bytes(value));
    }

    @Override
    public NodeView view(String key) {
      return new NodeView(
          key, value, false, createdIndex, modifiedIndex, expirationMillis, List.of(), valueBytes);
    }

    @Override
    public long weight() {
      return 1;
    }

    @Override
    public long expiringCount() {
      return expires() ? 1 : 0;
    }

    @Override
    public long bytes() {
      return OVERHEAD_BYTES + valueBytes;
    }
  }

  /**
   * An inner node.
   *
   * @param nodesBeneath how many nodes are beneath it at any depth
   * @param expiringCountBeneath how many of those have a time to live, so that the removal of a
   *     large directory need not look for them where there are none
   * @param bytesBeneath what they take, names included
   */
  record Directory(
      TreePMap<String, Node> children,
      long createdIndex,
      long modifiedIndex,
      long expirationMillis,
      long nodesBeneath,
      long expiringCountBeneath,
      long bytesBeneath)
      implements Node {

    static final TreePMap<String, Node> NO_CHILDREN = TreePMap.empty(KeyPath.BY_UTF8);

    static final Directory EMPTY_ROOT = empty(0, NodeView.PERMANENT);

    static Directory empty(long index, long expirationMillis) {
      return new Directory(NO_CHILDREN, index, index, expirationMillis, 0, 0, 0);
    }

    /** This with {@code next} under a name that held {@code previous}, which may be null. */
    Directory with(String name, Node previous, Node next) {
      return changed(
          children.plus(name, next),
          next.weight() - (previous == null ? 0 : previous.weight()),
          next.expiringCount() - (previous == null ? 0 : previous.expiringCount()),
          next.bytes() - (previous == null ? -TextSize.bytes(name) : previous.bytes()));
    }

    /** This without the node {@code previous} that has the given name. */
    Directory without(String name, Node previous) {
      return changed(
          children.minus(name),
          -previous.weight(),
          -previous.expiringCount(),
          -previous.bytes() - TextSize.bytes(name));
    }

    /** This without nodes that it has, by their names. */
    Directory withoutAll(List<String> names, List<Node> nodes) {
      long fewerNodes = 0;
      long fewerExpiring = 0;
      long fewerBytes = 0;
      for (int i = 0; i < names.size(); i++) {
        Node node = nodes.get(i);
        fewerNodes += node.weight();
        fewerExpiring += node.expiringCount();
        fewerBytes += node.bytes() + TextSize.bytes(names.get(i));
      }
      return changed(Rebuilding.without(children, names), -fewerNodes, -fewerExpiring, -fewerBytes);
    }

    /** This with another time to live. */
    Directory expiringAt(long expirationMillis) {
      return new Directory(
          children,
          createdIndex,
          modifiedIndex,
          expirationMillis,
          nodesBeneath,
          expiringCountBeneath,
          bytesBeneath);
    }

    private Directory changed(
        TreePMap<String, Node> next, long moreNodes, long moreExpiring, long moreBytes) {
      return new Directory(
          next,
          createdIndex,
          modifiedIndex,
          expirationMillis,
          nodesBeneath + moreNodes,
          expiringCountBeneath + moreExpiring,
          bytesBeneath + moreBytes);
    }

    Node child(String name) {
      return children.get(name);
    }

    @Override
    public NodeView view(String key) {
      return NodeView.ofDirectory(key, createdIndex, modifiedIndex, expirationMillis);
    }

    @Override
    public long weight() {
      return 1 + nodesBeneath;
    }

    @Override
    public long expiringCount() {
      return expiringCountBeneath + (expires() ? 1 : 0);
    }

    @Override
    public long bytes() {
      return OVERHEAD_BYTES + bytesBeneath;
    }
  }
}
