package dev.understudy.admin.embedded;

import dev.understudy.admin.cli.MachineOptions;
import dev.understudy.admin.machine.ListeningSockets;
import dev.understudy.admin.machine.Machine;
import dev.understudy.admin.machine.MachineEvents;
import dev.understudy.admin.machine.MachineEvents.Mode;
import dev.understudy.admin.machine.StartRefusedException;
import dev.understudy.admin.machine.Surroundings;
import dev.understudy.admin.machine.SystemContext;
import dev.understudy.clusterconfig.FailureText;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A machine inside an application. It lives once: from {@link #start} until {@link #close}; the
 * next one with the same options goes on with its data.
 *
 * <p>{@link #start}, {@link #begin} and {@link #close} are for one thread at a time, the rest is
 * for any. The machine's threads are daemons and have its name in theirs; it logs through slf4j and
 * leaves it to the application where that goes, touches no signal, and never ends the process. What
 * it cannot survive, a disk that fails say, ends its work and is told as {@link #failure} and to
 * listeners; the application closes it then. After an {@link OutOfMemoryError}, which may have left
 * anything half done, it is for the application to end the process.
 */
public final class EmbeddedMachine implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedMachine.class);

  private static final long RETIRE_TIMEOUT_MILLIS = 2_500;

  private final EmbeddedOptions given;
  private final Surroundings surroundings;
  private final CopyOnWriteArrayList<MachineEvents> listeners = new CopyOnWriteArrayList<>();

  private volatile Optional<Mode> mode = Optional.empty();
  private volatile Optional<String> failure = Optional.empty();

  /** Null until it begins. */
  private volatile Running running;

  private boolean closed;

  private record Running(MachineOptions options, SystemContext context, Machine machine) {}

  EmbeddedMachine(EmbeddedOptions options) {
    this(options, Surroundings.SYSTEM);
  }

  /**
   * A machine between which and the real world something stands; for tests.
   *
   * @throws IllegalArgumentException when the options ask for what cannot be
   */
  public EmbeddedMachine(EmbeddedOptions options, Surroundings surroundings) {
    this.given = options;
    this.surroundings = surroundings;
  }

  /**
   * Tells somebody of the machine's modes, from the next on. Called on the machine's own thread,
   * which must not wait there, nor close the machine.
   *
   * @return this machine
   */
  public EmbeddedMachine listener(MachineEvents listener) {
    listeners.add(listener);
    return this;
  }

  /**
   * Opens data and ports, finds the cluster or founds one, and waits until the machine is ready: it
   * answers clients then, as a peer or as a standby. Gives up when none of the {@code peers} has
   * been found as often as {@code maxRetryAttempts} says.
   *
   * @return this machine
   * @throws StartRefusedException if it cannot start, with one line of why; nothing is left running
   *     then
   * @throws InterruptedException if the thread is interrupted; nothing is left running then, either
   */
  public EmbeddedMachine start() throws StartRefusedException, InterruptedException {
    try {
      begin().get();
      return this;
    } catch (InterruptedException e) {
      closeNow();
      throw e;
    } catch (ExecutionException e) {
      closeNow();
      throw StartRefusedException.because(e.getCause());
    } catch (StartRefusedException e) {
      if (e.getCause() instanceof InterruptedIOException interrupted) {
        throw new InterruptedException(interrupted.getMessage());
      }
      throw e;
    }
  }

  /**
   * The same without waiting: blocks for files and ports only, not for other machines.
   *
   * @return completes when the machine is ready, or exceptionally when it cannot start; it is to be
   *     closed then
   * @throws StartRefusedException if data or ports cannot be had; nothing is left running then
   */
  public CompletableFuture<Void> begin() throws StartRefusedException {
    if (running != null || closed) {
      throw new IllegalStateException("a machine is started once");
    }
    String version =
        Optional.ofNullable(Understudy.class.getPackage().getImplementationVersion())
            .orElse("development");
    ListeningSockets sockets = ListeningSockets.NONE;
    try {
      BoundPorts ports = BoundPorts.of(given.values());
      sockets = ports.sockets();
      MachineOptions options = EmbeddedOptions.read(ports.options(), version);
      SystemContext context = new SystemContext(options, surroundings, sockets);
      Machine machine = new Machine(options, context, new Told(), version);
      running = new Running(options, context, machine);
      return machine.begin();
    } catch (IOException e) {
      closeNow();
      close(sockets);
      throw StartRefusedException.because(e);
    } catch (RuntimeException e) {
      closeNow();
      close(sockets);
      throw e;
    }
  }

  private static void close(ListeningSockets sockets) {
    try {
      sockets.close();
    } catch (IOException e) {
      LOG.warn("a port could not be given back: {}", FailureText.of(e));
    }
  }

  /** Hears of the modes first. */
  private final class Told implements MachineEvents {
    @Override
    public void founded(long clusterId) {
      listeners.forEach(each -> each.founded(clusterId));
    }

    @Override
    public void ready(Mode first) {
      mode = Optional.of(first);
      listeners.forEach(each -> each.ready(first));
    }

    @Override
    public void changed(Mode next, String reason) {
      mode = Optional.of(next);
      listeners.forEach(each -> each.changed(next, reason));
    }

    @Override
    public void failed(String reason) {
      failure = Optional.of(reason);
      mode = Optional.empty();
      listeners.forEach(each -> each.failed(reason));
    }
  }

  private MachineOptions options() {
    Running now = running;
    if (now == null) {
      throw new IllegalStateException("not started yet");
    }
    return now.options();
  }

  /** The machine's name. */
  public String name() {
    return given.values().get("name");
  }

  /**
   * Where clients reach the machine.
   *
   * @throws IllegalStateException before it has begun
   */
  public String clientUrl() {
    return options().clientAddress().url();
  }

  /**
   * Where other machines reach it; what their {@code peers} say.
   *
   * @throws IllegalStateException before it has begun
   */
  public String peerUrl() {
    return options().peerAddress().url();
  }

  /** What the machine is now; empty until it is ready, and once it has failed or is closed. */
  public Optional<Mode> mode() {
    return mode;
  }

  /** Why the machine cannot go on, in one line; empty while it can. */
  public Optional<String> failure() {
    return failure;
  }

  /**
   * Stops the machine as SIGTERM stops a process: hands leadership over, answers what is under way,
   * and gives back ports, files and threads. Takes a few seconds at most. Idempotent.
   */
  @Override
  public void close() {
    Running now = running;
    if (now != null && !closed && mode.isPresent()) {
      retire(now.machine());
    }
    closeNow();
  }

  private static void retire(Machine machine) {
    try {
      machine.retire().get(RETIRE_TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      LOG.info("clients may notice that this machine stops: {}", FailureText.of(e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Ends the machine as if its process had been killed, for tests: connections end where they
   * stand, nobody is told anything. What was written stays, also what was not synced yet.
   */
  public void kill() {
    Running now = running;
    if (now != null && !closed) {
      now.context().cutOff();
    }
    closeNow();
  }

  private void closeNow() {
    Running now = running;
    if (now != null && !closed) {
      now.machine().close();
    }
    closed = true;
    mode = Optional.empty();
  }
}
