package dev.understudy.admin.http;

import dev.understudy.clusterconfig.ClusterConfig;
import dev.understudy.clusterconfig.MachineView;
import dev.understudy.clusterconfig.SeatOffer;
import dev.understudy.clusterconfig.StandbyNotice;
import dev.understudy.peer.ClusterAdmin;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/**
 * The standbys that have made themselves known to this peer by syncing, and whom of them an open
 * seat is meant for: the highest priority, then who has been known for longest. A standby that
 * misses its next sync is forgotten, so that nobody waits for one that is gone.
 *
 * <p>In memory only; a new leader learns its standbys with their next syncs, and until then the
 * first that asks gets the seat. For use by many threads; never blocks for long.
 */
public final class StandbyRegistry {
  /**
   * A standby that was heard of lately.
   *
   * @param notice what it said of itself last
   * @param firstHeardMillis when it made itself known, on the clock of the roll
   * @param lastHeardMillis when it synced last
   */
  public record Known(StandbyNotice notice, long firstHeardMillis, long lastHeardMillis) {
    /** Whether it takes a seat by itself. */
    boolean takesSeats() {
      return notice.seatPriority() > 0;
    }
  }

  /**
   * A notice costs some hundred bytes; whoever sends more names than that is no cluster of ours.
   */
  private static final int MAX_KNOWN = 1_000;

  /** Half an interval late is no accident of scheduling any more. */
  private static final double PATIENCE_INTERVALS = 1.5;

  private static final Comparator<Known> BEST_FIRST =
      Comparator.comparingInt((Known known) -> -known.notice().seatPriority())
          .thenComparingLong(Known::firstHeardMillis)
          .thenComparing(known -> known.notice().machine().name());

  private final LongSupplier monotonicMillis;
  private final Map<String, Known> byName = new HashMap<>();

  /**
   * @param monotonicMillis a clock that never goes back
   */
  public StandbyRegistry(LongSupplier monotonicMillis) {
    this.monotonicMillis = monotonicMillis;
  }

  /**
   * A standby syncs with a peer: it is noted, and the leader says whether an open seat is meant for
   * it.
   *
   * @param admin the peer
   * @return empty on a peer that does not lead
   */
  public Optional<SeatOffer> synced(StandbyNotice notice, ClusterAdmin admin) {
    heard(notice);
    return admin.isLeader()
        ? Optional.of(offerTo(notice.machine().name(), admin.machines(), admin.config()))
        : Optional.empty();
  }

  /** A standby has synced with this peer. */
  public synchronized void heard(StandbyNotice notice) {
    long now = monotonicMillis.getAsLong();
    String name = notice.machine().name();
    Known before = byName.get(name);
    if (before == null && byName.size() >= MAX_KNOWN) {
      return;
    }
    byName.put(name, new Known(notice, before == null ? now : before.firstHeardMillis(), now));
  }

  /** The standbys that are there, the best first; none that has a seat. */
  public synchronized List<Known> candidates(List<MachineView> machines, ClusterConfig config) {
    long now = monotonicMillis.getAsLong();
    long patience = Math.round(PATIENCE_INTERVALS * config.syncIntervalMillis());
    byName.values().removeIf(known -> now - known.lastHeardMillis() > patience);
    Set<String> seated = machines.stream().map(MachineView::name).collect(Collectors.toSet());
    return byName.values().stream()
        .filter(known -> !seated.contains(known.notice().machine().name()))
        .sorted(BEST_FIRST)
        .toList();
  }

  /** Whether an open seat is meant for the standby of that name. Asked on the leader. */
  public SeatOffer offerTo(String name, List<MachineView> machines, ClusterConfig config) {
    int open = config.activeSize() - machines.size();
    boolean isAmongTheBest =
        candidates(machines, config).stream()
            .filter(Known::takesSeats)
            .limit(Math.max(0, open))
            .anyMatch(known -> known.notice().machine().name().equals(name));
    return isAmongTheBest ? SeatOffer.OFFERED : SeatOffer.WITHHELD;
  }
}
