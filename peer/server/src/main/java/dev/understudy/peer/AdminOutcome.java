package dev.understudy.peer;

import dev.understudy.clusterconfig.ApiError;
import java.util.Optional;
import java.util.function.Function;

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

  /** The same end, with the answer turned into something else. */
  default <R> AdminOutcome<R> map(Function<? super T, ? extends R> change) {
    if (this instanceof Done<T> done) {
      return new Done<>(change.apply(done.value()));
    }
    return this instanceof Refused<T> refused
        ? new Refused<>(refused.error())
        : new NotLeader<>(((NotLeader<T>) this).leaderPeerUrl());
  }
}
