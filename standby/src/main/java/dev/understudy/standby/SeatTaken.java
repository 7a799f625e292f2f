package dev.understudy.standby;

import dev.understudy.clusterconfig.ClusterConfig;
import dev.understudy.clusterconfig.JoinReply;
import dev.understudy.clusterconfig.MachineView;
import java.util.List;
import java.util.Objects;

/**
 * A standby was given a seat: all that its machine needs to go on as a peer.
 *
 * @param reply the leader's answer, with the fresh member id
 * @param machines the machines with a seat as last synced, this one usually not yet among them
 * @param config the cluster config as last synced
 */
public record SeatTaken(JoinReply reply, List<MachineView> machines, ClusterConfig config) {
  public SeatTaken {
    Objects.requireNonNull(reply);
    machines = List.copyOf(machines);
    Objects.requireNonNull(config);
  }
}
