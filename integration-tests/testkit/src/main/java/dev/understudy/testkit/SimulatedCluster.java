package dev.understudy.testkit;

import dev.understudy.admin.cli.HostPort;
import dev.understudy.admin.cli.MachineOptions;
import dev.understudy.clusterconfig.ClusterClient;
import dev.understudy.clusterconfig.ClusterConfig;
import dev.understudy.peer.PeerServer;
import dev.understudy.peer.VirtualTime;
import dev.understudy.peer.driver.PeerStatus;
import dev.understudy.raft.Message;
import dev.understudy.statemachine.Registry.Seat;
import dev.understudy.testkit.invariants.ClusterInvariants;
import dev.understudy.testkit.invariants.Violation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Whole machines in one thread and in virtual time: what serves users, with its mode switch,
 * consensus, log and leader's duties, but for Jetty, threads and the real disk. All that happens
 * comes from one seed, so a run can be replayed.
 *
 * <p>For one thread. An invariant that is broken ends {@link VirtualTime#run} with an {@link
 * AssertionError}.
 */
public final class SimulatedCluster implements AutoCloseable {
  private static final int CLIENT_PORT = 2379;
  private static final int PEER_PORT = 2380;
  private static final long FOUNDED_WITHIN_MILLIS = 10_000;

  /** Many times what the busiest millisecond of thousands of runs has needed. */
  private static final long MOST_EVENTS_AT_ONCE = 20_000;

  /** Snapshots within a minute of a few writes per second. */
  private static final long SNAPSHOT_COUNT = 200;

  private final SimulatedKeys keys = new SimulatedKeys(this);
  private final VirtualTime time;
  private final SimulatedNetwork network;
  private final ClusterInvariants invariants = new ClusterInvariants();
  private final DurablePromises promises = new DurablePromises();
  private final List<ClusterListener> listeners = new ArrayList<>();
  private final List<SimulatedMachine> machines = new ArrayList<>();
  private FaultRates rates = FaultRates.NONE;

  private SimulatedCluster(int size, ClusterConfig config, long seed) {
    time = new VirtualTime(seed);
    time.limitEventsAtOnce(MOST_EVENTS_AT_ONCE, this::standsStill);
    network = new SimulatedNetwork(time);
    IntStream.rangeClosed(1, size)
        .mapToObj(number -> new SimulatedMachine(this, options(number, size, config)))
        .forEach(machines::add);
  }

  /**
   * One machine more, with empty disks; it does not run yet.
   *
   * @return m(N+1), which was told of all machines before it
   */
  public SimulatedMachine addMachine() {
    int number = machines.size() + 1;
    ClusterConfig config = machines.get(0).options().clusterConfig();
    SimulatedMachine added = new SimulatedMachine(this, options(number, number, config));
    machines.add(added);
    return added;
  }

  /**
   * Machines m1 to mN, none of them running.
   *
   * @param config of the cluster that m1 founds
   * @param seed of everything that is left to chance
   */
  public static SimulatedCluster of(int size, ClusterConfig config, long seed) {
    return new SimulatedCluster(size, config, seed);
  }

  private static MachineOptions options(int number, int size, ClusterConfig config) {
    List<HostPort> others =
        IntStream.rangeClosed(1, size)
            .filter(other -> other != number)
            .mapToObj(other -> address(other, PEER_PORT))
            .toList();
    HostPort client = address(number, CLIENT_PORT);
    HostPort peer = address(number, PEER_PORT);
    return new MachineOptions(
        "m" + number,
        Path.of("m" + number),
        client,
        client,
        peer,
        peer,
        number == 1 ? List.of() : others,
        MachineOptions.Joining.DEFAULT,
        MachineOptions.Timing.DEFAULT,
        SNAPSHOT_COUNT,
        config,
        50,
        false,
        0,
        false);
  }

  /** The options of the same machine at another host. */
  static MachineOptions at(MachineOptions options, String host) {
    HostPort client = new HostPort(host, CLIENT_PORT);
    HostPort peer = new HostPort(host, PEER_PORT);
    return new MachineOptions(
            options.name(),
            options.dataDirectory(),
            client,
            client,
            peer,
            peer,
            options.peers(),
            options.joining(),
            options.timing(),
            options.snapshotCount(),
            options.clusterConfig(),
            options.seatPriority(),
            options.force(),
            0,
            false)
        .withSeat(options.seatPriority(), options.zone())
        .withStandbyMode(options.standbyMode());
  }

