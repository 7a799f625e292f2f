package dev.understudy.testkit.local;

import dev.understudy.admin.embedded.EmbeddedMachine;
import dev.understudy.admin.embedded.EmbeddedOptions;
import dev.understudy.admin.machine.MachineEvents.Mode;
import dev.understudy.admin.machine.StartRefusedException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** One machine of a cluster through all its lives, at the ports of the first. Not thread-safe. */
final class LocalMachine {
  private static final String ANY_PORT = "127.0.0.1:0";

  private final String name;
  private final Cables cables;
  private final MachineSurroundings surroundings;
  private EmbeddedOptions options;

  /** Of the present life; of the last one after its end. */
  private EmbeddedMachine machine;

  private CompletableFuture<Void> ready = new CompletableFuture<>();
  private boolean running;

  LocalMachine(String name, Path directory, Map<String, String> further, Cables cables) {
    this.name = name;
    this.cables = cables;
    this.surroundings = new MachineSurroundings(cables.of(name));
    EmbeddedOptions all =
        EmbeddedOptions.named(name)
            .dataDir(directory.resolve(name))
            .addr(ANY_PORT)
            .peerAddr(ANY_PORT);
    for (Map.Entry<String, String> option : further.entrySet()) {
      all = all.with(option.getKey(), option.getValue());
    }
    options = all;
  }

  String name() {
    return name;
  }

  boolean isRunning() {
    return running;
  }

  String clientUrl() {
    return machine.clientUrl();
  }

  String peerUrl() {
    return machine.peerUrl();
  }

  /** As others are given it. */
  String peerAddress() {
    return URI.create(machine.peerUrl()).getAuthority();
  }

  Optional<Mode> mode() {
    return running ? machine.mode() : Optional.empty();
  }

  /** The first machine of a cluster. */
  void found() {
    begin(options.clusterState("new"), Deadline.in(Cluster.PATIENCE));
  }

  /**
   * Begins to start; {@link #awaitReady} waits for the end of it.
   *
   * @param peers of the cluster; empty where its own data tell of it
   */
  void join(String... peers) {
    begin(peers.length == 0 ? options : options.peers(peers), Deadline.in(Cluster.PATIENCE));
  }

  /** Where somebody else has got its port for a moment, there is another try. */
  private void begin(EmbeddedOptions asked, Deadline deadline) {
    cables.plugIn(name);
    surroundings.resume();
    while (true) {
      machine = new EmbeddedMachine(asked, surroundings);
      try {
        ready = machine.begin();
        running = true;
        keepPorts();
        return;
      } catch (StartRefusedException e) {
        if (deadline.isOver() || !String.valueOf(e.getMessage()).contains("cannot listen")) {
          throw new IllegalStateException(name + " cannot start: " + e.getMessage(), e);
        }
        pause(deadline, e);
      }
    }
  }

  private void pause(Deadline deadline, StartRefusedException reason) {
    try {
      deadline.pause();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(name + " cannot start: " + reason.getMessage(), e);
    }
  }

  private void keepPorts() {
    URI client = URI.create(machine.clientUrl());
    URI peer = URI.create(machine.peerUrl());
    cables.assign(name, client.getPort(), peer.getPort());
    options = options.addr(client.getAuthority()).peerAddr(peer.getAuthority());
  }

  void awaitReady(Deadline deadline) throws InterruptedException {
    try {
      ready.get(deadline.leftMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new IllegalStateException(
          name + " cannot start: " + e.getCause().getMessage(), e.getCause());
    } catch (TimeoutException e) {
      throw new IllegalStateException(name + " was not ready in time", e);
    }
  }

  boolean isPaused() {
    return surroundings.isPaused();
  }

  void pause() {
    surroundings.pause();
  }

  void resume() {
    surroundings.resume();
  }

  void moveClock(Duration by) {
    surroundings.move(by);
  }

  /** Without a word to anybody: it is cut off first. */
  void kill() {
    if (running) {
      cables.unplug(name);
      surroundings.resume();
      machine.kill();
      running = false;
    }
  }

  /** As an operator stops it. */
  void stop() {
    if (running) {
      surroundings.resume();
      machine.close();
      running = false;
    }
  }

  @Override
  public String toString() {
    return name
        + (running ? " " + machine.mode().map(Mode::word).orElse("starting") : " is dead")
        + (machine == null ? "" : machine.failure().map(why -> " (" + why + ")").orElse(""));
  }
}
