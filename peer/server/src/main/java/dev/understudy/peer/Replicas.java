package dev.understudy.peer;

import dev.understudy.clusterconfig.HexId;
import dev.understudy.clusterconfig.JoinRequest;
import dev.understudy.clusterconfig.LocalData;
import dev.understudy.clusterconfig.MachineRecord;
import dev.understudy.clusterconfig.MachineUrl;
import dev.understudy.clusterconfig.ReplicaReply;
import dev.understudy.clusterconfig.ReplicaRequest;
import dev.understudy.peer.driver.DriverProxy;
import dev.understudy.peer.leadership.Duty;
import dev.understudy.statemachine.Registry;
import dev.understudy.statemachine.StateMachine;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The standbys to which this leader sends its log, so that they hold the data. They have no seat
 * and no vote, no quorum counts them, and nothing of them is in the log: a leader knows them by
 * their syncs alone, and one that is silent for some of these is let go. A new leader learns of
 * them when they sync with it.
 *
 * <p>An id is given to one replica at a time, and to another machine never again. With it the
 * replica takes a seat. A process that has just started may have less than the one before it has
 * acknowledged under this id; so it is asked anew what it has, which costs a round trip. To go by
 * what is known to be acknowledged would not do: it may be this process that has done so, before
 * its first sync was answered.
 *
 * <p>Any thread; never blocks.
 */
final class Replicas implements Duty {
  private static final Logger LOG = LoggerFactory.getLogger(Replicas.class);

  /** Each costs the leader as much as a follower does. */
  static final int MAX = 8;

  /** A sync or two may be lost, with a change of leaders in between. */
  static final int LEASE_INTERVALS = 3;

  private static final long PASS_INTERVAL_MILLIS = 500;

  private record Lease(MachineRecord machine, long member, long untilMillis) {}

  private final DriverProxy driver;
  private final StateMachine machine;
  private final LongSupplier newMemberId;
  private final LongSupplier clockMillis;

  /** By name. Guarded by this. */
  private final Map<String, Lease> leases = new TreeMap<>();

  /**
   * @param newMemberId draws ids at random, never 0
   * @param clockMillis monotonic
   */
  Replicas(
      DriverProxy driver,
      StateMachine machine,
      LongSupplier newMemberId,
      LongSupplier clockMillis) {
    this.driver = driver;
    this.machine = machine;
    this.newMemberId = newMemberId;
    this.clockMillis = clockMillis;
  }

  /**
   * A standby has synced with this leader and wants the data, or goes on wanting them.
   *
   * @param standby is where it says
   */
  synchronized ReplicaReply wanted(MachineRecord standby, ReplicaRequest request) {
    Registry registry = machine.registry();
    Optional<Lease> before = Optional.ofNullable(leases.get(standby.name()));
    if (!driver.status().isLeader()) {
      return new ReplicaReply.Refused("this machine does not lead");
    }
    if (hasSeat(standby, registry)) {
      return new ReplicaReply.Refused(standby.name() + ", or its address, has a seat");
    }
    if (before.isEmpty() && leases.size() >= MAX) {
      return new ReplicaReply.Refused("there are " + MAX + " replicas, and no more can be");
    }
    long member = idForReplica(standby, request, registry);
    long leaseMillis = LEASE_INTERVALS * machine.config().syncIntervalMillis();
    Lease lease = new Lease(standby, member, clockMillis.getAsLong() + leaseMillis);
    leases.put(standby.name(), lease);
    boolean known =
        before.isPresent()
            && before.get().member() == member
            && before.get().machine().equals(standby);
    if (!known) {
      LOG.info(
          "{} ({}) at {} is a replica: it gets the log, and has no vote",
          standby.name(),
          HexId.text(member),
          standby.peerUrl());
    }
    if (!known || request.lastIndex().isPresent()) {
      tellDriver(Set.of(member));
    }
    return new ReplicaReply.Granted(member, driver.status().commit());
  }

  private static boolean hasSeat(MachineRecord standby, Registry registry) {
    return registry.all().stream()
        .anyMatch(
            seat ->
                seat.name().equals(standby.name())
                    || MachineUrl.same(seat.peerUrl(), standby.peerUrl()));
  }

  /** The id that it has, if that can be nobody else's. */
  private long idForReplica(MachineRecord standby, ReplicaRequest request, Registry registry) {
    long held = request.memberId();
    boolean usable =
        held != 0
            && !registry.removed().contains(held)
            && registry.byMember(held).isEmpty()
            && leases.values().stream()
                .noneMatch(
                    other ->
                        other.member() == held && !other.machine().name().equals(standby.name()));
    if (usable) {
      return held;
    }
    return unusedId(registry);
  }

  private long unusedId(Registry registry) {
    long fresh = newMemberId.getAsLong();
    while (registry.removed().contains(fresh) || registry.byMember(fresh).isPresent()) {
      fresh = newMemberId.getAsLong();
    }
    return fresh;
  }

  /**
   * The id under which a machine takes a seat: that of the replica that it is, or an unused one.
   */
  synchronized long idForSeat(JoinRequest request) {
    Lease lease = leases.get(request.name());
    return lease != null
            && isUnderWay(lease)
            && request.data() instanceof LocalData.Held held
            && held.memberId() == lease.member()
        ? lease.member()
        : unusedId(machine.registry());
  }

  private boolean isUnderWay(Lease lease) {
    return clockMillis.getAsLong() <= lease.untilMillis();
  }

  /** How many entries each lacks, by its name. */
  synchronized Map<String, Long> lags() {
    long commit = driver.status().commit();
    Map<Long, Long> match = driver.observerMatch();
    Map<String, Long> lags = new TreeMap<>();
    leases.forEach(
        (name, lease) ->
            lags.put(name, Math.max(0, commit - match.getOrDefault(lease.member(), 0L))));
    return lags;
  }

  /**
   * @param anew of whom it is forgotten what they have
   */
  private void tellDriver(Set<Long> anew) {
    Map<Long, URI> urls = new TreeMap<>();
    leases
        .values()
        .forEach(
            lease ->
                MachineUrl.ofStored(lease.machine().peerUrl())
                    .ifPresent(url -> urls.put(lease.member(), url.toUri())));
    driver.observe(urls, anew);
  }

  // ---- a duty of the leader

  @Override
  public String name() {
    return "replicas";
  }

  @Override
  public long intervalMillis() {
    return PASS_INTERVAL_MILLIS;
  }

  /** Some may have come before. */
  @Override
  public synchronized void start(long term, long nowMillis) {
    tellDriver(Set.of());
  }

  /** Lets go of those that are silent, and of those that have a seat now. */
  @Override
  public synchronized void pass(long nowMillis) {
    Registry registry = machine.registry();
    List<Lease> over =
        leases.values().stream()
            .filter(lease -> !isUnderWay(lease) || hasSeat(lease.machine(), registry))
            .toList();
    for (Lease lease : over) {
      leases.remove(lease.machine().name());
      LOG.info(
          "{} ({}) is a replica no more: {}",
          lease.machine().name(),
          HexId.text(lease.member()),
          isUnderWay(lease) ? "it has a seat" : "it does not sync any more");
    }
    if (!over.isEmpty()) {
      tellDriver(Set.of());
    }
  }

  @Override
  public synchronized void stop() {
    leases.clear();
  }
}
