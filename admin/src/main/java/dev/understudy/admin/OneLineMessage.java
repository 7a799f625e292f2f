package dev.understudy.admin;

import ch.qos.logback.classic.pattern.MessageConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import dev.understudy.clusterconfig.TerminalText;

/**
 * The message of a line of the log, whoever logs it: names, paths and reasons in it come from
 * strangers, too.
 */
public final class OneLineMessage extends MessageConverter {
  /** More than any line of ours has. */
  private static final int MAX_CHARS = 4_000;

  @Override
  public String convert(ILoggingEvent event) {
    String message = super.convert(event);
    return message.length() <= MAX_CHARS
        ? TerminalText.of(message)
        : TerminalText.of(message.substring(0, MAX_CHARS)) + "…";
  }
}
