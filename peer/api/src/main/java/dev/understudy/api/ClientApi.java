package dev.understudy.api;

import io.prometheus.metrics.model.registry.PrometheusRegistry;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.Handler;
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
  private final Router router;

  /**
   * @param backend the peer
   * @param version of this program, for {@code /version}
   * @param metrics what {@code /metrics} tells
   */
  public ClientApi(
      ClientBackend backend, ClientLimits limits, String version, PrometheusRegistry metrics) {
    Answers answers = new Answers(backend);
    KeysHandler keys = new KeysHandler(backend, limits, answers);
    router =
        new Router(
            keys,
            new MembersHandler(backend, answers),
            new StatisticsHandler(backend, keys),
            new StateHandler(backend, answers, version),
            new MetricsHandler(metrics));
  }

  /**
   * How a client port must be set up for this API: paths are taken as they come, since keys are
   * cleaned here, and headers up to the limit.
   */
  public static HttpConfiguration httpConfiguration(ClientLimits limits) {
    HttpConfiguration http = new HttpConfiguration();
    http.setSendServerVersion(false);
    http.setSendDateHeader(true);
    http.setRequestHeaderSize(limits.maxHeaderBytes());
    http.setUriCompliance(UriCompliance.UNSAFE);
    return http;
  }

  /** What the server that owns the client port says about requests that reach no handler. */
  public static ErrorHandler errorHandler(ClientLimits limits) {
    return new ServerErrorHandler(limits);
  }

  /** Answers all paths: what it does not know gets 404. */
  public Handler handler() {
    return router;
  }
}
