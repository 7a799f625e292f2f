package dev.understudy.admin;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxy;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.FilterReply;
import dev.understudy.clusterconfig.FatalErrors;
import java.io.PrintStream;
import java.util.Iterator;
import java.util.function.IntConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the process with one line when memory or threads are exhausted, whichever thread it hits:
 * those of our own that no code catches, those where ours catches everything, and those of
 * libraries, which catch and log.
 */
final class FatalErrorEnd {
  private static final Logger LOG = LoggerFactory.getLogger(FatalErrorEnd.class);

  static final int CODE = 1;

  private final PrintStream err;
  private final IntConsumer halt;

  /**
   * @param halt ends the process at once, without hooks
   */
  FatalErrorEnd(PrintStream err, IntConsumer halt) {
    this.err = err;
    this.halt = halt;
  }

  /** From here on; for the whole process. */
  void install() {
    FatalErrors.endWith(this::end);
    Thread.setDefaultUncaughtExceptionHandler(this::uncaught);
    if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
      Iterator<Appender<ILoggingEvent>> appenders =
          context.getLogger(Logger.ROOT_LOGGER_NAME).iteratorForAppenders();
      appenders.forEachRemaining(appender -> appender.addFilter(new InLog()));
    }
  }

  /** Nothing here needs memory that could be short, but for the line, which may fail. */
  private void end(Throwable error) {
    try {
      err.println("understudy: " + error + "; this machine cannot go on");
    } finally {
      halt.accept(CODE);
    }
  }

  private void uncaught(Thread thread, Throwable error) {
    if (error instanceof Error) {
      end(error);
    } else {
      LOG.error("the thread {} has failed, this is a bug", thread.getName(), error);
    }
  }

  /** What a library caught and logs. */
  private static final class InLog extends Filter<ILoggingEvent> {
    @Override
    public FilterReply decide(ILoggingEvent event) {
      if (event.getThrowableProxy() instanceof ThrowableProxy logged) {
        FatalErrors.check(logged.getThrowable());
      }
      return FilterReply.NEUTRAL;
    }
  }
}
