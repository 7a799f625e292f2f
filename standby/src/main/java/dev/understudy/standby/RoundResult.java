package dev.understudy.standby;

import dev.understudy.clusterconfig.JoinReply;
import dev.understudy.clusterconfig.MachineView;
import dev.understudy.clusterconfig.SyncReply;
import java.util.Objects;
import java.util.Optional;

/**
 * How one round of syncing ended.
 *
 * @param status the state of the standby now
 * @param detail one line for the log, the same as long as nothing changes
 * @param learned machines and config, when a peer answered
 * @param leader the leader, when it said so itself
 * @param seat the leader's answer, when it gave a seat
 */
record RoundResult(
    Status status,
    String detail,
    Optional<SyncReply> learned,
    Optional<MachineView> leader,
    Optional<JoinReply> seat) {
  /** The state of a standby after a round. */
  enum Status {
    /** Whoever is known answered as a standby does, or nobody is known. */
    ONLY_STANDBYS,
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
    /** Its request for a seat was refused, for another reason than that all are taken. */
    REFUSED,
    /** It has a seat. */
    SEATED
  }

  RoundResult {
    Objects.requireNonNull(status);
    Objects.requireNonNull(detail);
  }

  /** Whether things are likely to change before a whole sync interval has passed. */
  boolean isUnsettled() {
    return status == Status.ONLY_STANDBYS
        || status == Status.NOBODY_ANSWERED
        || status == Status.NO_LEADER
        || status == Status.LEADER_SILENT;
  }
}
