package dev.understudy.api;

import dev.understudy.api.access.AccessBackend;
import dev.understudy.api.access.Guard;
import dev.understudy.api.http.Door;
import dev.understudy.api.http.HttpConnections;
import dev.understudy.api.http.MetricsHandler;
import dev.understudy.api.http.PlainErrorHandler;
import dev.understudy.api.http.Route;
import dev.understudy.api.http.RouteTable;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.handler.ErrorHandler;

/**
 * The client API of a peer. Whoever owns the port hangs {@link #handler} under it while the machine
 * is a peer.
 *
 * <p>The handler never blocks and says so to Jetty, so a request is answered by the thread that
 * read it; whatever stands above it should be non-blocking as well, or every request is dispatched
 * to another thread.
 *
 * <p>It owns no thread and nothing to close. Watches end when the backend's {@link
 * dev.understudy.store.Watchers} are closed, which a stopping peer does: a long poll with an empty
 * answer, a stream with code 400.
 */
public final class ClientApi {
  /**
   * As Jetty has it; but of an absolute target whose host is not that of the {@code Host} header,
   * the header is ignored (RFC 9112, 3.2.2), as by etcd.
   */
  public static final HttpCompliance HTTP_COMPLIANCE =
      HttpCompliance.RFC7230.with("UNDERSTUDY", HttpCompliance.Violation.MISMATCHED_AUTHORITY);

  private final Door door;

  /**
   * @param backend the peer
   * @param access its users
   * @param guard asks who sends a request, and whether they may
   * @param memory what clients take
   * @param version of this program, for {@code /version}
   * @param metrics what {@code /metrics} tells
   * @param further what else this port answers
   */
  public ClientApi(
      ClientBackend backend,
      AccessBackend access,
      Guard guard,
      ClientLimits limits,
      ClientMemory memory,
      String version,
      PrometheusRegistry metrics,
      List<Route> further) {
    EtcdDialect dialect = new EtcdDialect(backend, limits, memory);
    KeysHandler keys =
        new KeysHandler(
            backend, limits, memory, dialect, Authorizer.CLUSTER_RECORDS_ARE_READ_ONLY, guard);
    UsersHandler users = new UsersHandler(backend, access, guard, dialect);
    MembersHandler members = new MembersHandler(backend, dialect);
    StatisticsHandler statistics = new StatisticsHandler(backend, keys);
    StateHandler state = new StateHandler(backend, version);
    MetricsHandler scrape = new MetricsHandler(metrics);
    List<Route> routes = new ArrayList<>();
    routes.addAll(
        List.of(
            Route.at("/v2/keys/**")
                .on(keys::read, "HEAD", "GET")
                .on(keys::writeWithBody, "PUT", "POST")
                .on(keys::delete, "DELETE"),
            Route.at("/v2/members/**")
                .on(members::read, "GET")
                .on(members::refuseToAdd, "POST")
                .on(members::refuseToRemove, "DELETE"),
            Route.at("/v2/stats/self").on(statistics::self, "GET"),
            Route.at("/v2/stats/leader").on(statistics::leader, "GET"),
            Route.at("/v2/stats/store").on(statistics::store, "GET"),
            Route.at("/v2/machines").on(state::machines, "GET", "HEAD"),
            Route.at("/v2/leader").on(state::leader, "GET"),
            Route.at("/v2/auth/enable").on(users::enable, "GET", "PUT", "DELETE"),
            Route.at("/v2/auth/users/**").onAny(users::users),
            Route.at("/v2/auth/roles/**").onAny(users::roles),
            Route.at("/version").on(state::version, "GET"),
            Route.at("/health").on(state::health, "GET"),
            Route.at("/metrics").on(scrape::metrics, "GET", "HEAD")));
    routes.addAll(further);
    door = new Door(dialect, RouteTable.of(routes.toArray(Route[]::new)), guard);
  }

  /**
   * How a client port must be set up for this API: paths are taken as they come, since keys are
   * cleaned here, and headers up to the limit.
   */
  public static HttpConfiguration httpConfiguration(ClientLimits limits) {
    HttpConfiguration http = HttpConnections.configuration(limits.maxHeaderBytes());
    http.setSendDateHeader(true);
    http.setUriCompliance(UriCompliance.UNSAFE);
    http.setHttpCompliance(HTTP_COMPLIANCE);
    return http;
  }

  /** What the server that owns the client port says about requests that reach no handler. */
  public static ErrorHandler errorHandler(ClientLimits limits) {
    return new PlainErrorHandler(limits.maxHeaderBytes());
  }

  /** Answers all paths: what is in no route gets 404. */
  public Door handler() {
    return door;
  }
}
