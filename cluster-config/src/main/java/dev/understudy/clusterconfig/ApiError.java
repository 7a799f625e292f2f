package dev.understudy.clusterconfig;

import com.google.gson.JsonObject;
import java.util.Objects;
import java.util.Optional;

/**
 * One error answer: the contents of its body, and the HTTP status it is sent with.
 *
 * @param httpStatus the status of the answer; not part of the body
 * @param errorCode the number; one of {@link ErrorCode} when it is ours, any number when it was
 *     read from a newer peer
 * @param message the fixed sentence that belongs to the number
 * @param cause what in particular was wrong; empty for nothing to add, and then left out of the
 *     body
 * @param index the store's index the error was found at; 0 where no store was involved
 */
public record ApiError(int httpStatus, int errorCode, String message, String cause, long index) {
  public ApiError {
    Objects.requireNonNull(message);
    Objects.requireNonNull(cause);
  }

  /** An error with its usual status. */
  public static ApiError of(ErrorCode code, String cause, long index) {
    return new ApiError(code.httpStatus(), code.number(), code.message(), cause, index);
  }

  /** An error with its usual status that no store was involved in. */
  public static ApiError of(ErrorCode code, String cause) {
    return of(code, cause, 0);
  }

  /** The same error, sent with another status. */
  public ApiError withHttpStatus(int status) {
    return new ApiError(status, errorCode, message, cause, index);
  }

  /** The same error, found at another index of the store. */
  public ApiError withIndex(long atIndex) {
    return new ApiError(httpStatus, errorCode, message, cause, atIndex);
  }

  /** Whether this is that error. */
  public boolean is(ErrorCode code) {
    return errorCode == code.number();
  }

  /**
   * The body of the answer, {@code {"errorCode","message","cause","index"}}, with the escapes that
   * etcd uses and without the line feed that etcd ends it with.
   */
  public String toJson() {
    JsonObject object = new JsonObject();
    object.addProperty("errorCode", errorCode);
    object.addProperty("message", message);
    if (!cause.isEmpty()) {
      object.addProperty("cause", cause);
    }
    object.addProperty("index", Json.unsigned(index));
    return Json.write(object);
  }

  /** Reads such a body; empty when it is anything else. */
  public static Optional<ApiError> fromJson(int httpStatus, String body) {
    try {
      JsonObject object = Json.object(body);
      return Optional.of(
          new ApiError(
              httpStatus,
              Json.integer(object, "errorCode"),
              Json.optionalString(object, "message").orElse(""),
              Json.optionalString(object, "cause").orElse(""),
              object.has("index") ? Json.number(object, "index") : 0));
    } catch (Json.Unreadable e) {
      return Optional.empty();
    }
  }

  /** The error as one line for a log or a terminal. */
  @Override
  public String toString() {
    return errorCode + " " + message + (cause.isEmpty() ? "" : " (" + cause + ")");
  }
}
