package dev.understudy.testkit;

import dev.understudy.admin.cli.MachineOptions;
import dev.understudy.admin.machine.Machine;
import dev.understudy.admin.machine.MachineEvents;
import dev.understudy.admin.machine.PeerServices;
import dev.understudy.admin.machine.ReplicaStandby;
import dev.understudy.admin.machine.StartRefusedException;
import dev.understudy.peer.PeerServer;
import dev.understudy.standby.StandbyServer;
import dev.understudy.testkit.invariants.Violation;
import dev.understudy.transport.SimulatedConnections;
import dev.understudy.wal.FileFailure;
import dev.understudy.wal.MemoryDisk;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * One machine of a simulated cluster: two disks that stay, and a process that comes and goes. A
 * process that refuses to start is started again after a while, as an init system does.
 */
public final class SimulatedMachine {
  private static final long RESTART_MILLIS = 2_000;

  private final SimulatedCluster cluster;
  private final MachineClock clock;
  private MachineOptions options;
  private final DiskFaults diskFaults;
  private Disks disks;

  /** Whether the clone may have gone on as the member whose log this is. */
  private boolean cloned;

  private boolean mayFail;
  private String lastReason = "";
  private final List<String> history = new ArrayList<>();
  private Optional<Life> life = Optional.empty();
  private int lives;

  SimulatedMachine(SimulatedCluster cluster, MachineOptions options) {
    this(cluster, options, emptyDisks(options));
  }

  private static Disks emptyDisks(MachineOptions options) {
    return new Disks(
        new MemoryDisk(options.name() + "/data"), new MemoryDisk(options.name() + "/peer"));
  }

  private SimulatedMachine(SimulatedCluster cluster, MachineOptions options, Disks disks) {
    this.cluster = cluster;
    this.clock = new MachineClock(cluster.time());
    this.options = options;
    this.disks = disks;
    this.diskFaults = new DiskFaults(cluster.time().random());
    diskFaults.attach(disks.data(), disks.peer());
  }

  /** What a machine has on disk. */
  public record Disks(MemoryDisk data, MemoryDisk peer) {
    private Disks copy() {
      return new Disks(data.copy("copied data"), peer.copy("copied peer"));
    }
  }

  /** What the log is on, for who asks what a power cut would leave of it. */
  DurablePromises.Witness witness() {
    return new DurablePromises.Witness(name(), disks.peer(), !diskFaults.isTampered() && !cloned);
  }

  /** What the machine has on disk now, as a tool copies it. */
  public Disks copyDisks() {
    return disks.copy();
  }

  /** Sets the machine, which must not run, back to what was copied. */
  public void setBack(Disks copied) {
    requireStopped();
    replaceDisks(copied.copy());
    diskFaults.tamper();
  }

  /**
   * A machine of the same name at another address with a copy of this one's disks. It does not run
   * yet, and it may fail while it runs.
   */
  public SimulatedMachine cloneAt(String host) {
    return cloneAt(host, disks);
  }

  /** The same with a copy of what was copied before. */
  public SimulatedMachine cloneAt(String host, Disks copied) {
    MachineOptions elsewhere = SimulatedCluster.at(options, host);
    cloned = true;
    SimulatedMachine clone = new SimulatedMachine(cluster, elsewhere, copied.copy());
    clone.mayFail = true;
    clone.diskFaults.tamper();
    return clone;
  }

  /** From now on the machine may fail while it runs; it is started again then. */
  public void allowFailure() {
    mayFail = true;
  }

  public String name() {
    return options.name();
  }

  public String peerUrl() {
    return options.machine().peerUrl();
  }

  /** The host at which the machine is: its name, unless it has moved or is a copy. */
  String place() {
    return options.peerAddress().host();
  }

  /** The machine's clocks. */
  public MachineClock clock() {
    return clock;
  }

  /** How the machine is started next. */
  public MachineOptions options() {
    return options;
  }

  /** What the machine has reported of its modes, as "ready peer" or "changed standby". */
  public List<String> history() {
    return List.copyOf(history);
  }

