package dev.understudy.peer.driver;

import dev.understudy.statemachine.Registry;
import java.net.URI;
import java.util.Map;
import java.util.stream.Collectors;

/** Where the members of a registry are reached. */
public final class PeerAddresses {
  private PeerAddresses() {}

  /** The peer URL of each member. */
  public static Map<Long, URI> of(Registry registry) {
    return registry.all().stream()
        .collect(
            Collectors.toUnmodifiableMap(
                Registry.Seat::member, seat -> URI.create(seat.peerUrl())));
  }
}
