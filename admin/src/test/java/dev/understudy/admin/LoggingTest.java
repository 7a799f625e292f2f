package dev.understudy.admin;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.AsyncAppender;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.core.joran.spi.JoranException;
import java.io.IOException;
import java.io.InputStream;
import org.junit.jupiter.api.Test;

class LoggingTest {
  /**
   * A full pipe behind standard error once kept a machine from starting, and would stop a leader.
   */
  @Test
  void nobodyWaitsForWhoeverReadsTheLog() throws IOException, JoranException {
    LoggerContext context = new LoggerContext();
    JoranConfigurator configurator = new JoranConfigurator();
    configurator.setContext(context);
    try (InputStream configuration = Main.class.getResourceAsStream("/logback.xml")) {
      configurator.doConfigure(configuration);
    }
    try {
      Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
      assertThat(root.iteratorForAppenders())
          .toIterable()
          .singleElement()
          .isInstanceOfSatisfying(
              AsyncAppender.class, appender -> assertThat(appender.isNeverBlock()).isTrue());
    } finally {
      context.stop();
    }
  }
}
