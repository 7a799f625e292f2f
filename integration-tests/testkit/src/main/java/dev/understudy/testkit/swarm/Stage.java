package dev.understudy.testkit.swarm;

import dev.understudy.clusterconfig.Incarnation;
import dev.understudy.peer.PeerProbe;
import dev.understudy.peer.PeerServer;
import dev.understudy.peer.driver.PeerStatus;
import dev.understudy.raft.Payload;
import dev.understudy.standby.StandbyMode;
import dev.understudy.statemachine.Registry.Seat;
import dev.understudy.testkit.SimulatedCluster;
import dev.understudy.testkit.SimulatedMachine;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;

/** Where the actions of a plan happen: a cluster, and what is to end with its faults. */
public final class Stage {
  /** Half of the shortest remove delay. */
  private static final long HEARD_WITHIN_MILLIS = 1_000;

  private final SimulatedCluster cluster;
  private final Trace trace;
  private final IntFunction<StandbyMode> standbyModes;
  private final List<Runnable> endings = new ArrayList<>();
  private boolean healed;
  private int awaited;
  private int removals;

  /**
   * @param standbyModes what a machine that comes is to be without a seat, by its number
   */
  Stage(SimulatedCluster cluster, Trace trace, IntFunction<StandbyMode> standbyModes) {
    this.cluster = cluster;
    this.trace = trace;
    this.standbyModes = standbyModes;
  }

  /** The cluster. */
  public SimulatedCluster cluster() {
    return cluster;
  }

  /** One machine more, which does not run yet. */
  SimulatedMachine addMachine() {
    SimulatedMachine added = cluster.addMachine();
    StandbyMode mode = standbyModes.apply(cluster.machines().size());
    added.reconfigure(options -> options.withStandbyMode(mode));
    return added;
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
    return awaited == 0
        && areDisksSound()
        && cluster.machines().stream().noneMatch(SimulatedMachine::isRetiring);
  }

  /** A seat is being taken, and nothing else goes for good before that is answered. */
  void removing(CompletableFuture<?> answer) {
    removals++;
    var unused = answer.whenComplete((answered, failure) -> removals--);
  }

  /** Whether all faults have ended. */
  boolean isHealed() {
    return healed;
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
   * at least, all who hold one run, follow the same leader and were heard by it lately, nothing in
   * a log is going to change that, and no disk is damaged. Of two disks that are lost at the same
   * time, no cluster of three recovers; so what takes one for good waits for this, and for the
   * answer to an operator who takes a seat.
   */
  public boolean isWhole() {
    return removals == 0 && areSeatsWhole() && areDisksSound();
  }

  private boolean areDisksSound() {
    return cluster.machines().stream().noneMatch(machine -> machine.diskFaults().isDamaged());
  }

  private boolean areSeatsWhole() {
    return areOthersWhole("");
  }

  /**
   * Whether what one machine has on disk may be thrown away: all others who have a seat are as
   * {@link #isWhole} asks for, so they are a majority that answers and nobody is about to lose its
   * seat for having been silent, and no change of the membership is on its way. An operator looks
   * at the same before he replaces a disk. For a change that is in a log and not committed cannot
   * be stopped, neither by him nor by a later leader (Raft has no way to take an entry back); it
   * was judged with the votes of its time, and the disk may be the one that it counts on.
   *
   * @param name the machine's, which need not run; nobody's when all are to be whole
   */
  boolean areOthersWhole(String name) {
    Optional<SimulatedMachine> leader = cluster.leader();
    if (leader.isEmpty()) {
      return false;
    }
    PeerServer peer = leader.get().peer().orElseThrow();
    PeerStatus status = peer.status();
    long leadersMillis = leader.get().clock().monotonicMillis();
    List<Seat> seats = List.copyOf(peer.recollection().registry().all());
    return seats.size() >= 3
        && status.learners().isEmpty()
        && status.voters().size() == seats.size()
        && seats.stream()
            .filter(seat -> !seat.name().equals(name))
            .allMatch(
                seat ->
                    status.heardWithin(seat.member(), leadersMillis, HEARD_WITHIN_MILLIS)
                        && follows(seat, status))
        && cluster.peers().stream().noneMatch(Stage::changesMembers);
  }

  /** Whether the leader knows that a member has begun this start. */
  boolean hasRecorded(long member, Incarnation start) {
    return cluster
        .leader()
        .flatMap(SimulatedMachine::peer)
        .flatMap(leader -> leader.recollection().registry().byMember(member))
        .filter(seat -> seat.incarnation().equals(start))
        .isPresent();
  }

  /** Whether a log has a change of the membership that is not applied yet. */
  private static boolean changesMembers(SimulatedMachine machine) {
    PeerServer peer = machine.peer().orElseThrow();
    PeerProbe log = new PeerProbe(peer);
    long from = Math.max(log.firstIndex(), peer.status().applied() + 1);
    return from <= log.lastIndex()
        && log.entries(from, log.lastIndex() + 1).stream()
            .anyMatch(entry -> entry.payload() instanceof Payload.Change);
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
