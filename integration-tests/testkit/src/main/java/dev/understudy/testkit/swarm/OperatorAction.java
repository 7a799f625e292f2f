package dev.understudy.testkit.swarm;

import dev.understudy.api.OperatorBackend;
import dev.understudy.clusterconfig.ApiException;
import dev.understudy.clusterconfig.AutopilotConfig;
import dev.understudy.clusterconfig.SchedulerConfig;
import dev.understudy.peer.PeerServer;
import dev.understudy.testkit.SimulatedCluster;
import dev.understudy.testkit.SimulatedMachine;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * An operator does something, and does not look whether it was done.
 *
 * @param kind what
 * @param who to which machine, or by which
 * @param change of the config, or the whole of a setting, as JSON
 */
public record OperatorAction(Kind kind, Who who, String change) implements Action {
  private static final long TIMEOUT_MILLIS = 10_000;
  private static final int MOST_MACHINES = 7;

  /** What operators do. */
  public enum Kind {
    /** Takes a machine's seat, which no operator in his senses does while another is empty. */
    REMOVE,
    /** Starts a new machine. */
    JOIN,
    /** Changes the config. */
    CONFIG,
    /** Lets the leader hand over. */
    HAND_OVER,
    /** Sets how seats are looked after. */
    AUTOPILOT,
    /** Sets who may take seats of living peers. */
    SCHEDULER
  }

  @Override
  public void happen(Stage stage) {
    who.in(stage.cluster()).ifPresent(machine -> happen(stage, machine));
  }

  private void happen(Stage stage, SimulatedMachine machine) {
    SimulatedCluster cluster = stage.cluster();
    switch (kind) {
      case REMOVE -> remove(stage, machine);
      case JOIN -> {
        if (cluster.machines().size() < MOST_MACHINES) {
          stage.addMachine().start();
        }
      }
      case CONFIG -> {
        stage.note("an operator asks " + machine.name() + " for " + change);
        var unused = cluster.newOperator().putConfig(machine.peerUrl(), change, TIMEOUT_MILLIS);
      }
      case HAND_OVER ->
          machine
              .peer()
              .ifPresent(
                  peer -> {
                    stage.note(machine.name() + " is to hand over");
                    var unused = peer.handOver(TIMEOUT_MILLIS);
                  });
      case AUTOPILOT, SCHEDULER -> machine.receive(() -> set(stage, machine));
    }
  }

  private void set(Stage stage, SimulatedMachine machine) {
    Optional<OperatorBackend> asked = machine.peer().map(PeerServer::operator);
    asked.ifPresent(
        operator -> {
          stage.note("an operator sets " + kind + " by " + machine.name() + " to " + change);
          try {
            var unused =
                kind == Kind.AUTOPILOT
                    ? operator.set(AutopilotConfig.fromRequest(change), OptionalLong.empty())
                    : operator.set(SchedulerConfig.fromRequest(change), OptionalLong.empty());
          } catch (ApiException e) {
            throw new IllegalArgumentException(change, e);
          }
        });
  }

  private static void remove(Stage stage, SimulatedMachine machine) {
    if (stage.isWhole()) {
      stage.note("an operator removes " + machine.name());
      SimulatedMachine asked = stage.cluster().leader().orElse(machine);
      stage.removing(
          stage.cluster().newOperator().remove(asked.peerUrl(), machine.name(), TIMEOUT_MILLIS));
    }
  }
}
