package dev.understudy.api.http;

import java.util.concurrent.CompletableFuture;

/** Finds out who sends a request. Any thread; must not block. */
@FunctionalInterface
public interface Authenticator {
  /** Asks nobody. */
  Authenticator NONE = exchange -> Principal.FOUND_ANYONE;

  /**
   * Who sends a request; who cannot prove it is a principal as well.
   *
   * @return never completes exceptionally
   */
  CompletableFuture<Principal> identify(HttpExchange exchange);
}
