package dev.understudy.standby;

import dev.understudy.api.http.Dialect;
import dev.understudy.api.http.Door;
import dev.understudy.api.http.Route;
import dev.understudy.api.http.RouteTable;

/** The peer port of a standby: 404 for everything, as etcd 0.4 has it. */
final class StandbyPeerDoor {
  private StandbyPeerDoor() {}

  /** A handler for the peer port. */
  static Door create() {
    return new Door(
        Dialect.PLAIN,
        RouteTable.of(
            Route.at("**")
                .onAny(
                    exchange ->
                        exchange.drained(
                            () -> exchange.text(404, "this machine is a standby\n")))));
  }
}
