package dev.understudy.peer;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import org.slf4j.LoggerFactory;

/** Keeps what one class, or all beneath a name, write to the log, in place of where it would go. */
public final class LogCapture implements AutoCloseable {
  private final Logger logger;
  private final Level levelBefore;
  private final ListAppender<ILoggingEvent> appender = new ListAppender<>();

  /** Keeps lines of that level and above. */
  public LogCapture(Class<?> type, Level level) {
    this(type.getName(), level);
  }

  /** Keeps lines of that level and above, of all loggers whose names begin so. */
  public LogCapture(String name, Level level) {
    logger = (Logger) LoggerFactory.getLogger(name);
    levelBefore = logger.getLevel();
    logger.setLevel(level);
    logger.setAdditive(false);
    appender.start();
    logger.addAppender(appender);
  }

  /** Everything so far, each line with its level before it. Any thread may write meanwhile. */
  public List<String> lines() {
    List<ILoggingEvent> events;
    synchronized (appender) { // as it does when it adds one
      events = List.copyOf(appender.list);
    }
    return events.stream()
        .map(event -> event.getLevel() + " " + event.getFormattedMessage())
        .toList();
  }

  @Override
  public void close() {
    logger.detachAppender(appender);
    logger.setAdditive(true);
    logger.setLevel(levelBefore);
  }
}
