package dev.understudy.raft;

import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Writes a core's events as the log lines that the data-driven scripts expect. */
final class LogLines implements RaftEvents {
  /** Where lines go. */
  interface Sink {
    void line(Level level, String text);
  }

  /** Severity, ascending. */
  enum Level {
    DEBUG,
    INFO,
    WARN,
    ERROR,
    FATAL,
    NONE
  }

  private final String id;
  private final Sink sink;

  LogLines(long id, Sink sink) {
    this.id = Describe.hex(id);
    this.sink = sink;
  }

  private void debug(String format, Object... args) {
    sink.line(Level.DEBUG, String.format(format, args));
  }

  private void info(String format, Object... args) {
    sink.line(Level.INFO, String.format(format, args));
  }

  private void warn(String format, Object... args) {
    sink.line(Level.WARN, String.format(format, args));
  }

  private static String hex(long id) {
    return Describe.hex(id);
  }

  @Override
  public void started(ConfState confState, HardState hardState, long applied, EntryId last) {
    String peers =
        Stream.concat(confState.voters().stream(), confState.votersOutgoing().stream())
            .distinct()
            .sorted(Long::compareUnsigned)
            .map(Describe::hex)
            .collect(Collectors.joining(","));
    info(
        "newRaft %s [peers: [%s], term: %d, commit: %d, applied: %d, lastindex: %d, lastterm: %d]",
        id, peers, hardState.term(), hardState.commit(), applied, last.index(), last.term());
  }

  @Override
  public void becameFollower(long term, long leader) {
    info("%s became follower at term %d", id, term);
  }

  @Override
  public void becamePreCandidate(long term) {
    info("%s became pre-candidate at term %d", id, term);
  }

  @Override
  public void becameCandidate(long term) {
    info("%s became candidate at term %d", id, term);
  }

  @Override
  public void becameLeader(long term) {
    info("%s became leader at term %d", id, term);
  }

  @Override
  public void electionStarting(long term) {
    info("%s is starting a new election at term %d", id, term);
  }

  @Override
  public void unpromotable() {
    warn("%s is unpromotable and can not campaign", id);
  }

  @Override
  public void campaignBlocked(long term) {
    warn(
        "%s cannot campaign at term %d since there are still pending configuration changes to"
            + " apply",
        id, term);
  }

  @Override
  public void voteRequested(Message.AnyVoteRequest request, EntryId last, long term) {
    info(
        "%s [logterm: %d, index: %d] sent %s request to %s at term %d",
        id, last.term(), last.index(), Describe.type(request), hex(request.to()), term);
  }

  @Override
  public void voteReceived(Message.AnyVoteResponse response, long term) {
    info(
        "%s received %s%s from %s at term %d",
        id,
        Describe.type(response),
        response.granted() ? "" : " rejection",
        hex(response.from()),
        term);
  }

  @Override
  public void votesCounted(boolean preVote, int granted, int rejected) {
    info(
        "%s has received %d %s votes and %d vote rejections",
        id, granted, preVote ? "MsgPreVoteResp" : "MsgVoteResp", rejected);
  }

  @Override
  public void voteCast(Message.AnyVoteRequest request, EntryId last, long vote, long term) {
    info("%s at term %d", voteLine("cast", "for", request, last, vote), term);
  }

  @Override
  public void voteRejected(Message.AnyVoteRequest request, EntryId last, long vote, long term) {
    info("%s at term %d", voteLine("rejected", "from", request, last, vote), term);
  }

  @Override
  public void voteIgnored(
      Message.AnyVoteRequest request, EntryId last, long vote, long term, int remainingTicks) {
    info(
        "%s at term %d: lease is not expired (remaining ticks: %d)",
        voteLine("ignored", "from", request, last, vote), term, remainingTicks);
  }

  private String voteLine(
      String verb, String preposition, Message.AnyVoteRequest request, EntryId last, long vote) {
    return String.format(
        "%s [logterm: %d, index: %d, vote: %s] %s %s %s %s [logterm: %d, index: %d]",
        id,
        last.term(),
        last.index(),
        hex(vote),
        verb,
        Describe.type(request),
        preposition,
        hex(request.from()),
        request.lastTerm(),
        request.lastIndex());
  }

