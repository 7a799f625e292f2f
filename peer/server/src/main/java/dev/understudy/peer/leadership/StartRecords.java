package dev.understudy.peer.leadership;

import dev.understudy.clusterconfig.Incarnation;
import dev.understudy.clusterconfig.Lineage;
import dev.understudy.peer.driver.Outcome;
import dev.understudy.statemachine.Registry.Seat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Records the starts of members that no join has recorded: of new members, of a leader's own
 * process, and of all when a whole cluster was started anew and there was nobody to ask.
 */
public final class StartRecords extends OneAtATimeDuty {
  private final LeaderView view;

  public StartRecords(LeaderView view, long intervalMillis) {
    super("start records", intervalMillis);
    this.view = view;
  }

  /** Several may have come together; no one waits for an interval because of another. */
  @Override
  public boolean isHurried() {
    return isDone();
  }

  @Override
  Optional<? extends CompletableFuture<? extends Outcome<?>>> next(long nowMillis) {
    Map<Long, Lineage> processes = view.processes();
    return view.registry().all().stream()
        .filter(seat -> isDue(seat, processes))
        .findFirst()
        .map(seat -> view.recordStart(seat.member(), startOf(seat, processes)));
  }

  /** Whether the process that speaks for a seat's member is another than the recorded one. */
  static boolean isDue(Seat seat, Map<Long, Lineage> processes) {
    Lineage lineage = processes.getOrDefault(seat.member(), Lineage.UNSTATED);
    return lineage.isStated()
        && !lineage.current().equals(seat.incarnation())
        && !lineage.isOutlivedBy(seat.incarnation());
  }

  private static Incarnation startOf(Seat seat, Map<Long, Lineage> processes) {
    return processes.get(seat.member()).current();
  }
}