  /**
   * Starts this machine next as one that was told of all others, as its operator should once there
   * are others.
   */
  void tellOfOthers(SimulatedMachine machine) {
    List<HostPort> others =
        machines.stream()
            .filter(other -> !other.equals(machine))
            .map(other -> other.options().peerAddress())
            .toList();
    machine.reconfigure(
        options ->
            new MachineOptions(
                    options.name(),
                    options.dataDirectory(),
                    options.clientAddress(),
                    options.clientBindAddress(),
                    options.peerAddress(),
                    options.peerBindAddress(),
                    others,
                    options.joining(),
                    options.timing(),
                    options.snapshotCount(),
                    options.clusterConfig(),
                    options.seatPriority(),
                    options.force(),
                    0,
                    false)
                .withSeat(options.seatPriority(), options.zone())
                .withStandbyMode(options.standbyMode()));
  }

  private static HostPort address(int number, int port) {
    return new HostPort("m" + number, port);
  }

  /** Starts all machines: the first founds the cluster before the others look for it. */
  public SimulatedCluster start() {
    SimulatedMachine founder = machines.get(0);
    founder.start();
    if (!time.runUntil(() -> !founder.history().isEmpty(), FOUNDED_WITHIN_MILLIS)) {
      throw new AssertionError("no cluster was founded");
    }
    machines.stream().skip(1).forEach(SimulatedMachine::start);
    return this;
  }

  private void standsStill() {
    throw new Violation(
        "time passes", "more than " + MOST_EVENTS_AT_ONCE + " events in one millisecond\n" + this);
  }

  /** The time in which everything happens, and its one source of chance. */
  public VirtualTime time() {
    return time;
  }

  /** A key space outside, with which machines may find each other. */
  public SimulatedKeys keys() {
    return keys;
  }

  /** What lies between the machines. */
  public SimulatedNetwork network() {
    return network;
  }

  /** What is checked after every turn. */
  public ClusterInvariants invariants() {
    return invariants;
  }

  /** Tells somebody more of what happens. */
  public void addListener(ClusterListener listener) {
    listeners.add(listener);
  }

  void noted(SimulatedMachine machine, String what) {
    listeners.forEach(listener -> listener.noted(machine.place(), what));
  }

  /** What was found must end the run, though it was found where a future keeps what is thrown. */
  void broken(AssertionError found) {
    time.schedule(
        0,
        () -> {
          throw found;
        });
  }

  private void check(Runnable checks) {
    try {
      checks.run();
    } catch (AssertionError e) {
      broken(e);
      throw e;
    }
  }

  /** A peer, whose disk is what it was, is about to send these to others. */
  void promised(DurablePromises.Witness sender, List<Message> messages) {
    check(
        () -> {
          invariants.sent(messages);
          promises.sent(sender, messages);
        });
  }

  private List<DurablePromises.Witness> disks() {
    return machines.stream().map(SimulatedMachine::witness).toList();
  }

  /**
   * A peer's driver has had a turn.
   *
   * @param sound whether its disk is what it was
   */
  void turned(String machine, PeerServer peer, boolean sound) {
    check(
        () -> {
          invariants.check(peer, sound);
          promises.turned(peer, this::disks);
        });
    listeners.forEach(listener -> listener.turned(machine, peer));
  }

  FaultRates rates() {
    return rates;
  }

  /** What goes wrong by itself from now on. */
  public void setRates(FaultRates next) {
    rates = next;
    network.setRates(next);
  }

  /** Nothing passes between these machines and all others, until {@link #heal}. */
  public void cutOff(List<SimulatedMachine> some) {
    network.cutOff(some.stream().map(SimulatedMachine::peerUrl).toList());
  }

  /** Nothing is cut off any more. */
  public void healNetwork() {
    network.heal();
  }

  /** Ends every fault: nothing is cut off, lost or slow, and every machine runs, by the clock. */
  public void heal() {
    network.heal();
    setRates(FaultRates.NONE);
    machines.forEach(machine -> machine.clock().setRight());
    machines.forEach(SimulatedMachine::goOn);
    machines.stream().filter(machine -> !machine.isRunning()).forEach(SimulatedMachine::start);
  }

