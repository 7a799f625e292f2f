package dev.understudy.standby;

import dev.understudy.api.http.Dialect;
import dev.understudy.api.http.Door;
import dev.understudy.api.http.HttpExchange;
import dev.understudy.api.http.Route;
import dev.understudy.api.http.RouteTable;
import dev.understudy.clusterconfig.ApiError;
import dev.understudy.clusterconfig.ErrorCode;
import dev.understudy.clusterconfig.MachineRecord;
import dev.understudy.clusterconfig.MachineUrl;
import dev.understudy.clusterconfig.MachineView;
import java.util.Optional;
import java.util.function.Supplier;
import org.eclipse.jetty.http.HttpFields;

/**
 * The client port of a standby: every request is sent on to the same path and query at the leader.
 * Without a leader to send to, or when that would be this machine itself, the answer is 503.
 */
final class StandbyClientDoor {
  private static final Dialect DIALECT =
      new Dialect() {
        @Override
        public void addErrorHeaders(HttpFields.Mutable headers, ApiError error) {
          headers.add("X-Etcd-Index", Long.toUnsignedString(error.index()));
        }
      };

  private final MachineRecord self;
  private final Supplier<Optional<MachineView>> leader;

  private StandbyClientDoor(MachineRecord self, Supplier<Optional<MachineView>> leader) {
    this.self = self;
    this.leader = leader;
  }

  /** A handler for the client port. */
  static Door of(MachineRecord self, Supplier<Optional<MachineView>> leader) {
    StandbyClientDoor door = new StandbyClientDoor(self, leader);
    return new Door(
        DIALECT,
        RouteTable.of(
            Route.at("**").onAny(exchange -> exchange.drained(() -> door.answer(exchange)))));
  }

  private void answer(HttpExchange exchange) {
    Optional<String> base = leader.get().flatMap(this::redirectBase);
    if (base.isPresent()) {
      String pathQuery = exchange.pathQuery();
      // "OPTIONS *" has no path.
      exchange.redirect(base.get() + (pathQuery.startsWith("/") ? pathQuery : "/"));
    } else {
      exchange.error(ApiError.of(ErrorCode.STANDBY_INTERNAL, "no leader is known"));
    }
  }

  /** Where to send clients; nothing that is no address, and never to this machine. */
  private Optional<String> redirectBase(MachineView machine) {
    return machine.name().equals(self.name())
            || MachineUrl.same(machine.clientUrl(), self.clientUrl())
        ? Optional.empty()
        : MachineUrl.ofStored(machine.clientUrl()).map(MachineUrl::toString);
  }
}
