package dev.understudy.peer.leadership;

import dev.understudy.peer.driver.PeerStatus;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The voters that are alive, as their leader sees it.
 *
 * @param alive voters that were heard lately, the leader itself among them
 * @param voters all voters
 */
public record LiveVoters(Set<Long> alive, Set<Long> voters) {
  /** As of a leader's status. */
  public static LiveVoters of(PeerStatus status, long nowMillis, long aliveWithinMillis) {
    Set<Long> alive =
        status.voters().stream()
            .filter(voter -> status.heardWithin(voter, nowMillis, aliveWithinMillis))
            .collect(Collectors.toUnmodifiableSet());
    return new LiveVoters(alive, status.voters());
  }

  int count() {
    return alive.size();
  }

  boolean hasMajority() {
    return alive.size() >= voters.size() / 2 + 1;
  }

  /** Whether those who are left without one member still have a majority that is alive. */
  public boolean hasMajorityWithout(long member) {
    int left = voters.contains(member) ? voters.size() - 1 : voters.size();
    int aliveLeft = alive.contains(member) ? alive.size() - 1 : alive.size();
    return aliveLeft >= left / 2 + 1;
  }
}
