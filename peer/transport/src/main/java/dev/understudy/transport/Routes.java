package dev.understudy.transport;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * The ways to other members: a link to each with a known address, and the stream that each opened
 * to us. Any thread may look one up; {@link #agreeWith} and {@link #forgetLinks} are for one thread
 * at a time.
 */
final class Routes {
  /** What {@link #agreeWith} has changed: links to be retired, and links to be connected. */
  record Change(List<PeerLink> superfluous, List<PeerLink> fresh) {}

  private final Map<Long, PeerLink> links = new ConcurrentHashMap<>();
  private final Map<Long, PeerStream> accepted = new ConcurrentHashMap<>();

  /** Who holds a seat as far as is known; nobody for a peer that has just got its own. */
  private volatile Set<Long> members = Set.of();

  /** The link to a member; null when its address is not known. */
  PeerLink link(long member) {
    return links.get(member);
  }

  /** The streams that members opened to us, by member. */
  Map<Long, PeerStream> accepted() {
    return accepted;
  }

  void setMembers(Set<Long> seated) {
    members = Set.copyOf(seated);
  }

  /**
   * Makes the links agree with the addresses.
   *
   * @param maker makes the link to a member
   */
  Change agreeWith(Map<Long, URI> peerUrls, Function<Map.Entry<Long, URI>, PeerLink> maker) {
    Change change = new Change(new ArrayList<>(), new ArrayList<>());
    links.forEach(
        (member, link) -> {
          if (!link.peerUrl().equals(peerUrls.get(member))) {
            links.remove(member);
            change.superfluous().add(link);
          }
        });
    for (Map.Entry<Long, URI> address : peerUrls.entrySet()) {
      if (!links.containsKey(address.getKey())) {
        PeerLink link = maker.apply(address);
        links.put(address.getKey(), link);
        change.fresh().add(link);
      }
    }
    return change;
  }

  /** Forgets all links and returns them. */
  List<PeerLink> forgetLinks() {
    List<PeerLink> last = List.copyOf(links.values());
    links.clear();
    return last;
  }

  /**
   * The stream to a member; null when there is none. Prefers our own; takes theirs while ours does
   * not stand, or when we do not know where they are. A message waits in the queue of a stream that
   * is being connected when there is nothing better.
   */
  PeerStream to(long member) {
    PeerLink link = links.get(member);
    PeerStream ours = link == null ? null : link.stream();
    if (ours != null && ours.isOpen()) {
      return ours;
    }
    PeerStream theirs = accepted.get(member);
    return theirs != null && theirs.isOpen() ? theirs : ours;
  }

  /**
   * Whether a member may send large frames for as long as it likes: it has a seat, or it is the
   * leader that this peer follows, which a peer that was cut off may not know as a member yet. A
   * peer that knows nobody has to believe everybody.
   */
  boolean isKnown(long member, PeerReceiver receiver) {
    Set<Long> seated = members;
    return seated.isEmpty() || seated.contains(member) || receiver.following().leader() == member;
  }
}
