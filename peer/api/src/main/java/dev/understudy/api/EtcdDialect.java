package dev.understudy.api;

import dev.understudy.api.http.BodyLimits;
import dev.understudy.api.http.ByteBudget;
import dev.understudy.api.http.Dialect;
import dev.understudy.api.http.HttpExchange;
import dev.understudy.api.http.JsonBytes;
import dev.understudy.api.http.NumberField;
import dev.understudy.api.http.RequestPath;
import dev.understudy.clusterconfig.ApiError;
import dev.understudy.clusterconfig.ErrorCode;
import dev.understudy.clusterconfig.HexId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.PreEncodedHttpField;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.BufferUtil;

/** The client port's answers in the words and headers of etcd and of Go's HTTP server. */
final class EtcdDialect implements Dialect {
  private static final HttpField JSON =
      new PreEncodedHttpField(HttpHeader.CONTENT_TYPE, "application/json");
  private static final HttpField HTML =
      new PreEncodedHttpField(HttpHeader.CONTENT_TYPE, "text/html; charset=utf-8");

  private final ClientBackend backend;
  private final BodyLimits bodyLimits;
  private final ClientMemory memory;
  private final NumberField etcdIndex = new NumberField("X-Etcd-Index");
  private final NumberField raftIndex = new NumberField("X-Raft-Index");
  private final NumberField raftTerm = new NumberField("X-Raft-Term");
  private volatile HttpField clusterId;

  EtcdDialect(ClientBackend backend, ClientLimits limits, ClientMemory memory) {
    this.backend = backend;
    this.memory = memory;
    this.bodyLimits = new BodyLimits(limits.maxBodyBytes(), limits.requestMillis());
  }

  @Override
  public BodyLimits bodyLimits() {
    return bodyLimits;
  }

  @Override
  public ByteBudget requests() {
    return memory.requests();
  }

  @Override
  public String path(Request request) {
    String raw = request.getHttpURI().getPath();
    return raw == null ? null : RequestPath.decode(raw);
  }

  @Override
  public void addErrorHeaders(HttpFields.Mutable headers, ApiError error) {
    headers.add(clusterId());
    headers.add(etcdIndex.of(error.index()));
  }

  @Override
  public boolean answersItself(HttpExchange exchange) {
    if (exchange.method().equals("OPTIONS")) {
      exchange.send(200, BufferUtil.EMPTY_BUFFER);
    } else if (exchange.path() == null) {
      exchange.closeAfterwards();
      badPath(exchange);
    } else if (!RequestPath.isClean(exchange.path())) {
      moved(exchange);
    } else {
      return false;
    }
    return true;
  }

  /** What Go's server says of a broken escape, and what is ours of a key that etcd would take. */
  private static void badPath(HttpExchange exchange) {
    if (RequestPath.hasBrokenEscape(exchange.pathQuery())) {
      exchange.text(400, "400 Bad Request");
    } else {
      exchange.error(ApiError.of(ErrorCode.INVALID_FIELD, "the path is not UTF-8"));
    }
  }

  /** To the same place under its clean name; the body is what Go's server says to a browser. */
  private static void moved(HttpExchange exchange) {
    String query = exchange.query();
    String location =
        RequestPath.encode(RequestPath.clean(exchange.path()))
            + (query == null || query.isEmpty() ? "" : '?' + query);
    exchange.addLocation(location);
    String body = "";
    if (exchange.isGet() || exchange.method().equals("HEAD")) {
      exchange.addHeader(HTML);
      body = "<a href=\"" + escapeHtml(location) + "\">Moved Permanently</a>.\n\n";
    }
    exchange.send(301, ByteBuffer.wrap(body.getBytes(StandardCharsets.UTF_8)));
  }

  private static String escapeHtml(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&#34;")
        .replace("'", "&#39;");
  }

  @Override
  public void notFound(HttpExchange exchange) {
    if (exchange.path().equals("/v2") || exchange.path().startsWith("/v2/")) {
      clusterJson(exchange, 404, message("Not found")); // etcd's client reads nothing else
      return;
    }
    exchange.plainError(404, "404 page not found");
  }

  @Override
  public void methodNotAllowed(HttpExchange exchange, List<String> allowed) {
    exchange.addHeader("Allow", String.join(",", allowed));
    exchange.plainError(405, "Method Not Allowed");
  }

  @Override
  public void bodyTooLarge(HttpExchange exchange) {
    String cause = "a body may have at most " + bodyLimits.maxBytes() + " bytes";
    exchange.error(ApiError.of(ErrorCode.INVALID_FORM, cause).withHttpStatus(413));
  }

  @Override
  public void bodyTooSlow(HttpExchange exchange) {
    String cause = "the body must arrive within " + bodyLimits.timeoutMillis() + " ms";
    exchange.error(ApiError.of(ErrorCode.INVALID_FORM, cause).withHttpStatus(408));
  }

  @Override
  public Optional<ApiError> expected(Throwable failure) {
    if (failure instanceof BackendFailure.NotApplied) {
      return Optional.of(ApiError.of(ErrorCode.LEADER_ELECTION, failure.getMessage()));
    }
    if (failure instanceof BackendFailure.NoRoom) {
      return Optional.of(ApiError.of(ErrorCode.SPACE_EXCEEDED, failure.getMessage()));
    }
    return failure instanceof BackendFailure.OutcomeUnknown
        ? Optional.of(ApiError.of(ErrorCode.RAFT_INTERNAL, failure.getMessage()))
        : Optional.empty();
  }

  /** Adds the headers of an answer about keys. */
  void addKeyHeaders(HttpExchange exchange, long index) {
    exchange.addHeader(JSON);
    exchange.addHeader(clusterId());
    exchange.addHeader(etcdIndex.of(index));
    exchange.addHeader(raftIndex.of(backend.raftIndex()));
    exchange.addHeader(raftTerm.of(backend.raftTerm()));
  }

  /** Answers with JSON about the cluster, with its id. */
  void clusterJson(HttpExchange exchange, int status, JsonBytes body) {
    exchange.addHeader(clusterId());
    exchange.json(status, body);
  }

  /** The body of an error that is not about keys. */
  static JsonBytes message(String message) {
    return new JsonBytes(64).ascii("{\"message\":").string(message).raw('}');
  }

  private HttpField clusterId() {
    HttpField field = clusterId;
    if (field == null) {
      field = new PreEncodedHttpField("X-Etcd-Cluster-Id", HexId.text(backend.clusterId()));
      clusterId = field;
    }
    return field;
  }
}
