package dev.understudy.api.http;

import dev.understudy.clusterconfig.ApiError;
import java.util.List;
import java.util.Optional;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.server.Request;

/**
 * How one door words what no handler answers, and what it adds to every answer. The defaults are
 * plain text. Methods may be called by any thread and must not block.
 */
public interface Dialect {
  /** Nothing of its own. */
  Dialect PLAIN = new Dialect() {};

  /** Where bodies are small. */
  ByteBudget UNLIMITED = ByteBudget.unlimited();

  /** What a body may be. */
  default BodyLimits bodyLimits() {
    return BodyLimits.SMALL;
  }

  /** What the bodies of requests under way may take in memory. */
  default ByteBudget requests() {
    return UNLIMITED;
  }

  /** The path that routes are matched with; here as it was sent. Null when it is malformed. */
  default String path(Request request) {
    return request.getHttpURI().getPath();
  }

  /** Adds the headers that every answer of this door has, before anything else is decided. */
  default void addHeaders(HttpFields.Mutable headers) {}

  /** Adds what an error's answer has besides its type and {@code Retry-After}. */
  default void addErrorHeaders(HttpFields.Mutable headers, ApiError error) {}

  /**
   * Answers what is not for any route.
   *
   * @return whether the request was answered, so that no route is searched for it
   */
  default boolean answersItself(HttpExchange exchange) {
    return false;
  }

  /** Answers a path that no route matches. */
  default void notFound(HttpExchange exchange) {
    exchange.text(404, "404 page not found\n");
  }

  /** Answers a path that does not have this method. */
  default void methodNotAllowed(HttpExchange exchange, List<String> allowed) {
    exchange.addHeader("Allow", String.join(", ", allowed));
    exchange.text(405, "Method Not Allowed\n");
  }

  /** Answers a body above the limit. */
  default void bodyTooLarge(HttpExchange exchange) {
    exchange.text(413, "the body is longer than " + bodyLimits().maxBytes() + " bytes\n");
  }

  /** Answers a body that did not arrive in time. */
  default void bodyTooSlow(HttpExchange exchange) {
    exchange.text(408, "the body did not arrive in time\n");
  }

  /** The error that a failed future means to a client; empty when the failure is a bug. */
  default Optional<ApiError> expected(Throwable failure) {
    return Optional.empty();
  }
}
