package dev.understudy.admin;

import dev.understudy.admin.cli.MachineOptions;
import dev.understudy.admin.machine.Machine;
import dev.understudy.admin.machine.MachineEvents;
import dev.understudy.admin.machine.StartRefusedException;
import dev.understudy.admin.machine.SystemContext;
import dev.understudy.clusterconfig.FailureText;
import dev.understudy.clusterconfig.HexId;
import dev.understudy.clusterconfig.TerminalText;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.commons.io.IOUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a machine as a process: prints a line when it is ready and when its mode changes, stops at
 * SIGTERM or SIGINT with exit code 0, and fails with one line and another code.
 */
final class MachineProcess implements MachineLauncher {
  private static final Logger LOG = LoggerFactory.getLogger(MachineProcess.class);

  /** For {@link #RETIRE_TIMEOUT_MILLIS} and the end of ports, threads and log. */
  private static final long CLOSE_TIMEOUT_SECONDS = 5;

  private static final long RETIRE_TIMEOUT_MILLIS = 2_500;

  private final PrintStream out;
  private final InputStream in;
  private final String version;
  private final ServiceNotices notices;

  /**
   * @param out where the lines for the process that started this one go
   * @param in its end stops a machine with {@code --stop-with-stdin}
   * @param notices for who has started the process
   */
  MachineProcess(PrintStream out, InputStream in, String version, ServiceNotices notices) {
    this.out = out;
    this.in = in;
    this.version = version;
    this.notices = notices;
  }

  @Override
  public int run(MachineOptions options) throws CannotRunException {
    ProcessLog log = new ProcessLog(options.name(), version, System::nanoTime);
    log.starts(options);
    int code = 1;
    try {
      code = runLogged(options, log);
      return code;
    } catch (CannotRunException e) {
      log.fails(e.getMessage());
      throw e;
    } finally {
      log.ended(code);
    }
  }

  private int runLogged(MachineOptions options, ProcessLog log) throws CannotRunException {
    // Completed with nothing to stop well, or with why the machine cannot go on.
    CompletableFuture<Optional<String>> end = new CompletableFuture<>();
    CountDownLatch closed = new CountDownLatch(1);
    AtomicReference<Thread> starting = new AtomicReference<>(Thread.currentThread());
    Thread signal = new Thread(() -> stopAtSignal(end, starting, closed, log), "signal");
    Runtime.getRuntime().addShutdownHook(signal);
    if (!JvmWarnings.areOnStandardError()) {
      Thread warnings = new Thread(JvmWarnings::moveToStandardError, "jvm-warnings");
      warnings.setDaemon(true);
      warnings.start();
    }
    if (options.stopsWithStdin()) {
      watchStdin(end, log);
    }
    try (Machine machine =
        new Machine(options, new SystemContext(options), events(options, end), version)) {
      HangUpSignal.handle(machine::reloadCertificates);
      machine.start();
      starting.set(null);
      notices.ready();
      Optional<String> failure = await(end);
      if (failure.isPresent()) {
        throw new CannotRunException(failure.get());
      }
      retire(machine);
      return 0;
    } catch (StartRefusedException e) {
      if (end.isDone()) {
        return 0; // stopped while it was starting, which may have failed for that reason
      }
      throw new CannotRunException(e.getMessage());
    } catch (InterruptedException e) {
      return 0; // stopped while it was starting, or had just started
    } finally {
      closed.countDown();
      forget(signal);
    }
  }

  /** Waits for the end, and says now and then that it waits. */
  private Optional<String> await(CompletableFuture<Optional<String>> end)
      throws InterruptedException {
    while (true) {
      try {
        return end.get(notices.intervalMillis(), TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        notices.alive();
      } catch (ExecutionException e) {
        throw new IllegalStateException(e); // nobody completes it so
      }
    }
  }

  private static void retire(Machine machine) throws InterruptedException {
    try {
      machine.retire().get(RETIRE_TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      LOG.info("clients may notice that this machine stops: {}", FailureText.of(e));
    }
  }

  /**
   * Runs at SIGTERM and SIGINT. The virtual machine would leave with 143 after this, so it is
   * halted with 0 once everything is closed. A machine that is still looking for its cluster is
   * interrupted.
   */
  private static void stopAtSignal(
      CompletableFuture<Optional<String>> end,
      AtomicReference<Thread> starting,
      CountDownLatch closed,
      ProcessLog log) {
    log.stops("SIGTERM or SIGINT has come");
    end.complete(Optional.empty());
    Thread starter = starting.getAndSet(null);
    if (starter != null) {
      starter.interrupt();
    }
    try {
      boolean inTime = closed.await(CLOSE_TIMEOUT_SECONDS, TimeUnit.SECONDS);
      log.ended(inTime ? 0 : 1);
      Logging.flush();
      Runtime.getRuntime().halt(inTime ? 0 : 1);
    } catch (InterruptedException e) {
      Runtime.getRuntime().halt(1);
    }
  }

  /** The process leaves by itself: no signal any more, the exit code is the caller's. */
  private static void forget(Thread signal) {
    try {
      Runtime.getRuntime().removeShutdownHook(signal);
    } catch (IllegalStateException e) {
      // The signal has come: its thread waits for the latch and ends the process then.
    }
  }

  private void watchStdin(CompletableFuture<Optional<String>> end, ProcessLog log) {
    Thread watcher =
        new Thread(
            () -> {
              try {
                IOUtils.consume(in); // what is typed means nothing, only the end does
                log.stops("standard input has ended");
                end.complete(Optional.empty());
              } catch (IOException e) {
                end.complete(Optional.of("standard input cannot be read: " + FailureText.of(e)));
              }
            },
            "stdin");
    watcher.setDaemon(true);
    watcher.start();
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "spare");
    thread.setDaemon(true);
    return thread;
  }

  private MachineEvents events(MachineOptions options, CompletableFuture<Optional<String>> end) {
    return new MachineEvents() {
      private String founded = "";

      @Override
      public void founded(long clusterId) {
        founded = " cluster=" + HexId.text(clusterId) + " founded=NEW";
      }

      @Override
      public void ready(Mode mode) {
        SpareThreads.check(MachineProcess::daemon); // nobody is told of what could not be stopped
        out.println(
            "ready name="
                + options.name()
                + " mode="
                + mode.word()
                + " client="
                + options.machine().clientUrl()
                + " peer="
                + options.machine().peerUrl()
                + founded);
      }

      @Override
      public void changed(Mode mode, String reason) {
        out.println(
            "mode name="
                + options.name()
                + " mode="
                + mode.word()
                + " reason=\""
                + TerminalText.of(reason).replace('"', '\'')
                + "\"");
      }

      @Override
      public void failed(String reason) {
        end.complete(Optional.of(reason));
      }
    };
  }
}
