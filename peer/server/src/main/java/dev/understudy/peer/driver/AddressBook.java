package dev.understudy.peer.driver;

import dev.understudy.clusterconfig.Incarnation;
import dev.understudy.raft.ConfChange;
import dev.understudy.raft.RaftCore;
import dev.understudy.statemachine.Registry;
import dev.understudy.statemachine.Registry.Seat;
import dev.understudy.transport.Transport;
import java.net.URI;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Tells the network whom this peer reaches, and where:
 *
 * <ul>
 *   <li>those with a seat, by the registry;
 *   <li>those who have lost theirs and leave by a joint configuration, where they were reached
 *       before: their votes count until it is left;
 *   <li>a learner that has none yet, by what its leader was told. Only the leader that has brought
 *       such a learner in knows that; for the next one it is reached over the stream that the
 *       learner itself opens;
 *   <li>a leader's observers, to which it sends the log though they are no members.
 * </ul>
 *
 * <p>An observer itself, which nobody but its leader expects, reaches for nobody until it is a
 * member: the leader comes to it.
 *
 * <p>For the driver's thread, but for {@link #stillVoting}.
 */
final class AddressBook {
  /** It has to be told that it leaves; and who does not hear of it asks in the end. */
  private static final long FAREWELL_MILLIS = 1_000;

  private final RaftCore core;
  private final Transport network;
  private final Supplier<Registry> registry;
  private final boolean observer;
  private final Map<Long, URI> seatless = new HashMap<>();
  private Map<Long, URI> observers = Map.of();

  /** The seats as they were published last. */
  private Registry published = Registry.EMPTY;

  /** The former seats of members that have not lost their votes yet. Written here alone. */
  private volatile Registry stillVoting = Registry.EMPTY;

  /** Until when those who have left are still reached; 0 before that is known. */
  private final Map<Long, Long> leaving = new HashMap<>();

  /**
   * @param observer whether this peer began as somebody's observer
   */
  AddressBook(RaftCore core, Transport network, Supplier<Registry> registry, boolean observer) {
    this.core = core;
    this.network = network;
    this.registry = registry;
    this.observer = observer;
  }

  /** The registry is another one now, or the first. */
  void registryChanged() {
    publish();
  }

  /**
   * A learner without a seat is reached there, until it leaves; nothing changes when it is no
   * member any more.
   */
  void reach(long learner, URI peerUrl) {
    if (isInConfiguration(learner)) {
      seatless.put(learner, peerUrl);
      publish();
    }
  }

  /**
   * Lets others observe; replaces those who did.
   *
   * @param urls the peer URL of each, by its id
   * @param anew of whom the core forgets what they have
   * @return whether this peer leads; otherwise nobody observes
   */
  boolean observe(Map<Long, URI> urls, Set<Long> anew) {
    if (!anew.isEmpty()) {
      Set<Long> others = new HashSet<>(urls.keySet());
      others.removeAll(anew);
      core.observe(others);
    }
    boolean leads = core.observe(urls.keySet());
    observers = leads ? Map.copyOf(urls) : Map.of();
    publish();
    return leads;
  }

  /** Nobody observes a follower. */
  void leadershipEnded() {
    if (!observers.isEmpty()) {
      observers = Map.of();
      publish();
    }
  }

  /** Whether somebody observes this leader, and has not been a member that lost its seat. */
  boolean isObserver(long id) {
    return observers.containsKey(id) && !registry.get().removed().contains(id);
  }

  /** Who leaves is forgotten, after a while; an observer that comes in reaches for the others. */
  void membershipChanged(ConfChange change) {
    letGoOfThoseWhoLeft();
    if (observer || change.leavesJoint()) {
      publish();
    }
  }

  private void letGoOfThoseWhoLeft() {
    seatless.keySet().stream()
        .filter(member -> !isInConfiguration(member))
        .forEach(member -> leaving.putIfAbsent(member, 0L));
  }

  /**
   * The former seats of members that vote until a joint configuration is left; without those whose
   * address has another member now. For any thread.
   */
  Registry stillVoting() {
    return stillVoting;
  }

  /** Forgets who has left; once a tick. */
  void expire(long nowMillis) {
    if (leaving.isEmpty()) {
      return;
    }
    leaving.replaceAll((member, due) -> due == 0 ? nowMillis + FAREWELL_MILLIS : due);
    if (leaving.values().removeIf(due -> due <= nowMillis)) {
      seatless
          .keySet()
          .removeIf(member -> !leaving.containsKey(member) && !isInConfiguration(member));
      publish();
    }
  }

  private boolean isInConfiguration(long id) {
    return core.confState().contains(id);
  }

  private void publish() {
    rememberVotes(registry.get());
    // A seat says where its member is, and may say another place later.
    seatless.keySet().removeIf(member -> published.byMember(member).isPresent());
    letGoOfThoseWhoLeft();
    Map<Long, URI> addresses = new HashMap<>(observers);
    addresses.putAll(seatless);
    if (!observer || isInConfiguration(core.id())) {
      addresses.putAll(PeerAddresses.of(stillVoting));
      addresses.putAll(PeerAddresses.of(published));
    }
    network.setPeers(addresses);
    Map<Long, Incarnation> starts = new HashMap<>(stillVoting.recordedStarts());
    starts.putAll(published.recordedStarts());
    network.setRecordedStarts(starts);
  }

  /** A member whose address was taken over with its seat is there no more. */
  private void rememberVotes(Registry now) {
    SortedMap<String, Seat> seats = new TreeMap<>();
    Stream.concat(stillVoting.all().stream(), published.all().stream())
        .filter(seat -> isInConfiguration(seat.member()) && now.byMember(seat.member()).isEmpty())
        .filter(seat -> now.byPeerUrl(seat.peerUrl()).isEmpty())
        .forEach(seat -> seats.put(seat.name(), seat));
    stillVoting = new Registry(seats, Set.of());
    published = now;
  }
}