  @Override
  public void voteDenied(long member) {
    info("%s denied its vote to %s, which has been removed", id, hex(member));
  }

  @Override
  public void removed(long from) {
    info("%s has been removed, says %s", id, hex(from));
  }

  @Override
  public void higherTerm(Message message, long term) {
    info(
        "%s [term: %d] received a %s message with higher term from %s [term: %d]",
        id, term, Describe.type(message), hex(message.from()), message.term());
  }

  @Override
  public void lowerTermIgnored(Message message, long term) {
    info(
        "%s [term: %d] ignored a %s message with lower term from %s [term: %d]",
        id, term, Describe.type(message), hex(message.from()), message.term());
  }

  @Override
  public void quorumLost() {
    warn("%s stepped down to follower since quorum is not active", id);
  }

  @Override
  public void leaderForgotten(long leader, long term) {
    info("%s forgetting leader %s at term %d", id, hex(leader), term);
  }

  @Override
  public void forgetLeaderRefused() {
    sink.line(Level.ERROR, "ignoring MsgForgetLeader due to ReadOnlyLeaseBased");
  }

  @Override
  public void transferStarted(long target, long term) {
    info("%s [term %d] starts to transfer leadership to %s", id, term, hex(target));
  }

  @Override
  public void timeoutNowSent(long target, boolean atOnce) {
    if (atOnce) {
      info(
          "%s sends MsgTimeoutNow to %s immediately as %s already has up-to-date log",
          id, hex(target), hex(target));
    } else {
      info("%s sent MsgTimeoutNow to %s after received MsgAppResp", id, hex(target));
    }
  }

  @Override
  public void timeoutNowReceived(long from, long term) {
    info(
        "%s [term %d] received MsgTimeoutNow from %s and starts an election to get leadership.",
        id, term, hex(from));
  }

  @Override
  public void proposalWithoutLeader(long term) {
    info("%s no leader at term %d; dropping proposal", id, term);
  }

  @Override
  public void requestDropped(Message message, long term) {
    String what =
        message instanceof Message.TransferLeader ? "leader transfer msg" : "index reading msg";
    info("%s no leader at term %d; dropping %s", id, term, what);
  }

  @Override
  public void configurationSwitched(ConfState confState) {
    info("%s switched to configuration %s", id, Describe.config(confState));
  }

  @Override
  public void confChangeIgnored(
      ConfChange change,
      ConfState confState,
      ProposeResult.ConfChangeRefusal reason,
      long pendingIndex,
      long applied) {
    String text =
        switch (reason) {
          case PENDING ->
              String.format(
                  "possible unapplied conf change at index %d (applied to %d)",
                  pendingIndex, applied);
          case MUST_LEAVE_JOINT -> "must transition out of joint config first";
          case NOT_JOINT -> "not in joint state; refusing empty conf change";
        };
    info(
        "%s ignoring conf change %s at config %s: %s",
        id, Describe.confChange(change), Describe.config(confState), text);
  }

  @Override
  public void autoLeaveStarted(ConfState confState) {
    info(
        "initiating automatic transition out of joint configuration %s",
        Describe.config(confState));
  }

  @Override
  public void appendRejected(Message.Append append, EntryId own) {
    debug(
        "%s [logterm: %d, index: %d] rejected MsgApp [logterm: %d, index: %d] from %s",
        id,
        own.term(),
        own.index(),
        append.prev().term(),
        append.prev().index(),
        hex(append.from()));
  }

  @Override
  public void appendRejectionReceived(Message.AppendResponse response) {
    debug(
        "%s received MsgAppResp(rejected, hint: (index %d, term %d)) from %s for index %d",
        id, response.hintIndex(), response.hintTerm(), hex(response.from()), response.index());
  }

  @Override
  public void progressDecreased(long member, PeerProgress progress) {
    debug("%s decreased progress of %s to [%s]", id, hex(member), Describe.progress(progress));
  }