  /** Why it was refused or failed last; empty before that. */
  public String lastReason() {
    return lastReason;
  }

  public boolean isRunning() {
    return life.isPresent();
  }

  /** Changes how the machine is started next. It must not run. */
  public void reconfigure(UnaryOperator<MachineOptions> change) {
    requireStopped();
    options = change.apply(options);
  }

  /** The machine gets new, empty disks. It must not run. */
  public void wipe() {
    requireStopped();
    replaceDisks(emptyDisks(options));
  }

  private void replaceDisks(Disks next) {
    disks = next;
    diskFaults.attach(next.data(), next.peer());
  }

  /** What is wrong with its disks; it may fail once that has shown. */
  public DiskFaults diskFaults() {
    return diskFaults;
  }

  /** Takes {@link #crashAtOperation} back, if that has not come yet. */
  public void forgetCrash() {
    diskFaults.forgetCrash();
  }

  /**
   * Lets the machine lose its power at a storage operation that comes, 1 for the next one, before
   * or after that is done. It does not start again by itself.
   */
  public void crashAtOperation(long number, DiskFaults.Moment moment) {
    diskFaults.crashAt(number, moment, this::crash);
  }

  /** The machine, which must not run, was told of all others when it is started next. */
  public void tellOfOthers() {
    cluster.tellOfOthers(this);
  }

  private void requireStopped() {
    if (life.isPresent()) {
      throw new IllegalStateException(name() + " runs");
    }
  }

  /** The running peer, while the machine is one. */
  public Optional<PeerServer> peer() {
    return life.flatMap(running -> running.context.ports().peer()).map(PeerServices::server);
  }

  /** The running standby, while the machine is one. */
  public Optional<StandbyServer> standby() {
    return life.flatMap(running -> running.context.ports().standby());
  }

  /** The running standby with the data that it holds, while the machine is such a one. */
  public Optional<ReplicaStandby> replica() {
    return life.flatMap(running -> running.context.ports().replica());
  }

  /** Starts the process, which must not run. */
  public void start() {
    requireStopped();
    cluster.noted(this, "starts");
    Life next = new Life();
    life = Optional.of(next);
    lives++;
    next.begin();
  }

  /** Ends the process in good order. Does nothing when it does not run. */
  public void stop() {
    end("stops", running -> running.machine.close());
  }

  /**
   * Ends the process as SIGTERM does: it hands over and answers first, if it has come to a mode.
   *
   * @param ended run when it has ended, unless it ends in another way before
   */
  public void retire(Runnable ended) {
    if (peer().isEmpty() && standby().isEmpty()) {
      stop();
      ended.run();
      return;
    }
    life.ifPresent(
        running -> {
          cluster.noted(this, "retires");
          running.retires = true;
          running
              .machine
              .retire()
              .thenRun(() -> running.context.schedule(0, () -> running.close(ended)));
        });
  }

  /** Whether the process is on its way to its end in good order. */
  public boolean isRetiring() {
    return life.filter(running -> running.retires).isPresent();
  }

  /** The power goes. Does nothing when the machine does not run. */
  public void crash() {
    end("loses power", running -> running.context.crash());
  }

  /** The process is killed, and its machine goes on. Does nothing when it does not run. */
  public void kill() {
    end("is killed", running -> running.context.kill());
  }

  private void end(String how, Consumer<Life> end) {
    life.ifPresent(
        running -> {
          cluster.noted(this, how);
          end.accept(running);
        });
    life = Optional.empty();
  }

  /** The process stands still, as under SIGSTOP, until {@link #goOn}. */
  public void pause() {
    life.ifPresent(
        running -> {
          cluster.noted(this, "stands still");
          running.context.pause();
        });
  }

  /** The process goes on. Does nothing when it does not stand still. */
  public void goOn() {
    life.filter(running -> running.context.isPaused())
        .ifPresent(
            running -> {
              cluster.noted(this, "goes on");
              running.context.goOn();
            });
  }

