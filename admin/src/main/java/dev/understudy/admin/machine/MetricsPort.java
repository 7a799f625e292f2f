package dev.understudy.admin.machine;

import dev.understudy.api.http.Dialect;
import dev.understudy.api.http.HttpExchange;
import java.util.Set;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * What a port for metrics answers: of all that a mode answers to clients, what concerns the machine
 * alone. Its life is that of the client port's handler, which it only borrows.
 */
final class MetricsPort extends Handler.Abstract.NonBlocking {
  /** As etcd's {@code --listen-metrics-urls}. */
  private static final Set<String> PATHS = Set.of("/metrics", "/health");

  private final Handler ofClients;

  MetricsPort(Handler ofClients) {
    this.ofClients = ofClients;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    String path = Request.getPathInContext(request);
    if (PATHS.contains(path)) {
      return ofClients.handle(request, response, callback);
    }
    HttpExchange exchange = new HttpExchange(request, response, callback, Dialect.PLAIN, path);
    exchange.plainError(404, "this port answers /metrics and /health only");
    return true;
  }
}
