package dev.understudy.standby;

import dev.understudy.clusterconfig.MachineView;
import java.util.Optional;

/**
 * The leader as a standby has found it.
 *
 * @param leader the machine that has said of itself that it leads; empty when none has
 * @param atMillis when, on the standby's monotonic clock
 */
record LeaderSight(Optional<MachineView> leader, long atMillis) {
  boolean isWithin(long millis, long nowMillis) {
    return nowMillis - atMillis <= millis;
  }
}
