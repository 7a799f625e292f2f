package dev.understudy.standby;

import dev.understudy.clusterconfig.MachineView;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

/** What the ports of a standby show of it. For any thread; never blocks. */
interface StandbyView {
  /**
   * The leader, by its own word of a moment ago; it is asked first where that is longer ago.
   * Completes soon, and empty where nobody knows.
   */
  CompletableFuture<Optional<MachineView>> leaderNow();

  /** The leader as of the last sync that is not overdue; nobody is asked. */
  Optional<MachineView> leaderAsSynced();

  /** What is known of the cluster. */
  StandbyInfo info();

  /** How long ago a peer has answered a sync; empty when none has yet. */
  OptionalLong syncAgeMillis();
}
