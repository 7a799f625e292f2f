package dev.understudy.peer;

import dev.understudy.clusterconfig.ApiError;
import java.util.Optional;

/**
 * What became of an operator's or a machine's request.
 *
 * @param <T> the answer
 */
public sealed interface AdminOutcome<T> {
  /** Done; the answer. */
  record Done<T>(T value) implements AdminOutcome<T> {}

  /** Refused, or its outcome is unknown; the error says which. */
  record Refused<T>(ApiError error) implements AdminOutcome<T> {}

  /**
   * Only the leader can do that.
   *
   * @param leaderPeerUrl where to ask instead; empty when no leader is known
   */
  record NotLeader<T>(Optional<String> leaderPeerUrl) implements AdminOutcome<T> {}
}
