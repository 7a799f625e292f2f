package dev.understudy.raft;

/**
 * Listener for what happens in a core, called at the moment in which it happens, on the core's
 * thread. Must not call the core, block or throw. Everything is optional.
 */
public interface RaftEvents {
  /** Ignores everything. */
  RaftEvents NONE = new RaftEvents() {};

  /** The cursors of a log. */
  record LogPosition(
      long committed,
      long applied,
      long applying,
      long unstableOffset,
      long unstableHandedOut,
      int unstableCount) {}

  /** Why a message that is well-formed is not believed. */
  enum Distrust {
    /** No group that takes elections gets there within years. */
    TERM_FAR_AHEAD,
    /** Another member leads in that term. */
    RIVAL_LEADER,
    /** The sender is in no configuration known here, and a leader that is known is being heard. */
    STRANGER,
    /** Only the leader of the present term may say that. */
    NOT_THE_LEADER,
    /** A vote for another log than the candidate's: it was asked for in the candidate's name. */
    FOR_ANOTHER_LOG,
    /** A leader's entries are others than those that are committed here. */
    CONTRADICTS_COMMITTED
  }

  // ---- roles and elections

  /** The core has been constructed. */
  default void started(ConfState confState, HardState hardState, long applied, EntryId last) {}

  /** It follows, perhaps nobody yet. */
  default void becameFollower(long term, long leader) {}

  /** It requests promises of votes. */
  default void becamePreCandidate(long term) {}

  /** It requests votes. */
  default void becameCandidate(long term) {}

  /** It leads. */
  default void becameLeader(long term) {}

  /** It is about to campaign; the term is the one before. */
  default void electionStarting(long term) {}

  /** It wanted to campaign and is no voter, or has a snapshot to restore first. */
  default void unpromotable() {}

  /** It wanted to campaign and has committed changes of the membership to apply first. */
  default void campaignBlocked(long term) {}

  /** A request for a vote was sent; {@code term} is the own one. */
  default void voteRequested(Message.AnyVoteRequest request, EntryId last, long term) {}

  /** An answer to such a request was counted. */
  default void voteReceived(Message.AnyVoteResponse response, long term) {}

  /** The state of an election after an answer. */
  default void votesCounted(boolean preVote, int granted, int rejected) {}

  /** A vote, or a promise, was given; {@code vote} is the one before. */
  default void voteCast(Message.AnyVoteRequest request, EntryId last, long vote, long term) {}

  /** A vote, or a promise, was refused. */
  default void voteRejected(Message.AnyVoteRequest request, EntryId last, long vote, long term) {}

  /** A request was not answered, since a leader was heard from recently. */
  default void voteIgnored(
      Message.AnyVoteRequest request, EntryId last, long vote, long term, int remainingTicks) {}

  /** A vote was denied because its member has been removed from the group. */
  default void voteDenied(long member) {}

  /**
   * A quorum of the voters has denied this core a vote because it has been removed from the group;
   * {@code from} is the last of them.
   */
  default void removed(long from) {}

  /** A voter has done so; not a quorum, so it is to be confirmed by other means. */
  default void denied(long from) {}

  /** A message of a later term has come; {@code term} is the own one before. */
  default void higherTerm(Message message, long term) {}

  /** A message of an earlier term was ignored. */
  default void lowerTermIgnored(Message message, long term) {}

  /** A message that no correct member can have sent was ignored. */
  default void nonsenseIgnored(Message message) {}

  /** A message was ignored because it is not believed; term and leader are the own ones. */
  default void distrusted(Message message, Distrust reason, long term, long leader) {}

  /** A heartbeat's commit index was ignored because the log ends before it. */
  default void commitBeyondLog(Message.Heartbeat heartbeat, long lastIndex) {}

  /** A leader steps down since it has not heard from a quorum. */
  default void quorumLost() {}

  /** A follower forgets its leader, as its driver demanded. */
  default void leaderForgotten(long leader, long term) {}

  /**
   * A driver demanded that a follower forget its leader, which it must not with lease-based reads.
   */
  default void forgetLeaderRefused() {}

  // ---- handing over

  /** A leader begins to hand over. */
  default void transferStarted(long target, long term) {}

  /** A leader gives up handing over. */
  default void transferAborted(long target, long term) {}

  /** The target was ordered to campaign: at once, or after it had caught up. */
  default void timeoutNowSent(long target, boolean atOnce) {}

  /** The leader has ordered this member to campaign. */
  default void timeoutNowReceived(long from, long term) {}

  // ---- proposals, reads, membership

  /** A proposal was dropped for want of a leader. */
  default void proposalWithoutLeader(long term) {}

  /** A read or a transfer request was dropped for want of a leader, or because too many wait. */
  default void requestDropped(Message message, long term) {}

  /** The membership has changed. */
  default void configurationSwitched(ConfState confState) {}

  /** A leader refused a change of the membership. */
  default void confChangeIgnored(
      ConfChange change,
      ConfState confState,
      ProposeResult.ConfChangeRefusal reason,
      long pendingIndex,
      long applied) {}

  /** A leader proposes to leave a joint configuration. */
  default void autoLeaveStarted(ConfState confState) {}

  // ---- replication

  /** A follower refused entries; {@code ownTerm} is its term at that index, 0 if unknown. */
  default void appendRejected(Message.Append append, EntryId own) {}

  /** A leader's entries were refused. */
  default void appendRejectionReceived(Message.AppendResponse response) {}

  /** A leader goes back to find where the logs agree. */
  default void progressDecreased(long member, PeerProgress progress) {}

  /** A member needs a snapshot; {@code progress} is the one before. */
  default void snapshotSent(
      long firstIndex,
      long commit,
      SnapshotMetadata metadata,
      long member,
      PeerProgress progress) {}

  /** Nothing more is sent to a member until it has its snapshot. */
  default void replicationPaused(long member, PeerProgress progress) {}

  /** A member has caught up by its snapshot. */
  default void replicationResumed(long member, PeerProgress progress) {}

  /** The driver has reported whether a snapshot arrived. */
  default void snapshotReported(long member, boolean sent, PeerProgress progress) {}

  /** The driver has reported that messages to a member get lost. */
  default void unreachable(long member, PeerProgress progress) {}

  /** A follower's log differs from the leader's, and will be overwritten. */
  default void conflictFound(long index, long existingTerm, long conflictingTerm) {}

  /** Everything that was not durable is replaced. */
  default void unstableReplaced(long fromIndex) {}

  /** Some of what was not durable is replaced. */
  default void unstableTruncated(long fromIndex) {}

  /** An acknowledgement of the storage for an entry that is durable already, or gone. */
  default void stableEntryMissing(long index) {}

  /** An acknowledgement of the storage for an entry that has been overwritten. */
  default void stableEntryMismatched(EntryId acknowledged, long term) {}

  /** An acknowledgement of the storage that was made in an earlier term. */
  default void stableEntriesIgnored(long acknowledgedTerm, long term) {}

  /** A follower takes over a snapshot. */
  default void restoreStarting(LogPosition position, SnapshotMetadata metadata) {}

  /** It has done so. */
  default void restored(long commit, EntryId last, SnapshotMetadata metadata) {}

  /** A snapshot brought nothing new but a commit index. */
  default void snapshotFastForwarded(long commit, EntryId last, SnapshotMetadata metadata) {}

  /** A snapshot that a leader sent has been dealt with. */
  default void snapshotHandled(long commit, SnapshotMetadata metadata, boolean taken) {}
}
