package dev.understudy.admin;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.FilterReply;
import java.util.Map;

/**
 * Drops lines that Jetty writes about what stopping does, by their logger and how they begin.
 *
 * <p>One is of a thread that is about to wait for connections when its selector is closed. A
 * selector that fails while it should run is reported in other words, and passes. The other is of
 * threads that a pool stops waiting for. Pools end with the process only, or where it cannot start
 * because the system allows it no further thread, and that has a line of its own.
 */
public final class PlannedCloseFilter extends Filter<ILoggingEvent> {
  private static final Map<String, String> BEGINNINGS =
      Map.of(
          "org.eclipse.jetty.io.ManagedSelector", "select() failure {}",
          "org.eclipse.jetty.util.thread.QueuedThreadPool", "Couldn't stop {}");

  @Override
  public FilterReply decide(ILoggingEvent event) {
    String beginning = BEGINNINGS.get(event.getLoggerName());
    return beginning != null && event.getMessage().startsWith(beginning)
        ? FilterReply.DENY
        : FilterReply.NEUTRAL;
  }
}
