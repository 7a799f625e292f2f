package dev.understudy.standby;

import dev.understudy.api.http.Dialect;
import dev.understudy.api.http.Door;
import dev.understudy.api.http.HttpExchange;
import dev.understudy.api.http.Route;
import dev.understudy.api.http.RouteTable;
import dev.understudy.clusterconfig.ApiError;
import dev.understudy.clusterconfig.ErrorCode;
import dev.understudy.clusterconfig.HttpClusterClient;
import dev.understudy.clusterconfig.MachineRecord;
import dev.understudy.clusterconfig.MachineUrl;
import dev.understudy.clusterconfig.MachineView;
import dev.understudy.clusterconfig.StoreVersion;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.eclipse.jetty.http.HttpHeader;

/**
 * The peer port of a standby: it says who it is, is called by the leader to sync, and sends what
 * operators ask of the cluster to the leader, so that any machine will do for them; anything else
 * is 404. (etcd 0.4 answers 404 to everything here.)
 */
final class StandbyPeerDoor {
  private static final String[] READS = {"GET", "HEAD"};

  private final MachineRecord self;
  private final StandbyView view;
  private final Runnable sync;

  private StandbyPeerDoor(MachineRecord self, StandbyView view, Runnable sync) {
    this.self = self;
    this.view = view;
    this.sync = sync;
  }

  /**
   * A handler for the peer port.
   *
   * @param sync lets the standby sync now; never blocks
   */
  static Door of(MachineRecord self, StandbyView view, Runnable sync) {
    StandbyPeerDoor door = new StandbyPeerDoor(self, view, sync);
    return new Door(
        Dialect.PLAIN,
        RouteTable.of(
            Route.at("/v2/admin/sync").on(door::sync, "PUT"),
            Route.at("/v2/admin/**").onAny(door::admin),
            Route.at("/version")
                .on(exchange -> exchange.text(200, Integer.toString(StoreVersion.CURRENT)), READS),
            Route.at("/version/*/check").on(StandbyPeerDoor::versionCheck, READS),
            Route.at("/name").on(exchange -> exchange.text(200, self.name()), READS),
            Route.at("/etcdURL").on(exchange -> exchange.text(200, self.clientUrl()), READS),
            Route.at("/health").on(new StandbyHealth(view)::answer, READS),
            Route.at("**").onAny(StandbyPeerDoor::notHere)));
  }

  /** Under {@code /v2} in JSON, as on every port. */
  private static void notHere(HttpExchange exchange) {
    if (exchange.path().startsWith("/v2/")) {
      exchange.jsonLine(404, "{\"message\":\"Not found: this machine is a standby\"}");
    } else {
      exchange.text(404, "this machine is a standby\n");
    }
  }

  private static void versionCheck(HttpExchange exchange) {
    String version = exchange.wildcard();
    boolean supported =
        version.matches("\\d{1,9}") && StoreVersion.isSupported(Integer.parseInt(version));
    exchange.text(supported ? 200 : 403, "");
  }

  /** Whoever calls is believed: all that it costs is a sync. */
  private void sync(HttpExchange exchange) {
    exchange.textBody(
        body -> {
          sync.run();
          exchange.jsonLine(200, "true");
        });
  }

  /**
   * Other machines look for the leader themselves: two standbys that asked each other on behalf of
   * each other would only wait.
   */
  private void admin(HttpExchange exchange) {
    boolean byMachine = HttpClusterClient.USER_AGENT.equals(exchange.header(HttpHeader.USER_AGENT));
    exchange.await(
        byMachine ? CompletableFuture.completedFuture(view.leaderAsSynced()) : view.leaderNow(),
        leader -> sendOn(exchange, leader));
  }

  private void sendOn(HttpExchange exchange, Optional<MachineView> leader) {
    Optional<String> base =
        leader
            .map(MachineView::peerUrl)
            .filter(url -> !MachineUrl.same(url, self.peerUrl()))
            .flatMap(MachineUrl::ofStored)
            .map(MachineUrl::toString);
    if (base.isPresent()) {
      exchange.redirect(base.get() + exchange.pathQuery());
    } else {
      String peers =
          view.info().cluster().stream()
              .map(MachineView::peerUrl)
              .collect(Collectors.joining(", "));
      exchange.error(
          ApiError.of(
              ErrorCode.STANDBY_INTERNAL,
              "this machine is a standby and knows no leader; peers: "
                  + (peers.isEmpty() ? "none" : peers)));
    }
  }
}
