package dev.understudy.admin;

import dev.understudy.clusterconfig.FailureText;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells systemd, where that has started this process with {@code Type=notify}, that it is ready,
 * and as often as the unit asks ({@code WatchdogSec}) that it still runs. The protocol is one of
 * datagrams to a socket of Unix (sd_notify(3)), which Java cannot send: {@code systemd-notify} does
 * it, a program of systemd's own. For one thread, which it blocks while that runs.
 */
final class ServiceNotices {
  private static final Logger LOG = LoggerFactory.getLogger(ServiceNotices.class);

  private static final String SOCKET = "NOTIFY_SOCKET";
  private static final String WATCHDOG_MICROS = "WATCHDOG_USEC";
  private static final String WATCHDOG_PID = "WATCHDOG_PID";
  private static final long PATIENCE_SECONDS = 10;

  private final Map<String, String> environment;
  private final String program;
  private final long pid;
  private boolean complained;

  /**
   * @param environment that systemd has made; nobody is told where it names no socket
   * @param program that tells it
   * @param pid of this process
   */
  ServiceNotices(Map<String, String> environment, String program, long pid) {
    this.environment = Map.copyOf(environment);
    this.program = program;
    this.pid = pid;
  }

  /** Those of this process. */
  static ServiceNotices ofProcess() {
    return new ServiceNotices(System.getenv(), "systemd-notify", ProcessHandle.current().pid());
  }

  /** Says that clients are served from now on. */
  void ready() throws InterruptedException {
    tell("--ready");
  }

  /** Says that this process runs; to be said every {@link #intervalMillis}. */
  void alive() throws InterruptedException {
    tell("WATCHDOG=1");
  }

  /**
   * Half of the time after which systemd would end the process; no end of it where it would not.
   */
  long intervalMillis() {
    String owner = environment.getOrDefault(WATCHDOG_PID, "");
    if (!isAsked() || !owner.isEmpty() && !owner.equals(Long.toString(pid))) {
      return Long.MAX_VALUE;
    }
    try {
      long micros = Long.parseLong(environment.getOrDefault(WATCHDOG_MICROS, "0"));
      return micros <= 0 ? Long.MAX_VALUE : Math.max(1, TimeUnit.MICROSECONDS.toMillis(micros) / 2);
    } catch (NumberFormatException e) {
      complain(WATCHDOG_MICROS + " is no number");
      return Long.MAX_VALUE;
    }
  }

  private boolean isAsked() {
    return !environment.getOrDefault(SOCKET, "").isEmpty();
  }

  private void tell(String what) throws InterruptedException {
    if (!isAsked()) {
      return;
    }
    try {
      Process teller =
          new ProcessBuilder(List.of(program, what))
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (!teller.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        teller.destroyForcibly();
        complain(program + " does not end");
      } else if (teller.exitValue() != 0) {
        complain(program + " ended with exit code " + teller.exitValue());
      }
    } catch (IOException e) {
      complain(FailureText.of(e));
    }
  }

  /** Once: systemd says the rest when it ends the process. */
  private void complain(String why) {
    if (!complained) {
      complained = true;
      LOG.warn("systemd could not be told how this machine is: {}", why);
    }
  }
}
