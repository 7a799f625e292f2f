package dev.understudy.admin;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.AsyncAppender;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.understudy.admin.cli.LogFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.channels.ClosedSelectorException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
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
  void aLineMayBeAnObjectThatSaysTheSame() {
    PrintStream before = System.err;
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
    LoggerContext context = configured();
    try {
      LogConfigurator.write(context, LogFormat.JSON);
      Logger logger = context.getLogger("dev.understudy.peer.Any");
      logger.info("below what the root lets through");
      logger
          .atWarn()
          .setCause(new IllegalStateException("two\nlines"))
          .addKeyValue("status", 503)
          .addKeyValue("path", "/a\u009b\"")
          .log("said {}", "\u001b[2J\"\n");
      logger.warn("plain");
      context.stop(); // writes what waits
    } finally {
      System.setErr(before);
    }
    String[] lines = err.toString(StandardCharsets.UTF_8).split("\\R");
    assertThat(lines).hasSize(2);
    JsonObject first = JsonParser.parseString(lines[0]).getAsJsonObject();
    assertThat(first.keySet())
        .containsExactly("time", "level", "part", "thread", "message", "status", "path", "trace");
    assertThat(Instant.parse(first.get("time").getAsString())).isAfter(Instant.EPOCH);
    assertThat(first.get("level").getAsString()).isEqualTo("WARN");
    assertThat(first.get("part").getAsString()).isEqualTo("peer");
    assertThat(first.get("thread").getAsString()).isEqualTo(Thread.currentThread().getName());
    assertThat(first.get("message").getAsString()).isEqualTo("said {U+001B}[2J\"{U+000A}");
    assertThat(first.get("status").getAsInt()).isEqualTo(503);
    assertThat(first.get("path").getAsString()).isEqualTo("/a{U+009B}\"");
    assertThat(first.get("trace").getAsString()).contains("IllegalStateException: two", "\tat ");
    assertThat(JsonParser.parseString(lines[1]).getAsJsonObject().keySet())
        .containsExactly("time", "level", "part", "thread", "message");
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
