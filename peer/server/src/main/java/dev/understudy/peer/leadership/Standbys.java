package dev.understudy.peer.leadership;

import dev.understudy.clusterconfig.StandbyNotice;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;

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

        @Override
        public Set<String> call(int seats, Predicate<String> wanted, Consumer<String> unreached) {
          return Set.of();
        }
      };

  /** All of them, the best first. */
  List<Announced> all();

  /** The names of those that take seats, in the order in which they would be given one now. */
  List<String> takers();

  /** Whether one of them could take the seat of a dead peer. */
  boolean hasCandidate();

  /**
   * Lets the best of them know that there may be a seat for them, so that they ask for it now
   * rather than at their next sync. Who comes gets what it would have got then.
   *
   * @param seats how many seats there are
   * @param wanted whether a standby may take one of them, by its name
   * @param unreached told the names of those that turn out not to have heard, on any thread
   * @return the names of those that are called
   */
  Set<String> call(int seats, Predicate<String> wanted, Consumer<String> unreached);

  /**
   * A standby that was heard of lately.
   *
   * @param notice what it said of itself last
   * @param firstHeardMillis monotonic time at which it made itself known
   * @param lastHeardMillis monotonic time of its last sync
   */
  record Announced(StandbyNotice notice, long firstHeardMillis, long lastHeardMillis) {}
}
