package dev.understudy.testkit.invariants;

import dev.understudy.peer.driver.PeerStatus;
import java.util.HashMap;
import java.util.Map;

/** At most one leader is elected in a term (Raft, figure 3: election safety). */
final class Leaders {
  private final Map<Long, Long> leaderOfTerm = new HashMap<>();

  void check(PeerStatus status) {
    if (status.leader() == 0) {
      return;
    }
    if (status.isLeader() && status.leader() != status.member()) {
      throw new Violation("a leader follows nobody", status.toString());
    }
    Long other = leaderOfTerm.putIfAbsent(status.term(), status.leader());
    if (other != null && other != status.leader()) {
      throw new Violation(
          "one leader in a term",
          "in term %d %x leads, as %x says, and %x did"
              .formatted(status.term(), status.leader(), status.member(), other));
    }
  }
}
