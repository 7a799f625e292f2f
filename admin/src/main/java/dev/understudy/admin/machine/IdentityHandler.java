package dev.understudy.admin.machine;

import dev.understudy.api.http.Dialect;
import dev.understudy.api.http.Door;
import dev.understudy.api.http.HttpExchange;
import dev.understudy.api.http.Route;
import dev.understudy.api.http.RouteTable;
import dev.understudy.clusterconfig.FoundingRequest;
import dev.understudy.clusterconfig.MachineIdentity;
import dev.understudy.clusterconfig.MachineUrl;
import java.util.Optional;
import java.util.function.Supplier;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Answers on a peer port which machine this is, and leaves everything else to the next handler. */
final class IdentityHandler extends Handler.Abstract.NonBlocking {
  private static final String IDENTITY = "/v2/admin/identity";
  private static final String CALLER = "Understudy-Peer-Url";

  private final Door door;

  IdentityHandler(Supplier<MachineIdentity> identity) {
    this.door =
        new Door(
            Dialect.PLAIN,
            RouteTable.of(
                Route.at(IDENTITY)
                    .onAny(exchange -> exchange.jsonLine(200, identity.get().toJson()))));
  }

  /** All that a machine answers before it has a mode; for any other request it is not ready. */
  static Door ofStarting(StartingMachine starting, String notReady) {
    return new Door(
        Dialect.PLAIN,
        RouteTable.of(
            Route.at(IDENTITY)
                .onAny(exchange -> exchange.jsonLine(200, starting.identity().toJson())),
            Route.at("/v2/admin/bootstrap")
                .on(
                    exchange ->
                        exchange.textBody(
                            body ->
                                exchange.jsonLine(
                                    200,
                                    Boolean.toString(
                                        starting.promise(FoundingRequest.fromJson(body))))),
                    "PUT"),
            Route.at("/raft/stream")
                .onAny(
                    exchange -> {
                      caller(exchange).ifPresent(starting::called);
                      exchange.notNow(notReady);
                    }),
            Route.at("**").onAny(exchange -> exchange.notNow(notReady))));
  }

  private static Optional<String> caller(HttpExchange exchange) {
    return Optional.ofNullable(exchange.header(CALLER))
        .flatMap(MachineUrl::of)
        .map(MachineUrl::toString);
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    return Request.getPathInContext(request).equals(IDENTITY)
        && door.handle(request, response, callback);
  }
}
