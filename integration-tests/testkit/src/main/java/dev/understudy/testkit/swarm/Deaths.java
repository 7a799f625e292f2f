package dev.understudy.testkit.swarm;

import dev.understudy.clusterconfig.ClusterConfig;
import dev.understudy.peer.PeerServer;
import dev.understudy.testkit.SimulatedCluster;
import dev.understudy.testkit.SimulatedMachine;
import java.util.Optional;

/**
 * Peers lose their power one after the other, each only once the one before has lost its seat, and
 * stay away: with every seat that is taken from a dead peer fewer are left to lose. The cluster
 * goes down to where nobody's seat may be taken any more, which other faults hardly ever lead to.
 *
 * @param first the first of them, counted around
 * @param count how many; no more than leave a majority of the voters at the time
 * @param millis how long the last one is away, and with it all others
 */
public record Deaths(int first, int count, long millis) implements Action {
  /** A seat is noticed to be empty and taken within that, on top of the remove delay. */
  private static final long TAKEN_WITHIN_MILLIS = 1_500;

  @Override
  public void happen(Stage stage) {
    next(stage, count);
  }

  private void next(Stage stage, int left) {
    Optional<PeerServer> leader = stage.cluster().leader().flatMap(SimulatedMachine::peer);
    Optional<SimulatedMachine> victim =
        left == 0 || stage.isHealed() || leader.isEmpty()
            ? Optional.empty()
            : victim(stage.cluster(), leader.get());
    if (victim.isEmpty()) {
      return;
    }
    ClusterConfig config = leader.get().admin().config();
    victim.get().crash();
    stage.endAfter(millis, () -> start(victim.get()));
    stage.later(config.removeDelayMillis() + TAKEN_WITHIN_MILLIS, () -> next(stage, left - 1));
  }

  /** One that votes and does not lead, if the others are a majority without it. */
  private Optional<SimulatedMachine> victim(SimulatedCluster cluster, PeerServer leader) {
    var voters = leader.status().voters();
    var running =
        cluster.peers().stream()
            .filter(machine -> voters.contains(machine.peer().orElseThrow().status().member()))
            .toList();
    var others =
        running.stream()
            .filter(machine -> !machine.peer().orElseThrow().status().isLeader())
            .toList();
    return others.isEmpty() || running.size() - 1 <= voters.size() / 2
        ? Optional.empty()
        : Optional.of(others.get(first % others.size()));
  }

  private static void start(SimulatedMachine machine) {
    if (!machine.isRunning()) {
      machine.start();
    }
  }
}
