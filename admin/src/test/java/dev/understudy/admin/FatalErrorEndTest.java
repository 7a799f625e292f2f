package dev.understudy.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.clusterconfig.FatalErrors;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
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
}
