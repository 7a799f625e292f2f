package dev.understudy.clusterconfig;

import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/**
 * How a question to a peer ended. All of these are expected, so they are values and no exceptions.
 *
 * @param <T> the type of what was requested
 */
public sealed interface ClusterResponse<T> {
  /**
   * It was granted.
   *
   * @param value what was requested
   * @param url the URL that answered in the end, after any redirects
   */
  record Granted<T>(T value, String url) implements ClusterResponse<T> {
    public Granted {
      Objects.requireNonNull(value);
    }
  }

  /**
   * A peer was reached and refused.
   *
   * @param httpStatus the status of the answer
   * @param error the error in its body, when there was one
   * @param url the URL that refused
   * @param clusterId the cluster that the peer belongs to; 0 when it does not say so
   */
  record Refused<T>(int httpStatus, Optional<ApiError> error, String url, long clusterId)
      implements ClusterResponse<T> {
    /** Of a peer that does not say to which cluster it belongs. */
    public Refused(int httpStatus, Optional<ApiError> error, String url) {
      this(httpStatus, error, url, 0);
    }

    /**
     * Whether it is what the peer port of a standby answers that knows no leader; one of an older
     * version answers 404, without an error of a peer.
     */
    public boolean isByStandby() {
      return is(ErrorCode.STANDBY_INTERNAL) || httpStatus == 404 && error.isEmpty();
    }

    /** Whether it was refused with this error. */
    public boolean is(ErrorCode code) {
      return error.isPresent() && error.get().is(code);
    }
  }

  /**
   * No answer came: connection refused or lost, or the deadline passed. Whether the request was
   * carried out is not known.
   *
   * @param reason one line for a log
   */
  record Unreachable<T>(String reason) implements ClusterResponse<T> {}

  /**
   * Something answered, but nothing that a peer should: no JSON, too large a body, a redirect
   * without an aim or in a circle.
   *
   * @param reason one line for a log
   */
  record Malformed<T>(String reason) implements ClusterResponse<T> {}

  /** What was requested; empty for every other end. */
  default Optional<T> granted() {
    return this instanceof Granted<T> granted ? Optional.of(granted.value()) : Optional.empty();
  }

  /** One line for a log. */
  default String summary() {
    if (this instanceof Refused<T> refused) {
      return refused.url()
          + " answered "
          + refused.error().map(ApiError::toString).orElse("status " + refused.httpStatus());
    }
    if (this instanceof Unreachable<T> unreachable) {
      return unreachable.reason();
    }
    if (this instanceof Malformed<T> malformed) {
      return malformed.reason();
    }
    return "granted";
  }

  /** The same end, with what was requested turned into something else. */
  default <R> ClusterResponse<R> map(Function<? super T, ? extends R> change) {
    if (this instanceof Granted<T> granted) {
      return new Granted<>(change.apply(granted.value()), granted.url());
    }
    if (this instanceof Refused<T> refused) {
      return new Refused<>(
          refused.httpStatus(), refused.error(), refused.url(), refused.clusterId());
    }
    if (this instanceof Unreachable<T> unreachable) {
      return new Unreachable<>(unreachable.reason());
    }
    return new Malformed<>(((Malformed<T>) this).reason());
  }
}
