package dev.understudy.testkit;

import dev.understudy.api.BackendFailure;
import dev.understudy.api.ClientBackend;
import dev.understudy.clusterconfig.MachineView;
import dev.understudy.peer.PeerServer;
import dev.understudy.store.Operation;
import dev.understudy.store.Result;
import dev.understudy.store.Version;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletionException;

/**
 * Clients that write keys of their own, each key once, and read them with consensus. They go to any
 * machine, follow a standby to its leader, and remember what they were answered.
 */
public final class WritingClients {
  private static final int LONGEST_PAUSE_MILLIS = 400;

  /** What a client knows of its write. */
  private enum Answer {
    NONE,
    DONE,
    NOT_APPLIED,
    UNKNOWN
  }

  private static final class Write {
    final String key;
    Answer answer = Answer.NONE;

    Write(String key) {
      this.key = key;
    }
  }

  private final SimulatedCluster cluster;
  private final List<Write> writes = new ArrayList<>();

  /** The key that was acknowledged last; empty before the first. */
  private Optional<String> lastDone = Optional.empty();

  private final List<String> complaints = new ArrayList<>();
  private long reads;
  private boolean stopped;

  /** Starts so many clients. */
  public WritingClients(SimulatedCluster cluster, int count) {
    this.cluster = cluster;
    for (int i = 0; i < count; i++) {
      actLater();
    }
  }

  /** Ends them; what they have asked may still be answered. */
  public void stop() {
    stopped = true;
  }

  /** How many writes were acknowledged. */
  public long writesDone() {
    return writes.stream().filter(write -> write.answer == Answer.DONE).count();
  }

  /** How many reads were answered. */
  public long readsDone() {
    return reads;
  }

  private void actLater() {
    cluster.time().schedule(1 + cluster.time().random().nextInt(LONGEST_PAUSE_MILLIS), this::act);
  }

  private void act() {
    if (stopped) {
      return;
    }
    serving(cluster.anyMachine()).ifPresent(this::askOne);
    actLater();
  }

  /** The machine that answers a client of that one: itself, or whom its standby redirects to. */
  private Optional<SimulatedMachine> serving(SimulatedMachine machine) {
    if (machine.standby().isEmpty()) {
      return Optional.of(machine).filter(one -> one.peer().isPresent());
    }
    Optional<MachineView> leader = machine.standby().get().info().leader();
    return cluster.peers().stream()
        .filter(peer -> leader.isPresent() && peer.name().equals(leader.get().name()))
        .findFirst();
  }

  private void askOne(SimulatedMachine machine) {
    ClientBackend backend = machine.peer().map(PeerServer::clientBackend).orElseThrow();
    if (cluster.time().random().nextInt(4) == 0) {
      read(backend);
    } else {
      write(backend);
    }
    machine.wake();
  }

  private void write(ClientBackend backend) {
    Write write = new Write("/written/" + writes.size());
    writes.add(write);
    backend
        .write(new Operation.Set(write.key, false, write.key, OptionalLong.empty(), false))
        .whenComplete(
            (result, failure) -> {
              if (failure != null) {
                write.answer = answerOf(failure);
              } else if (result instanceof Result.Success) {
                write.answer = Answer.DONE;
                lastDone = Optional.of(write.key);
              } else {
                complaints.add(write.key + " was answered " + result);
              }
            });
  }

  private Answer answerOf(Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    if (cause instanceof BackendFailure.NotApplied) {
      return Answer.NOT_APPLIED;
    }
    if (!(cause instanceof BackendFailure.OutcomeUnknown)) {
      complaints.add("no answer that a client knows: " + failure);
    }
    return Answer.UNKNOWN;
  }

  private void read(ClientBackend backend) {
    Optional<String> expected = lastDone;
    backend.linearizable().whenComplete((done, failure) -> endRead(backend, expected, failure));
  }

  /** A future keeps to itself what is thrown here; so a stale read is noted, to be thrown later. */
  private void endRead(ClientBackend backend, Optional<String> expected, Throwable failure) {
    if (failure != null) {
      return;
    }
    reads++;
    if (expected.isPresent() && !isShown(backend.version(), expected.get())) {
      complaints.add("a stale read: " + expected.get() + " had been acknowledged before");
    }
  }

  private static boolean isShown(Version version, String key) {
    return version.get(key, false) instanceof Result.Success;
  }

  /**
   * Compares what was answered with what is there: an acknowledged write is there, and one that was
   * refused is not.
   *
   * @param version the state in the end, on any peer
   */
  public void check(Version version) {
    if (!complaints.isEmpty()) {
      throw new AssertionError(complaints);
    }
    for (Write write : writes) {
      boolean there = isShown(version, write.key);
      if (write.answer == Answer.DONE && !there) {
        throw new AssertionError(write.key + " was acknowledged and is lost");
      }
      if (write.answer == Answer.NOT_APPLIED && there) {
        throw new AssertionError(write.key + " was refused and is there");
      }
    }
  }
}
