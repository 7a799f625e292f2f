package dev.understudy.store;

import java.util.Optional;

/**
 * The way from the root of a tree down to a path, as far as it goes, and back up with a change:
 * copies of the directories on the way, everything else shared. Loops, because a path may be
 * thousands of segments deep.
 */
final class PathCursor {
  private final String path;
  private final String[] segments;

  /** The directories passed; the one at {@code i} has the path of the first {@code i} segments. */
  private final Node.Directory[] passed;

  /** How many directories were passed. */
  private int depth;

  /** The node at the end of the path, or the file in the way, or null. */
  private Node last;

  private PathCursor(Node.Directory root, String path) {
    this.path = path;
    segments = KeyPath.segments(path);
    passed = new Node.Directory[segments.length + 1];
    last = root;
    while (depth < segments.length && last instanceof Node.Directory directory) {
      passed[depth] = directory;
      last = directory.child(segments[depth]);
      depth++;
    }
  }

  /** Goes from a root to a clean path. */
  static PathCursor to(Node.Directory root, String cleanPath) {
    return new PathCursor(root, cleanPath);
  }

  String path() {
    return path;
  }

  boolean toRoot() {
    return segments.length == 0;
  }

  /** Whether there is a file where a directory would have to be. */
  boolean blocked() {
    return depth < segments.length && last != null;
  }

  /** The node at the path; null if there is none. */
  Node found() {
    return depth == segments.length ? last : null;
  }

  /** The path of the node that was reached last, or of the first that is missing. */
  String stoppedAt() {
    return depth == segments.length ? path : KeyPath.prefix(segments, depth);
  }

  /** Why there is nothing at the path: a file in the way, or nothing there. */
  Optional<Precondition> absence() {
    if (blocked()) {
      return Optional.of(new Precondition(StoreError.NOT_A_DIRECTORY, stoppedAt()));
    }
    return found() == null
        ? Optional.of(new Precondition(StoreError.KEY_NOT_FOUND, stoppedAt()))
        : Optional.empty();
  }

  /**
   * The root of a tree with {@code node} at the path. Directories missing on the way are made.
   *
   * @param index the index at which they are
   */
  Node.Directory put(Node node, long index) {
    Node child = node;
    for (int i = segments.length - 1; i >= depth; i--) {
      child = Node.Directory.empty(index, NodeView.PERMANENT).with(segments[i], null, child);
    }
    Node previous = last;
    for (int i = depth - 1; i >= 0; i--) {
      child = passed[i].with(segments[i], previous, child);
      previous = passed[i];
    }
    return (Node.Directory) child;
  }

  /** The root of a tree without the node that was found. */
  Node.Directory remove() {
    int parent = segments.length - 1;
    Node.Directory child = passed[parent].without(segments[parent], last);
    for (int i = parent - 1; i >= 0; i--) {
      child = passed[i].with(segments[i], passed[i + 1], child);
    }
    return child;
  }
}
