package dev.understudy.clusterconfig;

import java.util.OptionalLong;

/**
 * What {@code GET /version} on a peer port answers.
 *
 * @param storeVersion the bare number in the body, see {@link StoreVersion}
 * @param clusterId the cluster that the peer belongs to, from the header {@link
 *     #CLUSTER_ID_HEADER}; empty when it was not said
 */
public record PeerVersion(int storeVersion, OptionalLong clusterId) {
  /** The cluster's id in hex; peers send it with every answer. */
  public static final String CLUSTER_ID_HEADER = "X-Etcd-Cluster-Id";
}
