package dev.understudy.standby;

import dev.understudy.api.http.BlockingTime;
import dev.understudy.api.http.BodyLimits;
import dev.understudy.api.http.ByteBudget;
import dev.understudy.api.http.Dialect;
import dev.understudy.api.http.Door;
import dev.understudy.api.http.HttpExchange;
import dev.understudy.api.http.MetricsHandler;
import dev.understudy.api.http.Route;
import dev.understudy.api.http.RouteTable;
import dev.understudy.api.http.VersionAnswer;
import dev.understudy.api.http.proxy.LeaderProxy;
import dev.understudy.clusterconfig.ApiError;
import dev.understudy.clusterconfig.ErrorCode;
import dev.understudy.clusterconfig.MachineRecord;
import dev.understudy.clusterconfig.MachineUrl;
import dev.understudy.clusterconfig.MachineView;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.eclipse.jetty.http.HttpFields;

/**
 * The client port of a standby: what is about the cluster is sent on to the same path and query at
 * the leader, what is about this machine ({@code /health}, {@code /metrics}, {@code /version}) is
 * answered here. Without a leader to send to, or when that would be this machine itself, the answer
 * is 503.
 *
 * <p>Only a leader that has said so itself a moment ago is redirected to, so that former leaders do
 * not send clients around between them.
 */
final class StandbyClientDoor {
  private static final Dialect DIALECT = new ClientDialect();

  private final MachineRecord self;
  private final StandbyView view;

  private StandbyClientDoor(MachineRecord self, StandbyView view) {
    this.self = self;
    this.view = view;
  }

  /**
   * A handler for the client port.
   *
   * @param version of this program
   * @param metrics what {@code /metrics} tells
   */
  static Door of(MachineRecord self, String version, StandbyView view, StandbyMetrics metrics) {
    StandbyClientDoor door = new StandbyClientDoor(self, view);
    return door(DIALECT, version, view, metrics, door::redirect);
  }

  /**
   * A handler for the client port that answers for the leader.
   *
   * @param bodies what is passed on to it
   * @param requests what the bodies of requests under way may take in memory
   */
  static Door of(
      MachineRecord self,
      String version,
      StandbyView view,
      StandbyMetrics metrics,
      LeaderProxy proxy,
      BodyLimits bodies,
      ByteBudget requests) {
    StandbyClientDoor door = new StandbyClientDoor(self, view);
    metrics.gauge(
        "standby_proxied_requests",
        "Requests, watches among them, for which the leader is being asked.",
        proxy::underWay);
    return door(
        new ProxyDialect(bodies, requests),
        version,
        view,
        metrics,
        exchange -> {
          if (LeaderProxy.isForwarded(exchange)) {
            door.redirect(exchange);
          } else {
            long blockingMillis = BlockingTime.atMostMillis(exchange);
            exchange.body(body -> proxy.forward(exchange, body, blockingMillis));
          }
        });
  }

  private static Door door(
      Dialect dialect,
      String version,
      StandbyView view,
      StandbyMetrics metrics,
      Route.Action cluster) {
    StandbyHealth health = new StandbyHealth(view);
    MetricsHandler scrape = new MetricsHandler(metrics.registry());
    return new Door(
        dialect,
        RouteTable.of(
            Route.at("/health").on(health::answer, "GET", "HEAD"),
            Route.at("/metrics").on(scrape::metrics, "GET", "HEAD"),
            Route.at("/version")
                .on(exchange -> exchange.json(200, VersionAnswer.of(version)), "GET", "HEAD"),
            Route.at("**").onAny(cluster)));
  }

  private void redirect(HttpExchange exchange) {
    exchange.await(view.leaderNow(), leader -> redirect(exchange, leader));
  }

  private void redirect(HttpExchange exchange, Optional<MachineView> leader) {
    Optional<String> base = leader.flatMap(this::redirectBase);
    if (base.isPresent()) {
      String pathQuery = exchange.pathQuery();
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

  private static class ClientDialect implements Dialect {
    @Override
    public void addErrorHeaders(HttpFields.Mutable headers, ApiError error) {
      headers.add("X-Etcd-Index", Long.toUnsignedString(error.index()));
    }

    @Override
    public boolean answersItself(HttpExchange exchange) {
      if (!exchange.method().equals("OPTIONS")) {
        return false;
      }
      exchange.send(200, ByteBuffer.allocate(0));
      return true;
    }
  }

  /** What is too large is the leader's to say, up to what would be too much here. */
  private static final class ProxyDialect extends ClientDialect {
    private final BodyLimits bodies;
    private final ByteBudget requests;

    ProxyDialect(BodyLimits bodies, ByteBudget requests) {
      this.bodies = bodies;
      this.requests = requests;
    }

    @Override
    public BodyLimits bodyLimits() {
      return bodies;
    }

    @Override
    public ByteBudget requests() {
      return requests;
    }
  }
}
