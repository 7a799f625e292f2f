package dev.understudy.admin;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxy;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.FilterReply;
import dev.understudy.clusterconfig.FailureText;
import dev.understudy.clusterconfig.FatalErrors;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the process with one line when memory or threads are exhausted, whichever thread it hits:
 * those of our own that no code catches, those where ours catches everything, and those of
 * libraries, which catch and log.
 */
final class FatalErrorEnd {
  private static final Logger LOG = LoggerFactory.getLogger(FatalErrorEnd.class);

  static final int CODE = 1;

  /** Made beforehand: when they are needed, nothing can be made. */
  private static final byte[] NO_MEMORY =
      line("the memory is used up; give the process more heap (java -Xmx…) or it less to keep");

  private static final byte[] NO_THREADS =
      line("no further thread can be started; the system allows the process too few");

  /** Freed before the line is written, so that there is memory for it; other threads take some. */
  private static final int RESERVE_BYTES = 4 << 20;

  private static final int MAX_ATTEMPTS = 100;

  private final PrintStream err;
  private final IntConsumer halt;
  private final AtomicBoolean ending = new AtomicBoolean();
  private final AtomicReference<byte[]> reserve = new AtomicReference<>(new byte[RESERVE_BYTES]);

  /**
   * @param halt ends the process at once, without hooks
   */
  FatalErrorEnd(PrintStream err, IntConsumer halt) {
    this.err = err;
    this.halt = halt;
  }

  private static byte[] line(String why) {
    return ("understudy: " + why + "; this machine cannot go on" + System.lineSeparator())
        .getBytes(StandardCharsets.UTF_8);
  }

  /** From here on; for the whole process. */
  void install() {
    FatalErrors.endWith(this::end);
    Thread.setDefaultUncaughtExceptionHandler(this::uncaught);
    if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
      Iterator<Appender<ILoggingEvent>> appenders =
          context.getLogger(Logger.ROOT_LOGGER_NAME).iteratorForAppenders();
      appenders.forEachRemaining(appender -> appender.addFilter(new InLog()));
    }
  }

  /** Many threads may come here at once; one writes, and whoever writes ends the process. */
  private void end(Throwable error) {
    if (!ending.compareAndSet(false, true)) {
      return;
    }
    reserve.set(null);
    try {
      for (int attempt = 0; !written(error) && attempt < MAX_ATTEMPTS; attempt++) {
        Thread.yield();
      }
    } finally {
      halt.accept(CODE);
    }
  }

  /** Whether the line is out; writing it may fail by the want of memory that it tells of. */
  private boolean written(Throwable error) {
    try {
      byte[] line = lineOf(error);
      err.write(line, 0, line.length);
      err.flush();
      return true;
    } catch (OutOfMemoryError again) {
      return false;
    }
  }

  private static byte[] lineOf(Throwable error) {
    VirtualMachineError cause = FatalErrors.fatalOrNull(error);
    if (cause instanceof OutOfMemoryError) {
      // "unable to create native thread" and the like; every other one is of some memory.
      String message = cause.getMessage();
      return message != null && message.contains("thread") ? NO_THREADS : NO_MEMORY;
    }
    return line(
        cause != null
            ? "the Java virtual machine has failed: " + FailureText.of(cause)
            : "a bug: " + FailureText.of(error));
  }

  private void uncaught(Thread thread, Throwable error) {
    if (error instanceof Error) {
      end(error);
    } else {
      LOG.error("the thread {} has failed, this is a bug", thread.getName(), error);
    }
  }

  /** What a library caught and logs. */
  private static final class InLog extends Filter<ILoggingEvent> {
    @Override
    public FilterReply decide(ILoggingEvent event) {
      if (event.getThrowableProxy() instanceof ThrowableProxy logged
          && FatalErrors.isFatal(logged.getThrowable())) {
        FatalErrors.check(logged.getThrowable());
        return FilterReply.DENY; // one line tells it, however many threads it hits
      }
      return FilterReply.NEUTRAL;
    }
  }
}
