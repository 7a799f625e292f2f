package dev.understudy.admin;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.understudy.clusterconfig.FatalErrors;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class FatalErrorEndTest {
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final List<Integer> codes = new ArrayList<>();

  @AfterEach
  void uninstall() {
    Thread.setDefaultUncaughtExceptionHandler(null);
    FatalErrors.endWith(error -> {});
  }

  @Test
  void anErrorInAnyThreadEndsTheProcessWithOneLine() throws InterruptedException {
    new FatalErrorEnd(new PrintStream(err, true, StandardCharsets.UTF_8), codes::add).install();
    Thread thread =
        new Thread(
            () -> {
              throw new OutOfMemoryError("Java heap space");
            });
    thread.start();
    thread.join();
    assertThat(codes).containsExactly(1);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .isEqualTo(
            "understudy: the memory is used up; give the process more heap (java -Xmx…) or it less"
                + " to keep; this machine cannot go on"
                + System.lineSeparator());
  }

  @Test
  void theLineIsWrittenAgainWhenMemoryLacksForItToo() {
    AtomicInteger refusals = new AtomicInteger(3);
    OutputStream poor =
        new OutputStream() {
          @Override
          public void write(int b) {
            throw new UnsupportedOperationException();
          }

          @Override
          public void write(byte[] line, int from, int length) {
            if (refusals.decrementAndGet() >= 0) {
              throw new OutOfMemoryError("Java heap space");
            }
            err.write(line, from, length);
          }
        };
    new FatalErrorEnd(new PrintStream(poor, true, StandardCharsets.UTF_8), codes::add).install();
    FatalErrors.check(new OutOfMemoryError("Java heap space"));
    assertThat(codes).containsExactly(1);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .startsWith("understudy: the memory is used up")
        .hasLineCount(1);
  }

  @Test
  void manyErrorsAtOnceAreOneLine() {
    new FatalErrorEnd(new PrintStream(err, true, StandardCharsets.UTF_8), codes::add).install();
    OutOfMemoryError threads = new OutOfMemoryError("unable to create native thread: possibly");
    FatalErrors.check(new IllegalStateException("wrapped", threads));
    FatalErrors.check(new OutOfMemoryError("Java heap space"));
    assertThat(codes).containsExactly(1);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .startsWith("understudy: no further thread can be started")
        .hasLineCount(1);
  }

  @Test
  void theNamesOfOtherErrorsAreLeftOutToo() {
    new FatalErrorEnd(new PrintStream(err, true, StandardCharsets.UTF_8), codes::add).install();
    FatalErrors.check(new InternalError("a fault in a mapped file"));
    assertThat(err.toString(StandardCharsets.UTF_8))
        .isEqualTo(
            "understudy: the Java virtual machine has failed: a fault in a mapped file; this"
                + " machine cannot go on"
                + System.lineSeparator());
  }

  @Test
  void whatALibraryCatchesAndLogsEndsItToo() {
    new FatalErrorEnd(new PrintStream(err, true, StandardCharsets.UTF_8), codes::add).install();
    LoggerFactory.getLogger("org.eclipse.jetty.Any").warn("caught", new OutOfMemoryError("x"));
    assertThat(codes).contains(1);
  }

  /** The line is written past the log, of which more may come until the process has ended. */
  @Test
  void whatIsLoggedOfSuchAnErrorIsNoLineOfItsOwn() {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
    ListAppender<ILoggingEvent> lines = new ListAppender<>();
    lines.setContext(context);
    lines.start();
    root.addAppender(lines);
    try {
      new FatalErrorEnd(new PrintStream(err, true, StandardCharsets.UTF_8), codes::add).install();
      root.error("a log has failed", new IOException(new OutOfMemoryError("no thread")));
      root.error("a disk has failed", new IOException("no space"));
    } finally {
      root.detachAppender(lines);
    }
    assertThat(lines.list)
        .extracting(ILoggingEvent::getMessage)
        .containsExactly("a disk has failed");
  }
}
