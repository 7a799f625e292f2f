package dev.understudy.testkit.swarm;

import dev.understudy.peer.PeerServer;
import dev.understudy.peer.driver.PeerStatus;
import dev.understudy.raft.Role;
import dev.understudy.testkit.ClusterListener;
import dev.understudy.testkit.SimulatedMachine;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The power of a voter goes just when it has come to a new term and nobody leads there yet: that is
 * when it votes. A vote that was sent before it was synced is forgotten then, which hardly ever
 * shows when the power goes at another time.
 *
 * @param afterMillis how long after the voter came to the term
 * @param millis for how long it is off
 */
public record LossAtAVote(long afterMillis, long millis) implements Action {
  private static final long ARMED_MILLIS = 15_000;

  @Override
  public void happen(Stage stage) {
    AtTheNextVote trigger = new AtTheNextVote(this, stage);
    stage.cluster().addListener(trigger);
    stage.endAfter(ARMED_MILLIS, () -> trigger.over = true);
  }

  private void lose(Stage stage, String name) {
    Optional<SimulatedMachine> voter =
        stage.cluster().machines().stream()
            .filter(machine -> machine.name().equals(name) && machine.isRunning())
            .findFirst();
    voter.ifPresent(
        machine -> {
          machine.crash();
          stage.endAfter(millis, () -> start(machine));
        });
  }

  private static void start(SimulatedMachine machine) {
    if (!machine.isRunning()) {
      machine.start();
    }
  }

  private static final class AtTheNextVote implements ClusterListener {
    private final LossAtAVote loss;
    private final Stage stage;
    private final Map<String, Long> terms = new HashMap<>();
    private boolean over;

    AtTheNextVote(LossAtAVote loss, Stage stage) {
      this.loss = loss;
      this.stage = stage;
    }

    @Override
    public void turned(String machine, PeerServer peer) {
      if (over) {
        return;
      }
      PeerStatus status = peer.status();
      Long before = terms.put(machine, status.term());
      if (before != null
          && before < status.term()
          && status.role() == Role.FOLLOWER
          && status.leader() == 0) {
        over = true;
        stage.later(loss.afterMillis(), () -> loss.lose(stage, machine));
      }
    }
  }
}
