package dev.understudy.clusterconfig;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What a standby learns from one peer in one sync.
 *
 * @param machines the machines with a seat, sorted by name
 * @param config the cluster config in force
 * @param offer whether an open seat is meant for the asking standby
 * @param clusterId the cluster that the peer belongs to; 0 when it does not say so
 * @param replica the answer to a standby that wants the data; empty when the peer says nothing of
 *     that
 */
public record SyncReply(
    List<MachineView> machines,
    ClusterConfig config,
    SeatOffer offer,
    long clusterId,
    Optional<ReplicaReply> replica) {
  /** Names the answering peer's cluster in every answer of the admin API, in hex. */
  public static final String CLUSTER_HEADER = "X-Etcd-Cluster-Id";

  /** The config in force, as JSON; told to standbys, so that a sync is one request. */
  public static final String CONFIG_HEADER = "X-Understudy-Config";

  /** Of a peer that does not say to which cluster it belongs. */
  public SyncReply(List<MachineView> machines, ClusterConfig config, SeatOffer offer) {
    this(machines, config, offer, 0);
  }

  /** Of a peer that says nothing of the data. */
  public SyncReply(
      List<MachineView> machines, ClusterConfig config, SeatOffer offer, long clusterId) {
    this(machines, config, offer, clusterId, Optional.empty());
  }

  public SyncReply {
    Objects.requireNonNull(replica);
    machines = List.copyOf(machines);
    Objects.requireNonNull(config);
    Objects.requireNonNull(offer);
  }

  /** The leader, as the answering peer knows it. */
  public Optional<MachineView> leader() {
    return machines.stream().filter(MachineView::isLeader).findFirst();
  }

  /** Reads {@link #CLUSTER_HEADER}; 0 when it is missing or no id. */
  public static long clusterIdIn(String header) {
    return HexId.parse(header).orElse(0);
  }
}
