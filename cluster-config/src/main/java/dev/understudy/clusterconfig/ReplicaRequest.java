package dev.understudy.clusterconfig;

import java.util.OptionalLong;

/**
 * What a standby that wants to hold the cluster's data says of what it holds.
 *
 * @param memberId the id under which it was given the log; 0 when it has none yet
 * @param lastIndex the index of the last entry that it had when it started; empty once the leader
 *     knows better
 */
public record ReplicaRequest(long memberId, OptionalLong lastIndex) {
  /** Of a standby that holds nothing. */
  public static final ReplicaRequest FIRST = new ReplicaRequest(0, OptionalLong.empty());

  /** Whether it holds anything. */
  public boolean holdsData() {
    return memberId != 0;
  }
}
