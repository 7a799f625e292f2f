package dev.understudy.api.dashboard;

import dev.understudy.api.http.HttpExchange;
import dev.understudy.api.http.Route;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.PreEncodedHttpField;

/**
 * The files of the page, which are in the jar and the same for everybody. Only what is named here
 * is answered, so no path leads out of them. Each is read when it is first asked for; for any
 * thread.
 */
public final class DashboardPage {
  /** Where the page asks what only the page needs. */
  public static final String DATA = "/dashboard/data";

  private static final String PAGE = "index.html";

  static final Set<String> FILES =
      Set.of(
          PAGE,
          "api.js",
          "dom.js",
          "icon.svg",
          "keys.js",
          "locks.js",
          "main.js",
          "overview.js",
          "panels.css",
          "plots.js",
          "seats.js",
          "settings.js",
          "style.css",
          "theme.js",
          "timeline.js",
          "tree.js");

  private static final List<HttpField> GUARDS =
      List.of(
          new PreEncodedHttpField(
              "Content-Security-Policy",
              "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
                  + " img-src 'self' data:; base-uri 'none'; form-action 'none';"
                  + " frame-ancestors 'none'"),
          new PreEncodedHttpField("X-Content-Type-Options", "nosniff"),
          new PreEncodedHttpField("Referrer-Policy", "no-referrer"),
          new PreEncodedHttpField("Cross-Origin-Opener-Policy", "same-origin"),
          new PreEncodedHttpField("Cross-Origin-Resource-Policy", "same-origin"),
          new PreEncodedHttpField(HttpHeader.CACHE_CONTROL, "no-cache"));

  private final Map<String, DashboardFile> files = new ConcurrentHashMap<>();

  /** Where the files are. */
  public List<Route> routes() {
    return List.of(
        Route.at("/dashboard").on(exchange -> answer(exchange, PAGE), "GET", "HEAD"),
        Route.at("/dashboard/").on(exchange -> answer(exchange, PAGE), "GET", "HEAD"),
        Route.at("/dashboard/*")
            .on(exchange -> answer(exchange, exchange.wildcard()), "GET", "HEAD"));
  }

  private void answer(HttpExchange exchange, String name) {
    if (!FILES.contains(name)) {
      exchange.plainError(404, "404 page not found");
      return;
    }
    DashboardFile file = files.computeIfAbsent(name, DashboardFile::load);
    GUARDS.forEach(exchange::addHeader);
    exchange.addHeader(file.tag());
    if (file.isHeldBy(exchange.header(HttpHeader.IF_NONE_MATCH))) {
      exchange.send(304, ByteBuffer.allocate(0));
    } else {
      exchange.addHeader(file.type());
      exchange.send(200, file.content());
    }
  }

  /**
   * The answer to {@code /dashboard/data/machine}: which machine a page came from.
   *
   * @param mode peer or standby
   */
  public static String machineJson(String name, String mode, String version) {
    return DashboardJson.machine(name, mode, version);
  }
}
