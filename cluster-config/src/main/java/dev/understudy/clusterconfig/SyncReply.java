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
 */
public record SyncReply(List<MachineView> machines, ClusterConfig config, SeatOffer offer) {
  public SyncReply {
    machines = List.copyOf(machines);
    Objects.requireNonNull(config);
    Objects.requireNonNull(offer);
  }

  /** The leader, as the answering peer knows it. */
  public Optional<MachineView> leader() {
    return machines.stream().filter(MachineView::isLeader).findFirst();
  }
}
