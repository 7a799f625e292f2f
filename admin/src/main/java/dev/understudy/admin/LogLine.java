package dev.understudy.admin;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.LayoutBase;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.Locale;
import java.util.TimeZone;

/**
 * A line of the log: the time, the level, the part of the program, the message, and below it the
 * trace of a bug. What strangers sent must neither move a terminal's cursor nor look like lines of
 * this log.
 */
final class LogLine extends LayoutBase<ILoggingEvent> {
  private static final String PROGRAM = "dev.understudy.";

  /** That of the longest words, {@code ERROR}, {@code DEBUG} and {@code TRACE}. */
  private static final int LEVEL_WIDTH = 5;

  /** Built from numbers alone: what knows the words of all languages takes long to load. */
  static final DateTimeFormatter TIME =
      new DateTimeFormatterBuilder()
          .append(DateTimeFormatter.ISO_LOCAL_DATE)
          .appendLiteral('T')
          .appendValue(ChronoField.HOUR_OF_DAY, 2)
          .appendLiteral(':')
          .appendValue(ChronoField.MINUTE_OF_HOUR, 2)
          .appendLiteral(':')
          .appendValue(ChronoField.SECOND_OF_MINUTE, 2)
          .appendFraction(ChronoField.NANO_OF_SECOND, 3, 3, true)
          .appendOffset("+HH:MM", "Z")
          .toFormatter(Locale.ROOT)
          .withZone(TimeZone.getDefault().toZoneId());

  private final OneLineMessage message = new OneLineMessage();
  private final SafeTrace trace = new SafeTrace();

  @Override
  public void start() {
    message.setContext(getContext());
    message.start();
    trace.setContext(getContext());
    trace.start();
    super.start();
  }

  @Override
  public String doLayout(ILoggingEvent event) {
    StringBuilder line = new StringBuilder(256);
    TIME.formatTo(Instant.ofEpochMilli(event.getTimeStamp()), line);
    String level = event.getLevel().toString();
    line.append(' ').append(level).append(" ".repeat(LEVEL_WIDTH + 1 - level.length()));
    return line.append(partOf(event.getLoggerName()))
        .append(": ")
        .append(message.convert(event))
        .append(System.lineSeparator())
        .append(trace.convert(event))
        .toString();
  }

  /**
   * The part of the program in a word: its package. Names of classes are for developers; a library
   * keeps its own.
   */
  static String partOf(String logger) {
    int end = logger.lastIndexOf('.');
    return logger.startsWith(PROGRAM) && end >= PROGRAM.length()
        ? logger.substring(logger.lastIndexOf('.', end - 1) + 1, end)
        : logger;
  }
}
