package dev.understudy.admin;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import dev.understudy.admin.cli.LogFormat;
import org.slf4j.LoggerFactory;

/** How much the log tells; where it goes (standard error) says {@link LogConfigurator}. */
final class Logging {
  private Logging() {}

  /**
   * What the libraries say below a warning is never of use to an operator.
   *
   * @param verbosity 0 for what an operator wants to see; 1 for configuration, membership,
   *     elections and snapshots too; 2 for requests and messages as well
   * @param format of each line from now on
   */
  static void configure(int verbosity, LogFormat format) {
    if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
      LogConfigurator.write(context, format);
    }
    level(
        "dev.understudy", verbosity == 0 ? Level.INFO : verbosity == 1 ? Level.DEBUG : Level.TRACE);
    level(Logger.ROOT_LOGGER_NAME, Level.WARN);
  }

  /**
   * Writes out what still waits, for a second at most; nothing is logged any more afterwards. For
   * the end of the process.
   */
  static void flush() {
    if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
      context.stop();
    }
  }

  private static void level(String logger, Level level) {
    if (LoggerFactory.getLogger(logger) instanceof Logger logback) {
      logback.setLevel(level);
    }
  }
}
