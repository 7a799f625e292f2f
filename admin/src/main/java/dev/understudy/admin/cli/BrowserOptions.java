package dev.understudy.admin.cli;

import dev.understudy.api.http.BrowserGate;
import dev.understudy.clusterconfig.Host;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads which web pages a machine lets in. */
final class BrowserOptions {
  /** As a browser writes an origin: no path, not even a slash. */
  private static final Pattern ORIGIN = Pattern.compile("[a-z][a-z0-9+.-]*://[^/\\s,?#@]+");

  private BrowserOptions() {}

  static Browsers read(GivenOptions given) throws UsageException {
    Set<String> origins = new LinkedHashSet<>();
    for (String origin : list(given, Flag.CORS)) {
      origins.add(origin(given, origin));
    }
    Set<String> hosts = new LinkedHashSet<>();
    for (String host : list(given, Flag.HOST_WHITELIST)) {
      hosts.add(host(given, host));
    }
    return new Browsers(origins, hosts);
  }

  private static String origin(GivenOptions given, String text) throws UsageException {
    String origin = text.toLowerCase(Locale.ROOT).replaceFirst("/$", "");
    if (!origin.equals(BrowserGate.ANY) && !ORIGIN.matcher(origin).matches()) {
      throw new UsageException(
          given.as(Flag.CORS.word())
              + " needs origins like https://ui.example:8080, or *, not \""
              + text
              + "\"");
    }
    return origin;
  }

  private static String host(GivenOptions given, String text) throws UsageException {
    boolean isBracketed = text.startsWith("[") && text.endsWith("]");
    String bare = isBracketed ? text.substring(1, text.length() - 1) : text;
    try {
      return text.equals(BrowserGate.ANY) ? text : Host.parse(bare).text();
    } catch (IllegalArgumentException e) {
      throw new UsageException(
          given.as(Flag.HOST_WHITELIST.word())
              + " needs hosts without ports, or *, not \""
              + text
              + "\": "
              + e.getMessage());
    }
  }

  private static Set<String> list(GivenOptions given, Flag flag) {
    Set<String> parts = new LinkedHashSet<>();
    Arrays.stream(given.text(flag.word()).orElse("").split(","))
        .map(String::strip)
        .filter(part -> !part.isEmpty())
        .forEach(parts::add);
    return parts;
  }
}
