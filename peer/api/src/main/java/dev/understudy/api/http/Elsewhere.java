package dev.understudy.api.http;

import dev.understudy.clusterconfig.MachineUrl;

/** What becomes of a request that another machine answers. Never blocks. */
@FunctionalInterface
public interface Elsewhere {
  /** The client is told where to go. */
  Elsewhere REDIRECT =
      (exchange, body, clientUrl) ->
          exchange.redirect(MachineUrl.normal(clientUrl) + exchange.pathQuery());

  /**
   * Answers it.
   *
   * @param body of the request, which has been read
   * @param clientUrl where the other machine answers clients
   */
  void answer(HttpExchange exchange, byte[] body, String clientUrl);

  /** Answers a request whose body means nothing. */
  default void answer(HttpExchange exchange, String clientUrl) {
    answer(exchange, new byte[0], clientUrl);
  }
}