  public List<SimulatedMachine> machines() {
    return List.copyOf(machines);
  }

  /** Any of the machines, by chance. */
  public SimulatedMachine anyMachine() {
    return machines.get(time.random().nextInt(machines.size()));
  }

  /** The leader of the newest term, among those that run. */
  public Optional<SimulatedMachine> leader() {
    return peers().stream()
        .filter(machine -> status(machine).isLeader())
        .max(Comparator.comparingLong(machine -> status(machine).term()));
  }

  /** The machines that run as peers. */
  public List<SimulatedMachine> peers() {
    return machines.stream().filter(machine -> machine.peer().isPresent()).toList();
  }

  /** The machines that run as standbys. */
  public List<SimulatedMachine> standbys() {
    return machines.stream().filter(machine -> machine.standby().isPresent()).toList();
  }

  private static PeerStatus status(SimulatedMachine peer) {
    return peer.peer().orElseThrow().status();
  }

  /** The admin API as an operator's tool calls it, from a place that is never cut off. */
  public ClusterClient newOperator() {
    return new SimulatedClusterClient(
        time, network, "http://operator:1", invariants::operatorRemoves);
  }

  /**
   * Whether the cluster is as it should be when nothing is wrong and nobody writes: {@link
   * #areSeatsSettled}, and all peers are in step.
   */
  public boolean isSettled(int activeSize) {
    return areSeatsSettled(activeSize)
        && peers().stream().mapToLong(peer -> status(peer).applied()).distinct().count() == 1;
  }

  /**
   * Whether there are so many seats, each held by a machine that runs as a peer, votes and follows
   * the leader, and every other machine is a standby that sends to the leader.
   */
  public boolean areSeatsSettled(int activeSize) {
    Optional<PeerServer> leader = leader().flatMap(SimulatedMachine::peer);
    if (leader.isEmpty()) {
      return false;
    }
    List<Seat> seats = List.copyOf(leader.get().recollection().registry().all());
    Set<String> seated = seats.stream().map(Seat::name).collect(Collectors.toSet());
    Set<Long> members = seats.stream().map(Seat::member).collect(Collectors.toSet());
    return seats.size() == activeSize
        && leader.get().status().voters().equals(members)
        && leader.get().status().learners().isEmpty()
        && namesOf(peers()).equals(seated)
        && peers().stream().allMatch(peer -> follows(status(peer), leader.get().status()))
        && standbys().size() == machines.size() - activeSize
        && standbys().stream().allMatch(standby -> leadsTo(standby, leader().orElseThrow()));
  }

  /** Whether there is a leader, and so many peers with a vote that agree with it. */
  public boolean isServing(int voters) {
    Optional<PeerStatus> leader = leader().map(SimulatedCluster::status);
    return leader.isPresent()
        && leader.get().voters().size() == voters
        && peers().size() == voters
        && peers().stream().allMatch(peer -> agrees(status(peer), leader.get()));
  }

  private static Set<String> namesOf(List<SimulatedMachine> some) {
    return some.stream().map(SimulatedMachine::name).collect(Collectors.toSet());
  }

  private static boolean agrees(PeerStatus peer, PeerStatus leader) {
    return follows(peer, leader) && peer.applied() == leader.applied();
  }

  private static boolean follows(PeerStatus peer, PeerStatus leader) {
    return peer.leader() == leader.member() && peer.term() == leader.term();
  }

  /** Whether a client of a standby is sent to the machine that leads. */
  private static boolean leadsTo(SimulatedMachine standby, SimulatedMachine leader) {
    return standby
        .standby()
        .orElseThrow()
        .info()
        .leader()
        .filter(known -> known.name().equals(leader.name()))
        .isPresent();
  }

  /** One line for each machine, for the message of a failed test. */
  @Override
  public String toString() {
    List<String> lines = new ArrayList<>();
    for (SimulatedMachine machine : machines) {
      String state = machine.peer().map(peer -> " " + peer.status()).orElse("");
      lines.add((machine.isRunning() ? "" : "not running: ") + machine + state);
    }
    return "at " + time.nowMillis() + " ms\n" + String.join("\n", lines);
  }

  /** Stops all machines in good order. */
  @Override
  public void close() {
    machines.forEach(SimulatedMachine::stop);
  }
}
