package dev.understudy.api.http;

import dev.understudy.clusterconfig.GoDuration;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How long a read under {@code /v1} may wait before it is answered at all. */
public final class BlockingTime {
  /** A part of the wait; a crowd that began to wait together shall not come back together. */
  public static final long JITTER = 16;

  private static final long USUAL_MILLIS = 5 * 60_000;
  private static final long LONGEST_MILLIS = 10 * 60_000;

  private static final Pattern INDEX = Pattern.compile("(?:^|&)index=(?!0*(?:&|$))");
  private static final Pattern WAIT = Pattern.compile("(?:^|&)wait=([^&]*)");

  private BlockingTime() {}

  /** What is made of a wait that was asked for, in milliseconds; 0 asks for the usual one. */
  public static long granted(long millis) {
    return millis == 0 ? USUAL_MILLIS : Math.min(LONGEST_MILLIS, millis);
  }

  /**
   * The longest time that a request may wait, in milliseconds, its jitter included; 0 when it does
   * not wait. What will be answered with an error may be granted time as well.
   */
  public static long atMostMillis(HttpExchange exchange) {
    String target = exchange.pathQuery();
    boolean mayBlock = exchange.isGet() && target != null && target.startsWith("/v1/");
    return mayBlock && exchange.query() != null ? atMostMillis(exchange.query()) : 0;
  }

  static long atMostMillis(String query) {
    if (!INDEX.matcher(query).find()) {
      return 0;
    }
    Matcher wait = WAIT.matcher(query);
    OptionalLong asked = wait.find() ? GoDuration.parseMillis(wait.group(1)) : OptionalLong.empty();
    long millis = granted(asked.orElse(0));
    return millis + millis / JITTER;
  }
}
