package dev.understudy.testkit;

import dev.understudy.admin.cli.MachineOptions;
import dev.understudy.admin.machine.Machine;
import dev.understudy.admin.machine.MachineEvents;
import dev.understudy.admin.machine.PeerServices;
import dev.understudy.admin.machine.StartRefusedException;
import dev.understudy.peer.PeerServer;
import dev.understudy.standby.StandbyServer;
import dev.understudy.wal.MemoryDisk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;

/**
 * One machine of a simulated cluster: two disks that stay, and a process that comes and goes. A
 * process that refuses to start is started again after a while, as an init system does.
 */
public final class SimulatedMachine {
  private static final long RESTART_MILLIS = 2_000;

  private final SimulatedCluster cluster;
  private final MachineOptions options;
  private final MemoryDisk dataDisk;
  private final MemoryDisk peerDisk;
  private final List<String> history = new ArrayList<>();
  private Optional<Life> life = Optional.empty();

  SimulatedMachine(SimulatedCluster cluster, MachineOptions options) {
    this.cluster = cluster;
    this.options = options;
    this.dataDisk = new MemoryDisk(options.name() + "/data");
    this.peerDisk = new MemoryDisk(options.name() + "/peer");
  }

  public String name() {
    return options.name();
  }

  public String peerUrl() {
    return options.machine().peerUrl();
  }

  /** What the machine has reported of its modes, as "ready peer" or "changed standby". */
  public List<String> history() {
    return List.copyOf(history);
  }

  public boolean isRunning() {
    return life.isPresent();
  }

  /** The running peer, while the machine is one. */
  public Optional<PeerServer> peer() {
    return life.flatMap(running -> running.context.ports().peer()).map(PeerServices::server);
  }

  /** The running standby, while the machine is one. */
  public Optional<StandbyServer> standby() {
    return life.flatMap(running -> running.context.ports().standby());
  }

  /** Starts the process, which must not run. */
  public void start() {
    if (life.isPresent()) {
      throw new IllegalStateException(name() + " runs already");
    }
    Life next = new Life();
    life = Optional.of(next);
    next.begin();
  }

  /** Ends the process in good order. Does nothing when it does not run. */
  public void stop() {
    life.ifPresent(running -> running.machine.close());
    life = Optional.empty();
  }

  /** The power goes. Does nothing when the machine does not run. */
  public void crash() {
    life.ifPresent(running -> running.context.crash());
    life = Optional.empty();
  }

  /** Something was handed to the machine from outside: its peer gets a turn. */
  void wake() {
    life.ifPresent(running -> running.context.wakePeer());
  }

  @Override
  public String toString() {
    return name() + history;
  }

  /** A process, from its start to its end. */
  private final class Life implements MachineEvents {
    private final SimulatedContext context =
        new SimulatedContext(cluster, peerUrl(), dataDisk, peerDisk);
    private final Machine machine = new Machine(options, context, this, "simulated");

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
        throw new UncheckedIOException(e);
      }
    }

    private void refused(Throwable failure) {
      if (!(failure instanceof StartRefusedException)) {
        throw new AssertionError(name() + " cannot start", failure);
      }
      history.add("refused");
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
      history.add("ready " + mode.word());
    }

    @Override
    public void changed(Mode mode, String reason) {
      history.add("changed " + mode.word());
    }

    @Override
    public void failed(String reason) {
      throw new AssertionError(name() + " failed: " + reason);
    }
  }
}
