package dev.understudy.testkit.swarm;

import dev.understudy.peer.PeerServer;
import dev.understudy.peer.driver.PeerStatus;
import dev.understudy.testkit.ClusterListener;
import dev.understudy.testkit.SimulatedMachine;
import java.util.List;

/**
 * The power of all machines goes at the same moment, which is the worst one: just when a leader has
 * committed something and answers for it. What a majority has acknowledged and not synced is lost
 * then; the loss of one machine's power hardly ever shows it. Each machine is started again, one a
 * little later than the other.
 *
 * @param millis how long the first is off
 * @param apartMillis how much later each other one is started
 */
public record Blackout(long millis, long apartMillis) implements Action {
  /** Nothing is committed for so long only when nobody leads. */
  private static final long ARMED_MILLIS = 5_000;

  @Override
  public void happen(Stage stage) {
    AtTheNextCommit trigger = new AtTheNextCommit(this, stage);
    stage.cluster().addListener(trigger);
    stage.endAfter(ARMED_MILLIS, () -> trigger.over = true);
  }

  private void happenNow(Stage stage) {
    stage.note("the power goes everywhere");
    List<SimulatedMachine> all =
        stage.cluster().machines().stream().filter(SimulatedMachine::isRunning).toList();
    all.forEach(SimulatedMachine::crash);
    long afterMillis = millis;
    for (SimulatedMachine machine : all) {
      stage.endAfter(afterMillis, () -> start(machine));
      afterMillis += apartMillis;
    }
  }

  private static void start(SimulatedMachine machine) {
    if (!machine.isRunning()) {
      machine.start();
    }
  }

  /** Waits for the next commit of a leader whose turn was seen before. */
  private static final class AtTheNextCommit implements ClusterListener {
    private final Blackout blackout;
    private final Stage stage;
    private long member;
    private long commit = Long.MAX_VALUE;
    private boolean over;

    AtTheNextCommit(Blackout blackout, Stage stage) {
      this.blackout = blackout;
      this.stage = stage;
    }

    @Override
    public void turned(String machine, PeerServer peer) {
      PeerStatus status = peer.status();
      if (over || !status.isLeader()) {
        return;
      }
      if (status.member() == member && status.commit() > commit) {
        over = true;
        // Once it has given out what it answers.
        stage.later(0, () -> blackout.happenNow(stage));
      }
      member = status.member();
      commit = status.commit();
    }
  }
}
