package dev.understudy.api.http;

import dev.understudy.clusterconfig.MachineUrl;

/** What becomes of a request without a body that another machine answers. Never blocks. */
@FunctionalInterface
public interface Elsewhere {
  /** The client is told where to go. */
  Elsewhere REDIRECT =
      (exchange, clientUrl) ->
          exchange.redirect(MachineUrl.normal(clientUrl) + exchange.pathQuery());

  /**
   * Answers it.
   *
   * @param clientUrl where the other machine answers clients
   */
  void answer(HttpExchange exchange, String clientUrl);
}
