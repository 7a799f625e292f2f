package dev.understudy.peer.driver;

import dev.understudy.clusterconfig.MachineUrl;
import dev.understudy.statemachine.Registry;
import java.net.URI;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Where the members of a registry are reached. */
public final class PeerAddresses {
  private PeerAddresses() {}

  /** The peer URL of each member; none for a record, written by an older version, that has none. */
  public static Map<Long, URI> of(Registry registry) {
    Map<Long, URI> addresses = new TreeMap<>();
    registry
        .all()
        .forEach(
            seat -> address(seat.peerUrl()).ifPresent(url -> addresses.put(seat.member(), url)));
    return Collections.unmodifiableMap(addresses);
  }

  /** Older versions have taken a path, a user and more, which never were part of an address. */
  private static Optional<URI> address(String stored) {
    Optional<URI> url = MachineUrl.ofStored(stored).map(MachineUrl::toUri);
    return url.isPresent() ? url : dialled(stored);
  }

  private static Optional<URI> dialled(String stored) {
    try {
      URI url = URI.create(stored);
      return url.getHost() == null
          ? Optional.empty()
          : MachineUrl.ofStored(url.getScheme() + "://" + url.getHost() + port(url.getPort()))
              .map(MachineUrl::toUri);
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static String port(int number) {
    return number < 0 ? "" : ":" + number;
  }
}
