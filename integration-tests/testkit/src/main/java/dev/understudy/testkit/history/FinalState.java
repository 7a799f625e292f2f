package dev.understudy.testkit.history;

import dev.understudy.testkit.history.Outcome.Node;
import java.util.Map;

/**
 * What the store of one peer holds in the end, when nothing is under way any more.
 *
 * @param where whose it is, for a reader
 * @param index of the store
 * @param nodes every key that a client has used and that is there
 */
public record FinalState(String where, long index, Map<String, Node> nodes) {}