  @Override
  public void snapshotSent(
      long firstIndex, long commit, SnapshotMetadata metadata, long member, PeerProgress progress) {
    debug(
        "%s [firstindex: %d, commit: %d] sent snapshot[index: %d, term: %d] to %s [%s]",
        id,
        firstIndex,
        commit,
        metadata.index(),
        metadata.term(),
        hex(member),
        Describe.progress(progress));
  }

  @Override
  public void replicationPaused(long member, PeerProgress progress) {
    debug(
        "%s paused sending replication messages to %s [%s]",
        id, hex(member), Describe.progress(progress));
  }

  @Override
  public void replicationResumed(long member, PeerProgress progress) {
    debug(
        "%s recovered from needing snapshot, resumed sending replication messages to %s [%s]",
        id, hex(member), Describe.progress(progress));
  }

  @Override
  public void snapshotReported(long member, boolean sent, PeerProgress progress) {
    debug(
        "%s snapshot %s, resumed sending replication messages to %s [%s]",
        id, sent ? "succeeded" : "failed", hex(member), Describe.progress(progress));
  }

  @Override
  public void unreachable(long member, PeerProgress progress) {
    debug(
        "%s failed to send message to %s because it is unreachable [%s]",
        id, hex(member), Describe.progress(progress));
  }

  @Override
  public void conflictFound(long index, long existingTerm, long conflictingTerm) {
    info(
        "found conflict at index %d [existing term: %d, conflicting term: %d]",
        index, existingTerm, conflictingTerm);
  }

  @Override
  public void unstableReplaced(long fromIndex) {
    info("replace the unstable entries from index %d", fromIndex);
  }

  @Override
  public void unstableTruncated(long fromIndex) {
    info("truncate the unstable entries before index %d", fromIndex);
  }

  @Override
  public void stableEntryMissing(long index) {
    info("entry at index %d missing from unstable log; ignoring", index);
  }

  @Override
  public void stableEntryMismatched(EntryId acknowledged, long term) {
    info(
        "entry at (index,term)=(%d,%d) mismatched with entry at (%d,%d) in unstable log; ignoring",
        acknowledged.index(), acknowledged.term(), acknowledged.index(), term);
  }

  @Override
  public void stableEntriesIgnored(long acknowledgedTerm, long term) {
    info(
        "%s [term: %d] ignored entry appends from a MsgStorageAppendResp message with lower term"
            + " [term: %d]",
        id, term, acknowledgedTerm);
  }

  @Override
  public void restoreStarting(LogPosition at, SnapshotMetadata metadata) {
    info(
        "log [committed=%d, applied=%d, applying=%d, unstable.offset=%d,"
            + " unstable.offsetInProgress=%d, len(unstable.Entries)=%d] starts to restore snapshot"
            + " [index: %d, term: %d]",
        at.committed(),
        at.applied(),
        at.applying(),
        at.unstableOffset(),
        at.unstableHandedOut(),
        at.unstableCount(),
        metadata.index(),
        metadata.term());
  }

  @Override
  public void restored(long commit, EntryId last, SnapshotMetadata metadata) {
    info(
        "%s [commit: %d, lastindex: %d, lastterm: %d] restored snapshot [index: %d, term: %d]",
        id, commit, last.index(), last.term(), metadata.index(), metadata.term());
  }

  @Override
  public void snapshotFastForwarded(long commit, EntryId last, SnapshotMetadata metadata) {
    info(
        "%s [commit: %d, lastindex: %d, lastterm: %d] fast-forwarded commit to snapshot [index: %d,"
            + " term: %d]",
        id, commit, last.index(), last.term(), metadata.index(), metadata.term());
  }

  @Override
  public void snapshotHandled(long commit, SnapshotMetadata metadata, boolean taken) {
    info(
        "%s [commit: %d] %s snapshot [index: %d, term: %d]",
        id, commit, taken ? "restored" : "ignored", metadata.index(), metadata.term());
  }
}
