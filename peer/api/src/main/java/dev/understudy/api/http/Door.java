package dev.understudy.api.http;

import dev.understudy.clusterconfig.ApiException;
import dev.understudy.clusterconfig.ErrorCode;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * A handler that answers every request by a table of routes, in one dialect. Never blocks, and says
 * so to Jetty, so a request is handled by the thread that read it.
 */
public final class Door extends Handler.Abstract.NonBlocking {
  private final Dialect dialect;
  private final RouteTable routes;
  private final Authenticator authenticator;

  /** A door that asks nobody who they are. */
  public Door(Dialect dialect, RouteTable routes) {
    this(dialect, routes, Authenticator.NONE);
  }

  /**
   * @param authenticator finds out who sends a request; what they may do is for the routes to say
   */
  public Door(Dialect dialect, RouteTable routes, Authenticator authenticator) {
    this.authenticator = Objects.requireNonNull(authenticator);
    this.dialect = Objects.requireNonNull(dialect);
    this.routes = Objects.requireNonNull(routes);
  }

  /** A door that answers every request with 503 and this reason: it may be sent again soon. */
  public static Door closed(String why) {
    return new Door(
        Dialect.PLAIN, RouteTable.of(Route.at("**").onAny(exchange -> exchange.notNow(why))));
  }

  /** The paths that are answered here. */
  public RouteTable routes() {
    return routes;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    dialect.addHeaders(response.getHeaders());
    HttpExchange exchange =
        new HttpExchange(request, response, callback, dialect, dialect.path(request));
    exchange.run(this::answer);
    return true;
  }

  private void answer(HttpExchange exchange) throws ApiException {
    String target = exchange.pathQuery();
    if (target != null && Utf8.mayHaveLost(target)) {
      throw new ApiException(ErrorCode.INVALID_FIELD, "path and query must be UTF-8");
    }
    if (dialect.answersItself(exchange)) {
      return;
    }
    CompletableFuture<Principal> who = authenticator.identify(exchange);
    if (who.isDone() && !who.isCompletedExceptionally()) {
      dispatch(exchange, who.join());
    } else {
      exchange.await(who, found -> exchange.run(same -> dispatch(same, found)));
    }
  }

  private void dispatch(HttpExchange exchange, Principal principal) throws ApiException {
    exchange.identified(principal);
    routes.dispatch(exchange);
  }
}
