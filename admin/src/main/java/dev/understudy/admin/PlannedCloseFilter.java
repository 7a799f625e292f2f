package dev.understudy.admin;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.FilterReply;

/**
 * Drops the line that Jetty writes when it is stopped while one of its threads is about to wait for
 * connections: that thread finds its selector closed, which is what stopping does. A selector that
 * fails while it should run is reported in other words, and passes.
 */
public final class PlannedCloseFilter extends Filter<ILoggingEvent> {
  private static final String SELECTOR = "org.eclipse.jetty.io.ManagedSelector";

  /** Written by a selector that is no longer to run, and by no other. */
  private static final String STOPPED = "select() failure {}";

  @Override
  public FilterReply decide(ILoggingEvent event) {
    return event.getLoggerName().equals(SELECTOR) && STOPPED.equals(event.getMessage())
        ? FilterReply.DENY
        : FilterReply.NEUTRAL;
  }
}
