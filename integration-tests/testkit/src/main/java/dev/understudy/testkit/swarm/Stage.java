package dev.understudy.testkit.swarm;

import dev.understudy.peer.PeerServer;
import dev.understudy.peer.driver.PeerStatus;
import dev.understudy.statemachine.Registry.Seat;
import dev.understudy.testkit.SimulatedCluster;
import dev.understudy.testkit.SimulatedMachine;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Where the actions of a plan happen: a cluster, and what is to end with its faults. */
public final class Stage {
  private final SimulatedCluster cluster;
  private final Trace trace;
  private final List<Runnable> endings = new ArrayList<>();
  private boolean healed;
  private int awaited;
  private int removals;

  Stage(SimulatedCluster cluster, Trace trace) {
    this.cluster = cluster;
    this.trace = trace;
  }

  /** The cluster. */
  public SimulatedCluster cluster() {
    return cluster;
  }

  /** Writes a line into the trace. */
  public void note(String line) {
    trace.note(line);
  }

  /** Ends something after a while, or when all faults end, if that is sooner. */
  public void endAfter(long millis, Runnable ending) {
    if (healed) {
      ending.run();
      return;
    }
    endings.add(ending);
    cluster
        .time()
        .schedule(
            millis,
            () -> {
              if (endings.remove(ending)) {
                ending.run();
              }
            });
  }

  /** Does something after a while that the run waits for, also when all faults have ended. */
  void later(long millis, Runnable work) {
    awaited++;
    cluster
        .time()
        .schedule(
            millis,
            () -> {
              awaited--;
              work.run();
            });
  }

  /** Whether nothing more comes of any fault, and nobody waits for new disks. */
  boolean isQuiet() {
    return awaited == 0 && areDisksSound();
  }

  /** A seat is being taken, and nothing else goes for good before that is answered. */
  void removing(CompletableFuture<?> answer) {
    removals++;
    var unused = answer.whenComplete((answered, failure) -> removals--);
  }

  /** Ends every fault. */
  void heal() {
    healed = true;
    List<Runnable> rest = List.copyOf(endings);
    endings.clear();
    rest.forEach(Runnable::run);
    cluster.heal();
  }

  /**
   * Whether the loss of one peer's data, or vote, can be made good: all seats vote, there are three
   * at least, all who hold one run and follow the same leader, and no disk is damaged. Of two disks
   * that are lost at the same time, no cluster of three recovers; so what takes one for good waits
   * for this, and for the answer to an operator who takes a seat.
   */
  public boolean isWhole() {
    return removals == 0 && areSeatsWhole() && areDisksSound();
  }

  private boolean areDisksSound() {
    return cluster.machines().stream().noneMatch(machine -> machine.diskFaults().isDamaged());
  }

  /** Whether a peer whose disk is damaged can be replaced, too. */
  boolean areSeatsWhole() {
    Optional<PeerServer> leader = cluster.leader().flatMap(SimulatedMachine::peer);
    if (leader.isEmpty()) {
      return false;
    }
    PeerStatus status = leader.get().status();
    List<Seat> seats = List.copyOf(leader.get().recollection().registry().all());
    return seats.size() >= 3
        && status.learners().isEmpty()
        && status.voters().size() == seats.size()
        && seats.stream().allMatch(seat -> follows(seat, status));
  }

  private boolean follows(Seat seat, PeerStatus leader) {
    return cluster.peers().stream()
        .filter(machine -> machine.name().equals(seat.name()) && !machine.isPaused())
        .map(machine -> machine.peer().orElseThrow().status())
        .anyMatch(
            status ->
                status.member() == seat.member()
                    && status.term() == leader.term()
                    && status.leader() == leader.member()
                    && status.voters().contains(seat.member()));
  }
}
