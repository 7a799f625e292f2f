package dev.understudy.api.v1;

import dev.understudy.api.access.Guard;
import dev.understudy.api.http.HttpExchange;
import dev.understudy.api.http.Route;
import dev.understudy.locks.LockOperation;
import java.util.List;

/**
 * What requests under {@code /v1} may do: the entry KEY is guarded as the path {@code /KEY} is
 * under {@code /v2/keys}, and all sessions as the path {@code /_session}.
 */
final class Rights {
  private static final String SESSIONS = "/_session";

  /** As Consul answers who may not. */
  private static final int FORBIDDEN = 403;

  private final Guard guard;

  Rights(Guard guard) {
    this.guard = guard;
  }

  /** The same action for those who may read sessions. */
  Route.Action readingSessions(Route.Action action) {
    return sessions(false, action);
  }

  /** The same action for those who may make, renew and end sessions. */
  Route.Action writingSessions(Route.Action action) {
    return sessions(true, action);
  }

  private Route.Action sessions(boolean writes, Route.Action action) {
    return exchange -> {
      if (guard.permitsKey(exchange, SESSIONS, writes, false)) {
        action.handle(exchange);
      } else {
        refuse(exchange);
      }
    };
  }

  /** Whether an entry, or all whose keys begin so, may be read. */
  boolean mayRead(HttpExchange exchange, String key, boolean tree) {
    return guard.permitsKey(exchange, path(key), false, tree);
  }

  /** Whether all these steps may be made. */
  boolean may(HttpExchange exchange, List<LockOperation> steps) {
    for (LockOperation step : steps) {
      boolean tree =
          step.verb() == LockOperation.Verb.GET_TREE
              || step.verb() == LockOperation.Verb.DELETE_TREE;
      if (!guard.permitsKey(exchange, path(step.key()), !step.verb().reads(), tree)) {
        return false;
      }
    }
    return true;
  }

  private static String path(String key) {
    return "/" + key;
  }

  /** Answers who may not. */
  void refuse(HttpExchange exchange) {
    String why = guard.refused(exchange);
    boolean heard = exchange.principal().wasHeard();
    int status = exchange.principal().refusalStatus(FORBIDDEN);
    exchange.addRetryAfter(status);
    Answers.refuse(exchange, status, heard ? "Permission denied" : why);
  }
}
