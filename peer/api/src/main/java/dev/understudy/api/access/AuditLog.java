package dev.understudy.api.access;

import dev.understudy.api.http.HttpExchange;
import dev.understudy.api.http.Principal;

/** Takes down who has changed what, and who was refused. Any thread; must not block for long. */
@FunctionalInterface
public interface AuditLog {
  /** Takes down nothing. */
  AuditLog NONE = event -> {};

  /** Takes down an event. */
  void record(Event event);

  /**
   * What somebody wanted and what became of it. Nothing in it is secret.
   *
   * @param who the user, or what is known otherwise
   * @param from the address
   * @param what the method and the path, without a query, or what was changed in words
   * @param result {@code done}, {@code refused} with a reason, or a status
   * @param requestId that the answer has, too
   */
  record Event(Principal who, String from, String what, String result, String requestId) {
    /** About a request. */
    static Event of(HttpExchange exchange, String what, String result) {
      return new Event(
          exchange.principal(), exchange.remoteAddress(), what, result, exchange.requestId());
    }
  }
}
