package dev.understudy.api.http;

import dev.understudy.clusterconfig.TerminalText;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.PreEncodedHttpField;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Keeps web pages away from a port that their visitor's browser can reach. A page of another origin
 * may read nothing, since no answer allows it (CORS), and writes nothing: its requests say where
 * they come from. One that has made its own name lead here (DNS rebinding) asks for a host that
 * this machine is not called by.
 *
 * <p>What is no browser sends no {@code Origin}, and is asked for nothing but the host ({@link
 * KnownHosts}).
 */
public final class BrowserGate extends Handler.Wrapper {
  /** In a list: any origin, or any host. */
  public static final String ANY = "*";

  private static final Set<String> SAFE_METHODS = Set.of("GET", "HEAD", "OPTIONS");
  private static final int MAX_SHOWN = 100;

  private static final HttpField HEADERS =
      new PreEncodedHttpField(
          "Access-Control-Allow-Headers", "accept, content-type, authorization");
  private static final HttpField METHODS =
      new PreEncodedHttpField("Access-Control-Allow-Methods", "POST, GET, OPTIONS, PUT, DELETE");
  private static final HttpField ANY_ORIGIN =
      new PreEncodedHttpField("Access-Control-Allow-Origin", ANY);
  private static final HttpField VARIES = new PreEncodedHttpField(HttpHeader.VARY, "Origin");

  private final Set<String> origins;
  private final KnownHosts hosts;

  /**
   * @param origins whose pages may read and write, as browsers write them ({@code
   *     https://ui.example}); {@link #ANY} for all
   * @param hosts that this port may be asked for by
   */
  public BrowserGate(Set<String> origins, KnownHosts hosts, Handler behind) {
    super(behind);
    this.origins = lowerCase(origins);
    this.hosts = hosts;
  }

  private static Set<String> lowerCase(Set<String> texts) {
    return texts.stream()
        .map(text -> text.toLowerCase(Locale.ROOT))
        .collect(Collectors.toUnmodifiableSet());
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    String host = Request.getServerName(request);
    if (host != null
        && !hosts.letIn(bare(host), request.getHttpURI().getPath(), request.getHeaders())) {
      refuse(
          request,
          response,
          callback,
          "this machine is not known as " + shown(host) + " (--host-whitelist)");
      return true;
    }
    String origin = request.getHeaders().get(HttpHeader.ORIGIN);
    boolean isAllowed = origins.contains(ANY) || origin != null && isListed(origin);
    if (origin != null
        && !isAllowed
        && !SAFE_METHODS.contains(request.getMethod())
        && !isOwn(origin, request)) {
      refuse(
          request,
          response,
          callback,
          "pages of " + shown(origin) + " may change nothing here (--cors)");
      return true;
    }
    return super.handle(
        request,
        isAllowed ? new ReadableResponse(request, response, allowing(origin)) : response,
        callback);
  }

  /** The origin that is told it may read. */
  private HttpField allowing(String origin) {
    return origins.contains(ANY)
        ? ANY_ORIGIN
        : new HttpField("Access-Control-Allow-Origin", origin);
  }

  private boolean isListed(String origin) {
    return !origins.isEmpty() && origins.contains(origin.toLowerCase(Locale.ROOT));
  }

  /**
   * In lower case, without the brackets of IPv6, and without the dot at the end of a whole name.
   */
  private static String bare(String host) {
    int end = host.endsWith("]") || host.endsWith(".") ? host.length() - 1 : host.length();
    return host.substring(host.startsWith("[") ? 1 : 0, end).toLowerCase(Locale.ROOT);
  }

  /** Whether the page is this port's own: the same host and port as are asked for. */
  private static boolean isOwn(String origin, Request request) {
    int at = origin.indexOf("://");
    return at > 0 && origin.substring(at + 3).equalsIgnoreCase(request.getHttpURI().getAuthority());
  }

  private static String shown(String text) {
    String whole = TerminalText.of(text);
    return '"' + (whole.length() > MAX_SHOWN ? whole.substring(0, MAX_SHOWN) + "…" : whole) + '"';
  }

  private static void refuse(Request request, Response response, Callback callback, String why) {
    HttpExchange exchange = new HttpExchange(request, response, callback, Dialect.PLAIN, "");
    exchange.closeAfterwards(); // there may be a body that nobody will read
    exchange.plainError(403, why);
  }

  /** Lets a page read the answer, whatever becomes of it. */
  private static final class ReadableResponse extends Response.Wrapper {
    private final HttpField allowed;

    ReadableResponse(Request request, Response response, HttpField allowed) {
      super(request, response);
      this.allowed = allowed;
      addHeaders();
    }

    private void addHeaders() {
      getHeaders().add(HEADERS).add(METHODS).add(allowed);
      if (!allowed.equals(ANY_ORIGIN)) {
        getHeaders().add(VARIES);
      }
    }

    @Override
    public void reset() {
      super.reset();
      addHeaders();
    }
  }
}
