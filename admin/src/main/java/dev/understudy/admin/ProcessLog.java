package dev.understudy.admin;

import dev.understudy.admin.cli.HostPort;
import dev.understudy.admin.cli.MachineOptions;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The first and the last lines of a machine's log: what was started, why it stops, and how long
 * that took. Any thread.
 */
final class ProcessLog {
  private static final Logger LOG = LoggerFactory.getLogger(ProcessLog.class);

  private final String name;
  private final String version;
  private final LongSupplier nanoClock;
  private final AtomicBoolean stopping = new AtomicBoolean();
  private final AtomicBoolean ended = new AtomicBoolean();
  private volatile long sinceNanos;

  ProcessLog(String name, String version, LongSupplier nanoClock) {
    this.name = name;
    this.version = version;
    this.nanoClock = nanoClock;
  }

  void starts(MachineOptions options) {
    LOG.info(
        "understudy {} starts: name {}, pid {}, JDK {}, clients {}, peers {}, data directory {}",
        version,
        name,
        ProcessHandle.current().pid(),
        Runtime.version(),
        address(options.clientAddress(), options.clientBindAddress()),
        address(options.peerAddress(), options.peerBindAddress()),
        options.dataDirectory().toAbsolutePath().normalize());
    LOG.info(
        "{}: heartbeats every {} ms, elections after {} ms, snapshots every {} entries, heap up to"
            + " {} MiB; other peers given: {}",
        name,
        options.timing().stretchedHeartbeatMillis(),
        options.timing().stretchedElectionTimeoutMillis(),
        options.snapshotCount(),
        Runtime.getRuntime().maxMemory() >> 20,
        options.peers().isEmpty() ? "none" : String.join(", ", options.peerUrls()));
  }

  private static String address(HostPort advertised, HostPort bound) {
    return advertised.equals(bound)
        ? advertised.url()
        : advertised.url() + " (bound to " + bound + ")";
  }

  /** Something from outside ends the machine. */
  void stops(String why) {
    if (stopping.compareAndSet(false, true)) {
      sinceNanos = nanoClock.getAsLong();
      LOG.info("{} stops: {}", name, why);
    }
  }

  /** The machine cannot go on. */
  void fails(String reason) {
    if (stopping.compareAndSet(false, true)) {
      sinceNanos = nanoClock.getAsLong();
      LOG.error("{} ends: {}", name, reason);
    }
  }

  /** Everything is closed, or is given up. */
  void ended(int exitCode) {
    if (ended.compareAndSet(false, true)) {
      long millis =
          stopping.get() ? TimeUnit.NANOSECONDS.toMillis(nanoClock.getAsLong() - sinceNanos) : 0;
      LOG.info("{} has stopped after {} ms, exit code {}", name, millis, exitCode);
    }
  }
}
