package dev.understudy.standby;

import dev.understudy.api.dashboard.DashboardPage;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.eclipse.jetty.http.HttpFields;

/**
 * The client port of a standby: what is about the cluster is sent on to the same path and query at
 * the leader, what is about this machine ({@code /health}, {@code /metrics}, {@code /version}) is
 * answered here. Without a leader to send to, or when that would be this machine itself, the answer
 * is 503.
 *
 * <p>Only a leader that has said so itself a moment ago is redirected to, so that former leaders do
 * not send clients around between them.
 *
 * <p>The page at {@code /dashboard} is answered here as well. What it asks of the cluster the
 * leader is asked for, also where other clients are redirected: a browser lets no page follow.
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
   * @param metrics what {@code /metrics} tells
   */
  static Door of(StandbyOptions options, StandbyView view, StandbyMetrics metrics) {
    StandbyClientDoor door = new StandbyClientDoor(options.self(), view);
    return door(DIALECT, options, view, metrics, door::redirect, exchange -> false);
  }

  /**
   * A handler for the client port that can answer for the leader.
   *
   * @param bodies what is passed on to it
   * @param requests what the bodies of requests under way may take in memory
   */
  static Door of(
      StandbyOptions options,
      StandbyView view,
      StandbyMetrics metrics,
      LeaderProxy proxy,
      BodyLimits bodies,
      ByteBudget requests) {
    StandbyClientDoor door = new StandbyClientDoor(options.self(), view);
    metrics.gauge(
        "standby_proxied_requests",
        "Requests, watches among them, for which the leader is being asked.",
        proxy::underWay);
    boolean forAll = options.mode() == StandbyMode.PROXY;
    return door(
        new ProxyDialect(bodies, requests),
        options,
        view,
        metrics,
        exchange -> {
          if (LeaderProxy.isRelayWanted(exchange) || forAll && !LeaderProxy.isForwarded(exchange)) {
            long blockingMillis = BlockingTime.atMostMillis(exchange);
            exchange.body(body -> proxy.forward(exchange, body, blockingMillis));
          } else {
            door.redirect(exchange);
          }
        },
        LeaderProxy::isRelayWanted);
  }

  /**
   * @param cluster answers what is about the cluster
   * @param relayed whether somebody asks for the leader's numbers, not this machine's
   */
  private static Door door(
      Dialect dialect,
      StandbyOptions options,
      StandbyView view,
      StandbyMetrics metrics,
      Route.Action cluster,
      Predicate<HttpExchange> relayed) {
    StandbyHealth health = new StandbyHealth(view);
    MetricsHandler scrape = new MetricsHandler(metrics.registry());
    Route.Action ownMetrics =
        exchange -> {
          if (relayed.test(exchange)) {
            cluster.handle(exchange);
          } else {
            scrape.metrics(exchange);
          }
        };
    String version = options.version();
    String machine = DashboardPage.machineJson(options.self().name(), "standby", version);
    List<Route> routes = new ArrayList<>();
    routes.add(Route.at("/health").on(health::answer, "GET", "HEAD"));
    routes.add(Route.at("/metrics").on(ownMetrics, "GET", "HEAD"));
    routes.add(
        Route.at("/version")
            .on(exchange -> exchange.json(200, VersionAnswer.of(version)), "GET", "HEAD"));
    routes.add(
        Route.at(DashboardPage.DATA + "/machine")
            .on(exchange -> exchange.jsonLine(200, machine), "GET"));
    routes.addAll(new DashboardPage().routes());
    routes.add(Route.at("**").onAny(cluster));
    return new Door(dialect, RouteTable.of(routes.toArray(Route[]::new)));
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
