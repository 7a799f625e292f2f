package dev.understudy.peer.leadership;

import dev.understudy.clusterconfig.StandbyNotice;
import java.util.List;

/** The standbys that have made themselves known to this peer lately. For any thread. */
public interface Standbys {
  /** Where nobody knows of any. */
  Standbys NONE =
      new Standbys() {
        @Override
        public List<Announced> all() {
          return List.of();
        }

        @Override
        public List<String> takers() {
          return List.of();
        }

        @Override
        public boolean hasCandidate() {
          return false;
        }
      };

  /** All of them, the best first. */
  List<Announced> all();

  /** The names of those that take seats, in the order in which they would be given one now. */
  List<String> takers();

  /** Whether one of them could take the seat of a dead peer. */
  boolean hasCandidate();

  /**
   * A standby that was heard of lately.
   *
   * @param notice what it said of itself last
   * @param firstHeardMillis monotonic time at which it made itself known
   * @param lastHeardMillis monotonic time of its last sync
   */
  record Announced(StandbyNotice notice, long firstHeardMillis, long lastHeardMillis) {}
}
