package dev.understudy.standby;

import dev.understudy.clusterconfig.JoinReply;
import dev.understudy.clusterconfig.SyncReply;
import java.util.Objects;
import java.util.Optional;

/**
 * How one round of syncing ended.
 *
 * @param standing where the standby stands now
 * @param detail one line for the log, the same as long as nothing changes
 * @param learned machines and config, when a peer answered
 * @param seat the leader's answer, when it gave a seat
 */
record RoundResult(
    Status standing, String detail, Optional<SyncReply> learned, Optional<JoinReply> seat) {
  /** Where a standby stands after a round. */
  enum Status {
    /** No peer that it knows answered with a list of machines. */
    NOBODY_ANSWERED,
    /** A peer answered, but knows no leader. */
    NO_LEADER,
    /** The leader did not answer. */
    LEADER_SILENT,
    /** Every seat is taken. */
    FULL,
    /** A seat is open, but meant for another standby, or this one takes none by itself. */
    NOT_MINE,
    /** Another machine has a seat under this one's name. */
    NAME_TAKEN,
    /** It asked for a seat and was refused, for another reason than that all are taken. */
    REFUSED,
    /** It has a seat. */
    SEATED
  }

  RoundResult {
    Objects.requireNonNull(standing);
    Objects.requireNonNull(detail);
  }

  /** Whether things are likely to change before a whole sync interval has passed. */
  boolean isUnsettled() {
    return standing == Status.NOBODY_ANSWERED
        || standing == Status.NO_LEADER
        || standing == Status.LEADER_SILENT;
  }
}
