package dev.understudy.api.http;

import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.NanoTime;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which requests to a port are named in the log. A server has it as an attribute, since a port
 * outlives what answers on it.
 *
 * @param slowMillis from a request's arrival, its body too, to the beginning of its answer; one
 *     that takes longer is logged, unless it waits for something by its nature
 * @param everyRequest whether the port logs each request anyway, so that each answer has its id
 * @param lines how many slow requests are logged: when a disk stands still, all are slow
 */
public record RequestTracing(long slowMillis, boolean everyRequest, LineBudget lines) {
  private static final Logger LOG = LoggerFactory.getLogger(RequestTracing.class);

  /** Nothing is logged. */
  private static final RequestTracing NONE = new RequestTracing(Long.MAX_VALUE, false);

  private static final String ATTRIBUTE = RequestTracing.class.getName();

  private static final int MAX_LINES_A_SECOND = 20;
  private static final int MAX_LOGGED_CHARS = 200;
  private static final int FIRST_ERROR = 400;

  public RequestTracing(long slowMillis, boolean everyRequest) {
    this(slowMillis, everyRequest, new LineBudget(MAX_LINES_A_SECOND, NanoTime::now));
  }

  /** Has a port do it. Before it is opened. */
  public void install(Server port) {
    port.setAttribute(ATTRIBUTE, this);
  }

  /**
   * An answer begins. It has the id of its request where its client sent one, where it is an error,
   * and where the log names it, which it does here if it was slow; to make one for each would cost
   * more than it is worth.
   */
  static void answering(HttpExchange exchange, int status) {
    boolean isNamed = of(exchange.request()).names(exchange, status);
    if (isNamed
        || status >= FIRST_ERROR
        || exchange.hasRequestId()
        || RequestId.given(exchange.request().getHeaders()) != null) {
      exchange.response().getHeaders().put(RequestId.HEADER, exchange.requestId());
    }
  }

  /** Since then it has waited for nothing but this server: a slow upload makes none slow. */
  static long nanosSinceArrival(HttpExchange exchange) {
    long arrived = exchange.arrivedNanos;
    return NanoTime.since(arrived == 0 ? exchange.request().getHeadersNanoTime() : arrived);
  }

  private static RequestTracing of(Request request) {
    Server server = request.getConnectionMetaData().getConnector().getServer();
    return server.getAttribute(ATTRIBUTE) instanceof RequestTracing tracing ? tracing : NONE;
  }

  /** Whether the log names it, which it does at once if it was slow and there is room for it. */
  private boolean names(HttpExchange exchange, int status) {
    long millis = TimeUnit.NANOSECONDS.toMillis(nanosSinceArrival(exchange));
    if (millis < slowMillis || exchange.waits()) {
      return everyRequest;
    }
    OptionalLong unsaid = lines.take();
    if (unsaid.isEmpty()) {
      return everyRequest;
    }
    String method = shown(exchange.method());
    String path = shown(exchange.request().getHttpURI().getPath());
    LOG.atWarn()
        .addKeyValue("requestId", exchange.requestId())
        .addKeyValue("method", method)
        .addKeyValue("path", path)
        .addKeyValue("status", status)
        .addKeyValue("durationMillis", millis)
        .addKeyValue("from", exchange.remoteAddress())
        .log(
            "slow request {}: {} {} from {}, {} after {} ms{}",
            exchange.requestId(),
            method,
            path,
            exchange.remoteAddress(),
            status,
            millis,
            unsaid.getAsLong() == 0 ? "" : " (" + unsaid.getAsLong() + " more before it)");
    return true;
  }

  /** Logs what went wrong; its client is told no more than the id by which this line is found. */
  static void bug(HttpExchange exchange, Throwable bug) {
    LOG.atError()
        .setCause(bug)
        .addKeyValue("requestId", exchange.requestId())
        .log(
            "{} {} failed, this is a bug (request {})",
            exchange.method(),
            shown(exchange.request().getHttpURI().getPath()),
            exchange.requestId());
  }

  /** Not the query, which may hold a value; and no more than a line can hold. */
  private static String shown(String text) {
    return text == null
        ? ""
        : text.length() <= MAX_LOGGED_CHARS ? text : text.substring(0, MAX_LOGGED_CHARS) + "…";
  }
}
