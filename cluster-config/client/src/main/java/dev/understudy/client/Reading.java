package dev.understudy.client;

import java.util.Optional;

/**
 * What a read has found.
 *
 * @param node empty if there is no such key
 * @param index of the key space then; a watch from the next one misses nothing
 */
public record Reading(Optional<Node> node, long index) {
  /** The value of a key; empty where there is none, and for a directory. */
  public Optional<String> value() {
    return node.flatMap(Node::value);
  }
}
