package dev.understudy.client;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A key or a directory, as it was at one index.
 *
 * @param key its path, from the root
 * @param value empty for a directory
 * @param children of a directory that was listed, else empty
 * @param createdIndex the index at which it came into being
 * @param modifiedIndex the index of its last change
 * @param ttlSeconds what was left of its time to live; empty where it has none
 */
public record Node(
    String key,
    Optional<String> value,
    boolean isDirectory,
    List<Node> children,
    long createdIndex,
    long modifiedIndex,
    OptionalLong ttlSeconds) {
  public Node {
    children = List.copyOf(children);
  }

  /** The last part of the path. */
  public String name() {
    return key.substring(key.lastIndexOf('/') + 1);
  }
}
