package dev.understudy.raft;

import java.util.List;
import java.util.Optional;

/** A leader's side of replication (§5.3): what to send to whom, and what the answers mean. */
final class Replicator {
  private final RaftState state;
  private final ProgressTracker tracker;

  Replicator(RaftState state) {
    this.state = state;
    this.tracker = new ProgressTracker(state.config);
  }

  ProgressTracker tracker() {
    return tracker;
  }

  /** Begins a leadership. The leader counts as a member that has its whole log and is active. */
  void begin() {
    tracker.reset(state.membership(), state.id, state.log.lastIndex());
    Progress own = tracker.get(state.id);
    if (own != null) {
      own.becomeReplicate();
      own.setRecentActive(true);
    }
  }

  /**
   * Commits what a quorum has, if it is of this term (§5.3, §5.4.2).
   *
   * @return whether that is anything new
   */
  boolean maybeCommit() {
    return state.log.maybeCommit(state.term, state.membership().committed(tracker::match));
  }

  // ---- sending

  /** Sends every other member what it lacks, or at least the commit index. */
  void broadcastAppends() {
    for (Progress progress : tracker.all()) {
      if (progress.id() != state.id) {
        sendAppend(progress, true);
      }
    }
  }

  /** Sends every other member what it lacks; nothing to those that lack nothing. */
  void probeAll() {
    for (Progress progress : tracker.all()) {
      if (progress.id() != state.id) {
        sendAppend(progress, false);
      }
    }
  }

  /** Sends a member as many messages as it may get at once. */
  void sendAllThatFits(Progress progress) {
    boolean sent = true;
    while (sent) {
      sent = sendAppend(progress, false);
    }
  }

  /**
   * Sends a member the next entries (§5.3), or a snapshot if they are gone (§7).
   *
   * @param evenIfEmpty whether to send a message without entries too, which announces the commit
   *     index and finds out where the logs agree
   * @return whether something was sent
   */
  boolean sendAppend(Progress progress, boolean evenIfEmpty) {
    if (progress.isPaused()) {
      return false;
    }
    RaftLog log = state.log;
    long prevIndex = progress.next() - 1;
    long prevTerm = log.term(prevIndex);
    if (prevTerm < 0) {
      return maybeSendSnapshot(progress);
    }
    // With the window full an empty message still finds out whether those in flight were lost.
    boolean windowFull =
        progress.state() == PeerProgress.State.REPLICATE && progress.inflights().full();
    List<Entry> entries =
        windowFull ? List.of() : log.entries(progress.next(), state.config.maxSizePerMsg());
    if (entries.isEmpty() && !evenIfEmpty) {
      return false;
    }
    state.send(
        new Message.Append(
            state.id,
            progress.id(),
            state.term,
            new LogSlice(new EntryId(prevTerm, prevIndex), entries),
            log.committed()));
    progress.sentEntries(entries.size(), Entry.payloadSizeOf(entries));
    progress.sentCommit(log.committed());
    return true;
  }

  private boolean maybeSendSnapshot(Progress progress) {
    // Snapshots are large: not for somebody who may not be there.
    Optional<Snapshot> snapshot = progress.recentActive() ? state.log.snapshot() : Optional.empty();
    if (snapshot.isEmpty() || snapshot.get().isEmpty()) {
      return false;
    }
    SnapshotMetadata metadata = snapshot.get().metadata();
    state.events.snapshotSent(
        state.log.firstIndex(), state.log.committed(), metadata, progress.id(), picture(progress));
    progress.becomeSnapshot(metadata.index());
    state.events.replicationPaused(progress.id(), picture(progress));
    state.send(new Message.InstallSnapshot(state.id, progress.id(), state.term, snapshot.get()));
    return true;
  }

  /**
   * Sends every other member a sign of life. It carries only as much of the commit index as the
   * member is known to have entries for: it could not check.
   *
   * @param context the number of the round; 0 if nobody waits for the answers
   */
  void broadcastHeartbeats(long context) {
    for (Progress progress : tracker.all()) {
      if (progress.id() != state.id) {
        long commit = Math.min(progress.match(), state.log.committed());
        state.send(new Message.Heartbeat(state.id, progress.id(), state.term, commit, context));
        progress.sentCommit(commit);
      }
    }
  }

  // ---- answers

  /** Takes an acknowledgement; false if it is of no consequence. */
  boolean maybeAdvance(Progress progress, long index) {
    if (index > state.log.lastIndex()) {
      // Nobody can have more than this leader: malformed, and must not be counted.
      return false;
    }
    boolean updated = progress.maybeUpdate(index);
    boolean found = progress.match() == index && progress.state() == PeerProgress.State.PROBE;
    if (!updated && !found) {
      return false;
    }
    switch (progress.state()) {
      case PROBE -> progress.becomeReplicate();
      case SNAPSHOT -> maybeEndSnapshot(progress);
      case REPLICATE -> progress.inflights().freeUpTo(index);
    }
    return true;
  }

  /** Goes on with entries as soon as they follow what the member has, from any snapshot. */
  private void maybeEndSnapshot(Progress progress) {
    if (progress.match() + 1 >= state.log.firstIndex()) {
      state.events.replicationResumed(progress.id(), picture(progress));
      progress.becomeProbe();
      progress.becomeReplicate();
    }
  }

  /** Goes back to where the logs may agree, and tries again (§5.3). */
  void stepRejection(Progress progress, Message.AppendResponse response) {
    state.events.appendRejectionReceived(response);
    long hint = response.hintIndex();
    if (response.hintTerm() > 0) {
      hint = state.log.findConflictByTerm(hint, response.hintTerm()).index();
    }
    if (progress.maybeDecrease(response.index(), hint)) {
      state.events.progressDecreased(progress.id(), picture(progress));
      if (progress.state() == PeerProgress.State.REPLICATE) {
        progress.becomeProbe();
      }
      sendAppend(progress, true);
    }
  }

  /** The member is there: sends what it lacks, and a probe even if it lacks nothing. */
  void stepHeartbeatResponse(Progress progress) {
    progress.setRecentActive(true);
    progress.resume();
    if (progress.match() < state.log.lastIndex() || progress.state() == PeerProgress.State.PROBE) {
      sendAppend(progress, true);
    }
  }

  // ---- reports of the driver

  void reportUnreachable(long id) {
    Progress progress = tracker.get(id);
    if (progress == null) {
      return;
    }
    if (progress.state() == PeerProgress.State.REPLICATE) {
      progress.becomeProbe();
    }
    state.events.unreachable(id, picture(progress));
  }

  /** Waits for the member's own answer after a success, for a heartbeat after a failure. */
  void reportSnapshot(long id, boolean sent) {
    Progress progress = tracker.get(id);
    if (progress == null || progress.state() != PeerProgress.State.SNAPSHOT) {
      return;
    }
    if (!sent) {
      progress.forgetSnapshot();
    }
    progress.becomeProbe();
    progress.pause();
    state.events.snapshotReported(id, sent, picture(progress));
  }

  private PeerProgress picture(Progress progress) {
    return progress.snapshot(state.membership().isLearner(progress.id()));
  }
}
