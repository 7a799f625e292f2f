package dev.understudy.raft;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** Appends to the log, replicates it, answers reads, and checks that it still leads. */
final class Leader extends Behaviour {
  private final Replicator replicator;
  private final ReadQueue reads;
  private int heartbeatElapsed;

  /** The last change of the membership that may not be applied yet; no other is taken before. */
  private long pendingConfIndex;

  private long uncommittedBytes;
  private long transferTarget;

  Leader(RaftState state) {
    super(state);
    this.replicator = new Replicator(state);
    this.reads = new ReadQueue(state, replicator);
  }

  @Override
  Role role() {
    return Role.LEADER;
  }

  Replicator replicator() {
    return replicator;
  }

  ReadQueue reads() {
    return reads;
  }

  long transferTarget() {
    return transferTarget;
  }

  long pendingConfIndex() {
    return pendingConfIndex;
  }

  long uncommittedBytes() {
    return uncommittedBytes;
  }

  /**
   * Begins with an empty entry: nothing of earlier terms is committed before an entry of this one
   * (§5.4.2). It does not count as uncommitted, lest it use up the limit.
   */
  void begin() {
    replicator.begin();
    pendingConfIndex = state.log.lastIndex();
    append(List.of(Payload.EMPTY));
  }

  // ---- time

  @Override
  void tick() {
    heartbeatElapsed++;
    state.electionElapsed++;
    reads.tick();
    if (state.electionElapsed >= state.config.electionTicks()) {
      state.electionElapsed = 0;
      if (state.config.checkQuorum() && !checkQuorum()) {
        return;
      }
      abortTransfer();
    }
    // It may have been refused before, while leadership was being handed over in vain.
    maybeLeaveJoint();
    if (heartbeatElapsed >= state.config.heartbeatTicks()) {
      heartbeatElapsed = 0;
      reads.beat();
    }
  }

  @Override
  void tickQuiesced() {
    super.tickQuiesced();
    reads.tick();
  }

  /**
   * Steps down unless a quorum has answered since the last check (thesis §6.2); this member counts
   * as one that has.
   */
  private boolean checkQuorum() {
    if (!state.membership().hasQuorum(this::isActive)) {
      state.events.quorumLost();
      state.becomeFollower(state.term, 0);
      return false;
    }
    for (Progress progress : replicator.tracker().all()) {
      progress.setRecentActive(progress.id() == state.id);
    }
    return true;
  }

  private boolean isActive(long voter) {
    return voter == state.id || replicator.tracker().get(voter).recentActive();
  }

  // ---- messages

  @Override
  public StepResult visit(Message.Propose propose) {
    ProposeResult result = propose(propose.payloads());
    boolean taken =
        result instanceof ProposeResult.Accepted || result instanceof ProposeResult.Refused;
    return taken ? StepResult.OK : StepResult.PROPOSAL_DROPPED;
  }

  @Override
  public StepResult visit(Message.ReadIndexRequest request) {
    reads.take(request.from(), request.context());
    return StepResult.OK;
  }

  @Override
  public StepResult visit(Message.AppendResponse response) {
    Progress progress = replicator.tracker().get(response.from());
    if (progress != null) {
      stepAppendResponse(progress, response);
    }
    return StepResult.OK;
  }

  @Override
  public StepResult visit(Message.HeartbeatResponse response) {
    Progress progress = replicator.tracker().get(response.from());
    if (progress != null) {
      replicator.stepHeartbeatResponse(progress);
      reads.stepHeartbeatResponse(progress, response.context());
    }
    return StepResult.OK;
  }

  @Override
  public StepResult visit(Message.TransferLeader transfer) {
    Progress target = replicator.tracker().get(transfer.from());
    if (target != null) {
      stepTransfer(target);
    }
    return StepResult.OK;
  }

  @Override
  public StepResult visit(Message.Append append) {
    return ignored();
  }

  @Override
  public StepResult visit(Message.Heartbeat heartbeat) {
    return ignored();
  }

  @Override
  public StepResult visit(Message.InstallSnapshot install) {
    return ignored();
  }

  @Override
  public StepResult visit(Message.VoteResponse response) {
    return ignored();
  }

  @Override
  public StepResult visit(Message.PreVoteResponse response) {
    return ignored();
  }

  @Override
  public StepResult visit(Message.ReadIndexResponse response) {
    return ignored();
  }

  @Override
  public StepResult visit(Message.TimeoutNow timeoutNow) {
    return ignored();
  }

  private void stepAppendResponse(Progress progress, Message.AppendResponse response) {
    progress.setRecentActive(true);
    if (response.rejected()) {
      if (progress.id() == state.id) {
        // The own log has what it has; nothing could be sent to mend it.
        return;
      }
      replicator.stepRejection(progress, response);
      return;
    }
    if (!replicator.maybeAdvance(progress, response.index())) {
      return;
    }
    boolean own = progress.id() == state.id;
    if (replicator.maybeCommit()) {
      reads.releasePostponed();
      broadcastAppends();
    } else if (!own && progress.canBumpCommit(state.log.committed())) {
      replicator.sendAppend(progress, true);
    }
    if (!own) {
      replicator.sendAllThatFits(progress);
    }
    if (progress.id() == transferTarget && progress.match() == state.log.lastIndex()) {
      sendTimeoutNow(false);
    }
  }

