package dev.understudy.admin;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.AsyncAppender;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.channels.ClosedSelectorException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class LoggingTest {
  /** Jetty's lines, too, and the trace of a bug: one place makes every line. */
  @Test
  void whatStrangersSendStaysInItsLineOfTheLog() {
    PrintStream before = System.err;
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
    LoggerContext context = configured();
    try {
      context
          .getLogger("org.eclipse.jetty.Any")
          .warn(
              "said {}",
              "\u001b[2J\n2026-01-01 INFO forged \u202e\u009b31m",
              new IllegalStateException("and \u2028 \u001b[1m"));
      context.getLogger("org.eclipse.jetty.Any").warn("long {}", "x".repeat(20_000));
      context.getLogger("org.eclipse.jetty.util.HostPort").warn("Bad Authority: [\"(]");
      context.getLogger("org.eclipse.jetty.http.HttpParser").warn("Encountered multiple headers");
      context.stop(); // writes what waits
    } finally {
      System.setErr(before);
    }
    String[] lines = err.toString(StandardCharsets.UTF_8).split("\\R");
    assertThat(lines[0])
        .matches("\\d{4}-\\d\\d-\\d\\dT[0-9:]{8}\\.\\d{3}(Z|[+-]\\d\\d:\\d\\d) WARN  .*")
        .contains(" WARN  org.eclipse.jetty.Any: ")
        .endsWith("said {U+001B}[2J{U+000A}2026-01-01 INFO forged {U+202E}{U+009B}31m");
    assertThat(lines[1]).isEqualTo("java.lang.IllegalStateException: and {U+2028} {U+001B}[1m");
    assertThat(lines).hasSizeGreaterThan(3);
    assertThat(lines[2]).startsWith("\tat ");
    assertThat(lines[lines.length - 1]).contains("long xxx").endsWith("x…").hasSizeLessThan(4_200);
  }

  @Test
  void aLineNamesThePartOfTheProgramInAWord() {
    assertThat(LogLine.partOf("dev.understudy.peer.driver.Driver")).isEqualTo("driver");
    assertThat(LogLine.partOf("dev.understudy.wal.Wal$Part")).isEqualTo("wal");
    assertThat(LogLine.partOf("org.eclipse.jetty.server.Server"))
        .isEqualTo("org.eclipse.jetty.server.Server");
    assertThat(LogLine.partOf("ROOT")).isEqualTo("ROOT");
  }

  /**
   * Jetty's own words: the first of a selector that stops, the second of one that runs; and of a
   * pool that was stopped because not all of its threads could be started.
   */
  @Test
  void aStopIsNoFailureButAFailedSelectorIsOne() {
    PrintStream before = System.err;
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
    LoggerContext context = configured();
    try {
      Logger selector = context.getLogger("org.eclipse.jetty.io.ManagedSelector");
      selector.warn("select() failure {}", new ClosedSelectorException().toString());
      selector.warn("Fatal select() failure", new IOException("too many open files"));
      Logger pool = context.getLogger("org.eclipse.jetty.util.thread.QueuedThreadPool");
      pool.warn("Couldn't stop {}{}", "Thread[client-17]", "");
      pool.warn("Job failed");
      context.stop(); // writes what waits
    } finally {
      System.setErr(before);
    }
    assertThat(err.toString(StandardCharsets.UTF_8))
        .doesNotContain("ClosedSelectorException", "Thread[client-17]")
        .contains("Fatal select() failure", "too many open files", "Job failed");
  }

  /**
   * A full pipe behind standard error once kept a machine from starting, and would stop a leader.
   */
  @Test
  void nobodyWaitsForWhoeverReadsTheLog() {
    LoggerContext context = configured();
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

  private static LoggerContext configured() {
    LoggerContext context = new LoggerContext();
    context.setMDCAdapter(new LogbackMDCAdapter());
    assertThat(new LogConfigurator().configure(context))
        .isEqualTo(Configurator.ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY);
    return context;
  }
}
