package dev.understudy.clusterconfig;

import java.util.Objects;

/**
 * A request that cannot be granted, on its way to the HTTP layer that answers it. Carries no stack
 * trace: it is an answer, not a fault.
 */
public final class ApiException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient ApiError error;

  public ApiException(ApiError error) {
    super(error.toString(), null, false, false);
    this.error = Objects.requireNonNull(error);
  }

  public ApiException(ErrorCode code, String cause) {
    this(ApiError.of(code, cause));
  }

  /** What to answer. */
  public ApiError error() {
    return error;
  }
}