  void broadcastAppends() {
    replicator.broadcastAppends();
  }

  // ---- proposals

  @Override
  ProposeResult propose(List<Payload> payloads) {
    if (replicator.tracker().get(state.id) == null) {
      return new ProposeResult.NotMember();
    }
    if (transferTarget != 0) {
      return new ProposeResult.Transferring(transferTarget);
    }
    ConfChangeGate gate =
        new ConfChangeGate(state, pendingConfIndex, state.log.lastIndex(), payloads);
    long bytes = sizeOf(gate.admitted());
    if (wouldOverload(bytes)) {
      return new ProposeResult.Overloaded(uncommittedBytes);
    }
    uncommittedBytes += bytes;
    pendingConfIndex = gate.pendingConfIndex();
    List<Entry> entries = append(gate.admitted());
    broadcastAppends();
    EntryId last = entries.get(entries.size() - 1).id();
    if (gate.refusal() != null) {
      return new ProposeResult.Refused(last, gate.refusal());
    }
    return new ProposeResult.Accepted(entries.get(0).id(), last);
  }

  /**
   * Whether a proposal is too much. From nothing any size is taken, or a large command could never
   * pass; nothing at all (an empty command, the way out of a joint configuration) always is.
   */
  private boolean wouldOverload(long bytes) {
    return uncommittedBytes > 0
        && bytes > 0
        && bytes > state.config.maxUncommittedSize() - uncommittedBytes;
  }

  /**
   * Appends, and acknowledges it to itself, which counts once it is on the disk (thesis §10.2.1).
   */
  private List<Entry> append(List<Payload> payloads) {
    long index = state.log.lastIndex();
    Entry[] entries = new Entry[payloads.size()];
    for (int i = 0; i < entries.length; i++) {
      entries[i] = new Entry(state.term, ++index, payloads.get(i));
    }
    List<Entry> list = Collections.unmodifiableList(Arrays.asList(entries));
    state.log.append(list);
    state.send(new Message.AppendResponse(state.id, state.id, state.term, index, false, 0, 0));
    return list;
  }

  /** Records that entries are applied, which makes room for proposals. */
  void reduceUncommitted(long bytes) {
    uncommittedBytes = Math.max(0, uncommittedBytes - bytes);
  }

  // ---- membership

  /** Follows a change of the membership that has been applied. */
  void reconfigure(ConfChanger.Outcome outcome) {
    Membership membership = outcome.membership();
    replicator.tracker().reconfigure(outcome, state.log.lastIndex());
    if (!membership.isVoter(state.id)) {
      if (state.config.stepDownOnRemoval()) {
        state.becomeFollower(state.term, 0);
      }
      return;
    }
    if (replicator.maybeCommit()) {
      // A smaller quorum may be satisfied already.
      reads.releasePostponed();
      broadcastAppends();
    } else {
      replicator.probeAll();
    }
    reads.release();
    if (transferTarget != 0 && !membership.isVoter(transferTarget)) {
      abortTransfer();
    }
  }

  /** Sends the log to others besides the members, who have no say in anything. */
  void observe(long[] ids) {
    replicator.tracker().observe(ids, state.membership(), state.log.lastIndex());
    replicator.probeAll();
  }

  /** Whether it sends its log to somebody. */
  boolean tracks(long id) {
    return replicator.tracker().get(id) != null;
  }

  /** Proposes to leave a joint configuration once the change that led into it is applied (§6). */
  void maybeLeaveJoint() {
    Membership membership = state.membership();
    if (!membership.autoLeave() || state.log.applied() < pendingConfIndex) {
      return;
    }
    ProposeResult result = propose(List.of(new Payload.Change(ConfChange.LEAVE_JOINT)));
    if (result instanceof ProposeResult.Accepted || result instanceof ProposeResult.Refused) {
      state.events.autoLeaveStarted(membership.toConfState());
    }
  }

  // ---- reads

  @Override
  boolean readIndex(long context) {
    return reads.take(state.id, context);
  }

  // ---- handing over

  private void stepTransfer(Progress target) {
    long id = target.id();
    if (!state.membership().isVoter(id) || transferTarget == id) {
      return;
    }
    abortTransfer();
    if (id == state.id) {
      return;
    }
    state.events.transferStarted(id, state.term);
    // Thesis §3.10: given up after one election timeout, counted from now.
    state.electionElapsed = 0;
    transferTarget = id;
    if (target.match() == state.log.lastIndex()) {
      sendTimeoutNow(true);
    } else {
      replicator.sendAppend(target, true);
    }
  }

  private void sendTimeoutNow(boolean atOnce) {
    reads.endLease();
    state.send(new Message.TimeoutNow(state.id, transferTarget, state.term));
    state.events.timeoutNowSent(transferTarget, atOnce);
  }

  private void abortTransfer() {
    if (transferTarget != 0) {
      state.events.transferAborted(transferTarget, state.term);
      transferTarget = 0;
    }
  }

  private static long sizeOf(List<Payload> payloads) {
    long size = 0;
    for (int i = 0; i < payloads.size(); i++) {
      size += payloads.get(i).sizeBytes();
    }
    return size;
  }
}