  /** Whether there is a process, and it stands still. */
  public boolean isPaused() {
    return life.filter(running -> running.context.isPaused()).isPresent();
  }

  /**
   * Somebody, or nobody of this cluster, connects to the peer, if the machine is one.
   *
   * @param says what he says there
   */
  public void visited(Consumer<SimulatedConnections> says) {
    life.filter(running -> !running.context.isPaused())
        .flatMap(running -> running.context.transport())
        .map(SimulatedTransport::connections)
        .ifPresent(says);
  }

  /** How many processes the machine has had, the running one included. */
  public int lives() {
    return lives;
  }

  /**
   * A client's request arrives. A process that stands still takes it when it goes on; where there
   * is none, nothing happens.
   */
  public void receive(Runnable request) {
    life.ifPresent(
        running ->
            running.context.whenItGoesOn(
                () -> {
                  request.run();
                  running.context.wakePeer();
                }));
  }

  /** Something was handed to the machine from outside: its peer gets a turn. */
  void wake() {
    life.ifPresent(running -> running.context.wakePeer());
  }

  @Override
  public String toString() {
    return name() + history;
  }

  private void note(String event, String reason) {
    history.add(event);
    cluster.noted(this, reason.isEmpty() ? event : event + ": " + reason);
  }

  /** A process, from its start to its end. */
  private final class Life implements MachineEvents {
    private final SimulatedContext context =
        new SimulatedContext(
            cluster, place(), peerUrl(), clock, disks.data(), disks.peer(), diskFaults);
    private final Machine machine = new Machine(options, context, this, "simulated");
    private boolean retires;

    void begin() {
      try {
        machine
            .begin()
            .whenComplete(
                (ready, failure) -> {
                  if (failure != null && !(failure instanceof CancellationException)) {
                    refused(failure);
                  }
                });
      } catch (IOException e) {
        refused(e);
      }
    }

    /** Ends this process in good order, unless it has ended already. */
    void close(Runnable ended) {
      if (!isOver()) {
        stop();
        ended.run();
      }
    }

    /** For a reason that is one line, as the process would print it. */
    private void refused(Throwable failure) {
      if (isOver()) {
        return;
      }
      if (isOfTheDisk(failure) && diskFaults.haveShown()) {
        lastReason = reason(failure);
      } else if (failure instanceof StartRefusedException && !isOfTheDisk(failure)) {
        lastReason = failure.getMessage();
      } else {
        cluster.broken(new AssertionError(name() + " cannot start", failure));
        return;
      }
      note("refused", lastReason);
      endAndStartAgain();
    }

    /** A log that is damaged though its disk was good is a bug, in whatever words it is refused. */
    private static boolean isOfTheDisk(Throwable failure) {
      return failure instanceof IOException
          || (failure instanceof StartRefusedException
              && failure.getCause() instanceof IOException);
    }

    private static String reason(Throwable failure) {
      return failure instanceof IOException broken
          ? FileFailure.reason(broken)
          : failure.getMessage();
    }

    /** The power has gone; what the process still does on its way out nobody notices. */
    private boolean isOver() {
      return life.filter(this::equals).isEmpty();
    }

    private void endAndStartAgain() {
      context.schedule(0, machine::close);
      cluster.time().schedule(RESTART_MILLIS, this::startAgain);
    }

    private void startAgain() {
      if (life.isPresent() && life.get().equals(this)) {
        life = Optional.empty();
        start();
      }
    }

    @Override
    public void ready(Mode mode) {
      note("ready " + mode.word(), "");
    }

    @Override
    public void changed(Mode mode, String reason) {
      note("changed " + mode.word(), reason);
    }

    @Override
    public void failed(String reason) {
      if (isOver()) {
        return;
      }
      if (!mayFail && !diskFaults.haveShown()) {
        cluster.broken(new Violation("no machine fails on its own", name() + ": " + reason));
        return;
      }
      note("failed", reason);
      lastReason = reason;
      endAndStartAgain();
    }
  }
}
