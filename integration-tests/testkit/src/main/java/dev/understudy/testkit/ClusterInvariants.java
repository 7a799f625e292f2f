package dev.understudy.testkit;

import dev.understudy.clusterconfig.ClusterConfig;
import dev.understudy.peer.PeerServer;
import dev.understudy.peer.PeerServer.RecoveredIdentity;
import dev.understudy.peer.driver.PeerStatus;
import java.util.HashMap;
import java.util.Map;

/** What must hold at every moment of a simulated cluster; checked after every turn of a peer. */
final class ClusterInvariants {
  private final Map<Long, Long> leaderOfTerm = new HashMap<>();
  private long clusterId;
  private int maxActiveSize;

  /** The cluster may have so many seats from now on; what it may have had before stays allowed. */
  void allowActiveSize(ClusterConfig config) {
    maxActiveSize = Math.max(maxActiveSize, config.activeSize());
  }

  /**
   * Checks one peer.
   *
   * @throws AssertionError if an invariant does not hold
   */
  void check(PeerServer peer) {
    PeerStatus status = peer.status();
    RecoveredIdentity identity = peer.recollection();
    checkCluster(identity.identity().clusterId());
    if (status.isLeader()) {
      checkLeader(status);
    }
    int seats = identity.registry().all().size();
    that(seats <= maxActiveSize, seats + " seats of " + maxActiveSize);
    // One change of the members at a time: a joint configuration has one voter more at most.
    int voters = status.voters().size();
    that(voters <= maxActiveSize + 1, voters + " voters for " + maxActiveSize + " seats");
  }

  private void checkCluster(long id) {
    that(clusterId == 0 || clusterId == id, "a second cluster was founded");
    clusterId = id;
  }

  private void checkLeader(PeerStatus status) {
    Long other = leaderOfTerm.putIfAbsent(status.term(), status.member());
    that(
        other == null || other == status.member(),
        "two leaders in term " + status.term() + ": " + other + " and " + status.member());
  }

  private static void that(boolean holds, String otherwise) {
    if (!holds) {
      throw new AssertionError(otherwise);
    }
  }
}
