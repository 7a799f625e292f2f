package dev.understudy.peer;

import dev.understudy.clusterconfig.ClusterConfig;
import dev.understudy.clusterconfig.MachineRecord;
import dev.understudy.clusterconfig.StoreVersion;
import dev.understudy.peer.driver.DriverOptions;
import dev.understudy.raft.ConfChange;
import dev.understudy.raft.ConfChange.StepType;
import dev.understudy.raft.Entry;
import dev.understudy.raft.HardState;
import dev.understudy.raft.Payload;
import dev.understudy.statemachine.Command.ChangeSeats;
import dev.understudy.statemachine.Command.CreateCluster;
import dev.understudy.statemachine.CommandCodec;
import dev.understudy.statemachine.CommandEnvelope;
import dev.understudy.statemachine.MembershipContext;
import dev.understudy.wal.WalBatch;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;

/**
 * A cluster in one thread and in virtual time: real drivers over real consensus, logs and snapshots
 * on disks in memory, with a network that loses, delays and divides. Everything that happens is
 * drawn from one seed, so a run can be replayed.
 */
final class SimulatedPeers implements AutoCloseable {
  private static final long LED_WITHIN_MILLIS = 10_000;

  static final long CLUSTER = 0xc1;
  static final long TICK_MILLIS = 100;

  /** As in production, so that a vote that is split does not end every request. */
  static final long REQUEST_TIMEOUT_MILLIS = DriverOptions.DEFAULT.requestTimeoutMillis();

  private static final long FIRST_TERM = 1;

  /** What the world does to the peers, in thousandths where nothing else is said. */
  record Weather(int lostMessages, int slowMessages, long slowestMillis, int slowDisk) {
    static final Weather FAIR = new Weather(0, 0, 0, 0);
    static final Weather ROUGH = new Weather(20, 30, 400, 50);
  }

  final VirtualTime time;
  final Random random;
  private final long snapshotCount;
  private final Map<Long, SimulatedPeer> peers = new TreeMap<>();
  private final Set<Long> cutOff = new HashSet<>();
  private long forwardedLateMillis;
  private Weather weather = Weather.FAIR;

  private SimulatedPeers(long seed, long snapshotCount) {
    this.time = new VirtualTime(seed);
    this.random = time.random();
    this.snapshotCount = snapshotCount;
  }

  /** A cluster whose first peers, 1 to n, all vote from the beginning; nobody runs yet. */
  static SimulatedPeers of(int voters, long seed, long snapshotCount) throws IOException {
    SimulatedPeers cluster = new SimulatedPeers(seed, snapshotCount);
    for (long member = 1; member <= voters; member++) {
      cluster.add(member, Optional.of(beginning(voters)));
    }
    return cluster;
  }

  /** The log with which a cluster begins whose first peers, 1 to n, all vote. */
  static WalBatch beginning(int voters) {
    List<Entry> entries = new ArrayList<>();
    for (long member = 1; member <= voters; member++) {
      entries.add(
          new Entry(
              FIRST_TERM,
              member,
              new Payload.Change(ConfChange.single(StepType.ADD_VOTER, member, seat(member)))));
    }
    ClusterConfig config = new ClusterConfig(9, 1800, 5);
    byte[] creation =
        CommandCodec.encode(
            CommandEnvelope.founding(1, new CreateCluster(config.toJson(), StoreVersion.CURRENT)));
    entries.add(new Entry(FIRST_TERM, voters + 1L, new Payload.Normal(creation)));
    return WalBatch.of(entries, new HardState(FIRST_TERM, 0, voters + 1L));
  }

  private static byte[] seat(long member) {
    return CommandCodec.encode(
        new MembershipContext(1, Optional.of(ChangeSeats.give(record(member), member))));
  }

  static MachineRecord record(long member) {
    return new MachineRecord("m" + member, "http://peer" + member + ":1", "http://c" + member);
  }

  /** Another peer, with a log that begins like that, or with an empty one. */
  SimulatedPeer add(long member, Optional<WalBatch> beginning) throws IOException {
    SimulatedPeer peer = new SimulatedPeer(this, member, beginning);
    peers.put(member, peer);
    return peer;
  }

  SimulatedPeers startAll() {
    peers.values().forEach(SimulatedPeer::start);
    return this;
  }

  /** Starts all, and runs until everyone knows the leader and that one answers readers. */
  SimulatedPeers startLed() {
    startAll();
    boolean led =
        runUntil(
            () ->
                running().stream().allMatch(peer -> peer.status().leader() != 0)
                    && leader().map(leader -> leader.life().gate.isOpen()).orElse(false),
            LED_WITHIN_MILLIS);
    if (!led) {
      throw new AssertionError("nobody leads after " + LED_WITHIN_MILLIS + " ms");
    }
    return this;
  }

  SimulatedPeer peer(long member) {
    return peers.get(member);
  }

  List<SimulatedPeer> all() {
    return List.copyOf(peers.values());
  }

  List<SimulatedPeer> running() {
    return peers.values().stream().filter(SimulatedPeer::isRunning).toList();
  }

  /** The leader of the newest term, established or not. */
  Optional<SimulatedPeer> leader() {
    return running().stream()
        .filter(peer -> peer.status().isLeader())
        .max(Comparator.comparingLong(peer -> peer.status().term()));
  }

  long nowMillis() {
    return time.nowMillis();
  }

  long snapshotCount() {
    return snapshotCount;
  }

  Weather weather() {
    return weather;
  }

  void setWeather(Weather next) {
    weather = next;
  }

  /** Commands that are forwarded from now on come so much later. */
  void setForwardedLate(long millis) {
    forwardedLateMillis = millis;
  }

  long forwardedLateMillis() {
    return forwardedLateMillis;
  }

  /** Nothing passes between these and the others. */
  void cutOff(Long... members) {
    cutOff.clear();
    cutOff.addAll(List.of(members));
  }

  void heal() {
    cutOff.clear();
  }

  boolean connected(long from, long to) {
    return cutOff.contains(from) == cutOff.contains(to);
  }

  boolean happens(int thousandths) {
    return time.happens(thousandths);
  }

  void schedule(long delayMillis, Runnable work) {
    time.schedule(delayMillis, work);
  }

  /** Lets time pass. */
  void run(long millis) {
    time.run(millis);
  }

  /** Lets time pass until something holds; false if it does not within the time. */
  boolean runUntil(BooleanSupplier condition, long withinMillis) {
    return time.runUntil(condition, withinMillis);
  }

  @Override
  public void close() {
    peers.values().forEach(SimulatedPeer::stop);
  }
}
