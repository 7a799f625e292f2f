package dev.understudy.admin.http;

import dev.understudy.api.http.Dialect;
import dev.understudy.api.http.HttpExchange;
import dev.understudy.clusterconfig.HexId;
import dev.understudy.clusterconfig.SyncReply;
import dev.understudy.peer.ClusterAdmin;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.server.Request;

/** Every answer of the admin API names the cluster; a slash at a path's end does not matter. */
final class AdminDialect implements Dialect {
  /** The cluster's id in hex. */
  private final ClusterAdmin admin;

  AdminDialect(ClusterAdmin admin) {
    this.admin = admin;
  }

  @Override
  public String path(Request request) {
    String path = request.getHttpURI().getPath();
    return path.length() > 1 && path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
  }

  /** Under {@code /v2} in JSON, as on the client port. */
  @Override
  public void notFound(HttpExchange exchange) {
    if (exchange.path().startsWith("/v2/")) {
      exchange.jsonLine(404, "{\"message\":\"Not found\"}");
    } else {
      exchange.plainError(404, "404 page not found");
    }
  }

  @Override
  public void addHeaders(HttpFields.Mutable headers) {
    headers.put(SyncReply.CLUSTER_HEADER, HexId.text(admin.clusterId()));
  }
}
