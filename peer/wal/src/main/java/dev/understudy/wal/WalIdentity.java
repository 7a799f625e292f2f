package dev.understudy.wal;

/**
 * Whose log this is; written into every segment.
 *
 * @param clusterId the cluster's id, unsigned, never 0
 * @param memberId the member's id in that cluster, unsigned, never 0
 */
public record WalIdentity(long clusterId, long memberId) {
  /** Refuses the id 0, which means none. */
  public WalIdentity {
    if (clusterId == 0 || memberId == 0) {
      throw new IllegalArgumentException("a cluster's and a member's id are never 0");
    }
  }

  @Override
  public String toString() {
    return "cluster " + Long.toHexString(clusterId) + " member " + Long.toHexString(memberId);
  }
}
