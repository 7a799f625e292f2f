package dev.understudy.api.http;

import dev.understudy.clusterconfig.ApiException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * All paths that one door answers. The first route that matches decides: a path whose route lacks
 * the method is answered 405, even if a later route has it. Immutable.
 */
public final class RouteTable {
  private final List<Route> routes;

  private RouteTable(List<Route> routes) {
    this.routes = routes;
  }

  /**
   * A table in the order of the search; the routes of most requests should come first.
   *
   * @throws IllegalArgumentException if two routes have the same pattern
   */
  public static RouteTable of(Route... routes) {
    Set<String> patterns = new HashSet<>();
    for (Route route : routes) {
      if (!patterns.add(route.pattern())) {
        throw new IllegalArgumentException("two routes for " + route.pattern());
      }
      if (route.methods().isEmpty()) {
        throw new IllegalArgumentException("no method for " + route.pattern());
      }
    }
    return new RouteTable(List.of(routes));
  }

  /** The lines of the table. */
  public List<Route> routes() {
    return routes;
  }

  void dispatch(HttpExchange exchange) throws ApiException {
    for (Route route : routes) {
      String open = route.match(exchange.path());
      if (open != null) {
        exchange.matched(open);
        Route.Action action = route.action(exchange.method());
        if (action == null) {
          exchange.dialect().methodNotAllowed(exchange, route.methods());
        } else if (exchange.hasUnreadBody() && route.hasNoUseForBody(exchange.method())) {
          exchange.discardBody(action);
        } else {
          action.handle(exchange);
        }
        return;
      }
    }
    exchange.dialect().notFound(exchange);
  }
}
