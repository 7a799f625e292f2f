package dev.understudy.transport;

import dev.understudy.clusterconfig.Lineage;
import dev.understudy.clusterconfig.MachineTraits;
import java.net.URI;
import java.util.Objects;

/**
 * Who this peer is to the others.
 *
 * @param clusterId the cluster it belongs to; never 0
 * @param memberId its member id; never 0
 * @param peerUrl where others reach it, such as {@code http://127.0.0.1:2380}
 * @param lineage the starts of its directory, the present one first
 * @param traits what it says of its machine
 */
public record PeerIdentity(
    long clusterId, long memberId, URI peerUrl, Lineage lineage, MachineTraits traits) {
  /** A peer that says nothing of its machine. */
  public PeerIdentity(long clusterId, long memberId, URI peerUrl, Lineage lineage) {
    this(clusterId, memberId, peerUrl, lineage, MachineTraits.UNSTATED);
  }

  public PeerIdentity {
    Objects.requireNonNull(lineage, "lineage");
    Objects.requireNonNull(traits, "traits");
    Objects.requireNonNull(peerUrl, "peerUrl");
    if (clusterId == 0 || memberId == 0) {
      throw new IllegalArgumentException("0 is no id of a cluster or a member");
    }
  }
}
