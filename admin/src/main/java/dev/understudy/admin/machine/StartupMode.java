package dev.understudy.admin.machine;

import dev.understudy.clusterconfig.JoinReply;
import dev.understudy.clusterconfig.MachineView;
import dev.understudy.wal.WalIdentity;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** As what a machine begins. */
sealed interface StartupMode {
  /**
   * A standby.
   *
   * @param seedPeerUrls whom to ask about the cluster besides those saved
   * @param reason one line for an operator
   * @param lost whose log lies here though its seat is gone; empty when there is none
   */
  record AsStandby(List<String> seedPeerUrls, String reason, Optional<WalIdentity> lost)
      implements StartupMode {
    /** Of a machine without a log. */
    AsStandby(List<String> seedPeerUrls, String reason) {
      this(seedPeerUrls, reason, Optional.empty());
    }
  }

  /**
   * The only peer of a new cluster.
   *
   * @param seats how many machines have said that they begin as peers; empty when they have not
   */
  record AsFounder(OptionalInt seats) implements StartupMode {
    /** Of a cluster whose config says how many seats it has. */
    AsFounder() {
      this(OptionalInt.empty());
    }
  }

  /**
   * A peer whose seat was granted just now, with a log that is yet to be filled.
   *
   * @param lastKnown the other machines that the log names which is given up for it; empty when
   *     there is none
   */
  record AsNewPeer(JoinReply seat, List<MachineView> lastKnown) implements StartupMode {
    /** Of a machine that has no log to give up. */
    AsNewPeer(JoinReply seat) {
      this(seat, List.of());
    }
  }

  /**
   * A peer that goes on with its log.
   *
   * @param readableFromIndex what it must have applied before it answers clients
   */
  record AsReturningPeer(long readableFromIndex) implements StartupMode {}
}
