package dev.understudy.peer.driver;

import dev.understudy.raft.ConfChange;
import dev.understudy.raft.ConfChange.StepType;
import dev.understudy.statemachine.Registry;
import dev.understudy.transport.Transport;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongPredicate;
import java.util.function.Supplier;

/**
 * Tells the network where the members are: those with a seat by the registry, a learner that has
 * none by what its leader was told. Only the leader that has brought such a learner in knows that;
 * for the next one it is reached over the stream that the learner itself opens.
 *
 * <p>For the driver's thread only.
 */
final class AddressBook {
  /** It has to be told that it leaves; and who does not hear of it asks in the end. */
  private static final long FAREWELL_MILLIS = 1_000;

  private final Transport network;
  private final Supplier<Registry> registry;
  private final LongPredicate isMember;
  private final Map<Long, URI> seatless = new HashMap<>();

  /** Until when those who have left are still reached; 0 before that is known. */
  private final Map<Long, Long> leaving = new HashMap<>();

  /**
   * @param isMember whether somebody belongs to the group now
   */
  AddressBook(Transport network, Supplier<Registry> registry, LongPredicate isMember) {
    this.isMember = isMember;
    this.network = network;
    this.registry = registry;
  }

  /** The registry is another one now. */
  void registryChanged() {
    publish();
  }

  /** A learner without a seat is reached there, until it leaves. */
  void reach(long learner, URI peerUrl) {
    seatless.put(learner, peerUrl);
    publish();
  }

  /** Who leaves is forgotten, after a while. */
  void membershipChanged(ConfChange change) {
    change.steps().stream()
        .filter(step -> step.type() == StepType.REMOVE && seatless.containsKey(step.member()))
        .forEach(step -> leaving.put(step.member(), 0L));
  }

  /** Forgets who has left; once a tick. */
  void expire(long nowMillis) {
    if (leaving.isEmpty()) {
      return;
    }
    leaving.replaceAll((member, due) -> due == 0 ? nowMillis + FAREWELL_MILLIS : due);
    if (leaving.values().removeIf(due -> due <= nowMillis)) {
      seatless.keySet().removeIf(member -> !leaving.containsKey(member) && !isMember.test(member));
      publish();
    }
  }

  private void publish() {
    Map<Long, URI> addresses = new HashMap<>(seatless);
    addresses.putAll(PeerAddresses.of(registry.get()));
    network.setPeers(addresses);
  }
}
