package dev.understudy.admin;

import ch.qos.logback.classic.pattern.MessageConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import dev.understudy.clusterconfig.TerminalText;

/**
 * The message of a line of the log, whoever logs it: names, paths and reasons in it come from
 * strangers, too.
 */
public final class OneLineMessage extends MessageConverter {
  @Override
  public String convert(ILoggingEvent event) {
    return TerminalText.of(super.convert(event));
  }
}
