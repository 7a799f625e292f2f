package dev.understudy.peer;

import dev.understudy.peer.driver.PeerStatus;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;

/** Who takes over from a leader that goes. */
final class Succession {
  private Succession() {}

  /**
   * The voter that was heard lately and holds most of the log; empty when there is none, or when
   * this peer does not lead.
   *
   * @param nowMillis monotonic time
   * @param aliveWithinMillis how long ago a voter must have been heard at most
   */
  static Optional<Long> of(PeerStatus status, long nowMillis, long aliveWithinMillis) {
    return status.peers().entrySet().stream()
        .filter(peer -> peer.getKey() != status.member())
        .filter(peer -> status.voters().contains(peer.getKey()))
        .filter(peer -> status.heardWithin(peer.getKey(), nowMillis, aliveWithinMillis))
        .max(
            Comparator.<Map.Entry<Long, PeerStatus.Peer>>comparingLong(
                    peer -> peer.getValue().match())
                .thenComparingLong(peer -> peer.getValue().lastHeardMillis()))
        .map(Map.Entry::getKey);
  }
}
