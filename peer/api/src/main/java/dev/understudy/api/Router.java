package dev.understudy.api;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.PreEncodedHttpField;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Finds who answers a path. Never blocks. */
final class Router extends Handler.Abstract.NonBlocking {
  private static final String KEYS = "/v2/keys";
  private static final String MEMBERS = "/v2/members";

  private static final PreEncodedHttpField HTML =
      new PreEncodedHttpField(HttpHeader.CONTENT_TYPE, "text/html; charset=utf-8");

  private final KeysHandler keys;
  private final MembersHandler members;
  private final StatisticsHandler statistics;
  private final StateHandler state;
  private final MetricsHandler metrics;

  Router(
      KeysHandler keys,
      MembersHandler members,
      StatisticsHandler statistics,
      StateHandler state,
      MetricsHandler metrics) {
    this.keys = keys;
    this.members = members;
    this.statistics = statistics;
    this.state = state;
    this.metrics = metrics;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    Answers.cors(response);
    if (HttpMethod.OPTIONS.is(request.getMethod())) {
      response.getHeaders().put(HttpHeader.CONTENT_LENGTH, 0);
      callback.succeeded();
      return true;
    }
    String raw = request.getHttpURI().getPath();
    String path = raw == null ? null : RequestPath.decode(raw);
    if (path == null) {
      Answers.closing(response);
      Answers.text(response, 400, "400 Bad Request", callback);
    } else if (!RequestPath.isClean(path)) {
      redirect(path, request, response, callback);
    } else {
      dispatch(path, request, response, callback);
    }
    return true;
  }

  private void dispatch(String path, Request request, Response response, Callback callback) {
    if (isBelow(path, KEYS)) {
      keys.handle(path.substring(KEYS.length()), request, response, callback);
      return;
    }
    if (isBelow(path, MEMBERS)) {
      members.handle(path.substring(MEMBERS.length()), request, response, callback);
      return;
    }
    switch (path) {
      case "/v2/stats/self" -> statistics.self(request, response, callback);
      case "/v2/stats/leader" -> statistics.leader(request, response, callback);
      case "/v2/stats/store" -> statistics.store(request, response, callback);
      case "/v2/machines" -> state.machines(request, response, callback);
      case "/v2/leader" -> state.leader(request, response, callback);
      case "/version" -> state.version(request, response, callback);
      case "/health" -> state.health(request, response, callback);
      case "/metrics" -> metrics.metrics(request, response, callback);
      default -> Answers.notFound(response, callback);
    }
  }

  private static boolean isBelow(String path, String root) {
    return path.startsWith(root)
        && (path.length() == root.length() || path.charAt(root.length()) == '/');
  }

  /** To the same place under its clean name; the body is what Go's server says to a browser. */
  private static void redirect(String path, Request request, Response response, Callback callback) {
    String query = request.getHttpURI().getQuery();
    String location =
        RequestPath.encode(RequestPath.clean(path))
            + (query == null || query.isEmpty() ? "" : '?' + query);
    response.getHeaders().put(HttpHeader.LOCATION, location);
    String body = "";
    String method = request.getMethod();
    if (HttpMethod.GET.is(method) || HttpMethod.HEAD.is(method)) {
      response.getHeaders().put(HTML);
      body = "<a href=\"" + escapeHtml(location) + "\">Moved Permanently</a>.\n\n";
    }
    Answers.send(response, 301, ByteBuffer.wrap(body.getBytes(StandardCharsets.UTF_8)), callback);
  }

  private static String escapeHtml(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&#34;")
        .replace("'", "&#39;");
  }
}
