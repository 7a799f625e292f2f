package dev.understudy.admin;

import ch.qos.logback.classic.AsyncAppender;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.Layout;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import ch.qos.logback.core.joran.spi.ConsoleTarget;
import ch.qos.logback.core.spi.ContextAwareBase;
import ch.qos.logback.core.status.NopStatusListener;
import dev.understudy.admin.cli.LogFormat;
import java.nio.charset.StandardCharsets;

/**
 * Where the log goes, and that it never holds anybody up. Code and no logback.xml, because reading
 * that took a tenth of a start. Logback finds this class as a service; a file that is named by
 * {@code -Dlogback.configurationFile}, or a logback-test.xml, comes before it.
 */
public final class LogConfigurator extends ContextAwareBase implements Configurator {
  private static final int QUEUE_LENGTH = 4096;
  private static final String UNHURRIED = "UNHURRIED";
  private static final String STANDARD_ERROR = "STDERR";

  /** Called by logback. */
  public LogConfigurator() {}

  @Override
  public ExecutionStatus configure(LoggerContext context) {
    if (System.getProperty("logback.configurationFile") != null
        || LogConfigurator.class.getResource("/logback-test.xml") != null) {
      return ExecutionStatus.INVOKE_NEXT_IF_ANY;
    }
    // Logback says nothing about itself: standard output belongs to the ready line.
    context.getStatusManager().add(new NopStatusListener());
    // The client is answered 4xx; these would log what it sent, once for each request.
    context.getLogger("org.eclipse.jetty.util.HostPort").setLevel(Level.OFF);
    context.getLogger("org.eclipse.jetty.http.HttpParser").setLevel(Level.OFF);
    Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
    root.setLevel(Level.WARN);
    root.addAppender(unhurried(context));
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }

  /**
   * Whoever logs must never wait for whoever reads: a full pipe behind standard error would hold up
   * consensus. What finds no room is dropped. {@link Logging#flush} writes out the rest at the end.
   */
  private static AsyncAppender unhurried(LoggerContext context) {
    AsyncAppender appender = new AsyncAppender();
    appender.setContext(context);
    appender.setName(UNHURRIED);
    appender.setQueueSize(QUEUE_LENGTH);
    appender.setDiscardingThreshold(0);
    appender.setNeverBlock(true);
    PlannedCloseFilter filter = new PlannedCloseFilter(); // a stop is no failure, whenever it comes
    filter.setContext(context);
    filter.start();
    appender.addFilter(filter);
    appender.addAppender(standardError(context));
    appender.start();
    return appender;
  }

  /**
   * Has each line be written that way from now on, where this class has configured the log. What
   * waits to be written may still be written the other way.
   */
  static void write(LoggerContext context, LogFormat format) {
    Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
    if (root.getAppender(UNHURRIED) instanceof AsyncAppender unhurried
        && unhurried.getAppender(STANDARD_ERROR) instanceof ConsoleAppender<ILoggingEvent> out) {
      out.setEncoder(encoder(context, format == LogFormat.JSON ? new JsonLine() : new LogLine()));
    }
  }

  private static LayoutWrappingEncoder<ILoggingEvent> encoder(
      LoggerContext context, Layout<ILoggingEvent> line) {
    line.setContext(context);
    line.start();
    LayoutWrappingEncoder<ILoggingEvent> encoder = new LayoutWrappingEncoder<>();
    encoder.setContext(context);
    encoder.setCharset(StandardCharsets.UTF_8);
    encoder.setLayout(line);
    encoder.start();
    return encoder;
  }

  private static ConsoleAppender<ILoggingEvent> standardError(LoggerContext context) {
    LogLine line = new LogLine();
    LayoutWrappingEncoder<ILoggingEvent> encoder = encoder(context, line);
    ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
    appender.setContext(context);
    appender.setName(STANDARD_ERROR);
    appender.setTarget(ConsoleTarget.SystemErr.getName());
    appender.setEncoder(encoder);
    appender.start();
    return appender;
  }
}
