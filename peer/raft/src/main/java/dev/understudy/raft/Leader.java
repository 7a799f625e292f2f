package dev.understudy.raft;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** Appends to the log, replicates it, answers reads, and watches that it still leads. */
final class Leader extends Behaviour {
  private final Replicator replicator;
  private final ReadQueue reads;
  private int heartbeatElapsed;

  /** The last change of the membership that may not be applied yet; no other is taken before. */
  private long pendingConfIndex;

  private long uncommittedBytes;
  private long transferTarget;

  Leader(RaftState node) {
    super(node);
    this.replicator = new Replicator(node);
    this.reads = new ReadQueue(node, replicator);
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
    pendingConfIndex = node.log.lastIndex();
    append(List.of(Payload.EMPTY));
  }

  // ---- time

  @Override
  void tick() {
    heartbeatElapsed++;
    node.electionElapsed++;
    reads.tick();
    if (node.electionElapsed >= node.config.electionTicks()) {
      node.electionElapsed = 0;
      if (node.config.checkQuorum() && !checkQuorum()) {
        return;
      }
      abortTransfer();
    }
    if (heartbeatElapsed >= node.config.heartbeatTicks()) {
      heartbeatElapsed = 0;
      reads.beat();
    }
  }

  @Override
  void tickQuiesced() {
    super.tickQuiesced();
    reads.tick();
  }

  /** Steps down unless a quorum has answered since the last check; this member counts as one. */
  private boolean checkQuorum() {
    if (!node.membership().hasQuorum(this::isActive)) {
      node.events.quorumLost();
      node.becomeFollower(node.term, 0);
      return false;
    }
    for (Progress progress : replicator.peers().all()) {
      progress.setRecentActive(progress.id() == node.id);
    }
    return true;
  }

  private boolean isActive(long voter) {
    return voter == node.id || replicator.peers().get(voter).recentActive();
  }

  // ---- messages

  @Override
  StepResult step(Message message) {
    if (message instanceof Message.Propose propose) {
      ProposeResult result = propose(propose.payloads());
      boolean taken =
          result instanceof ProposeResult.Accepted || result instanceof ProposeResult.Refused;
      return taken ? StepResult.OK : StepResult.PROPOSAL_DROPPED;
    }
    if (message instanceof Message.ReadIndexRequest request) {
      reads.take(request.from(), request.context());
      return StepResult.OK;
    }
    Progress progress = replicator.peers().get(message.from());
    if (progress == null) {
      return StepResult.OK;
    }
    if (message instanceof Message.AppendResponse response) {
      stepAppendResponse(progress, response);
    } else if (message instanceof Message.HeartbeatResponse response) {
      replicator.stepHeartbeatResponse(progress);
      reads.stepHeartbeatResponse(progress, response.context());
    } else if (message instanceof Message.TransferLeader) {
      stepTransfer(progress);
    }
    return StepResult.OK;
  }

  private void stepAppendResponse(Progress progress, Message.AppendResponse response) {
    progress.setRecentActive(true);
    if (response.rejected()) {
      replicator.stepRejection(progress, response);
      return;
    }
    if (!replicator.maybeAdvance(progress, response.index())) {
      return;
    }
    boolean own = progress.id() == node.id;
    if (replicator.maybeCommit()) {
      reads.releasePostponed();
      broadcastAppends();
    } else if (!own && progress.canBumpCommit(node.log.committed())) {
      replicator.sendAppend(progress, true);
    }
    if (!own) {
      replicator.sendAllThatFits(progress);
    }
    if (progress.id() == transferTarget && progress.match() == node.log.lastIndex()) {
      sendTimeoutNow(false);
    }
  }

  void broadcastAppends() {
    replicator.broadcastAppends();
  }

  // ---- proposals

  @Override
  ProposeResult propose(List<Payload> payloads) {
    if (replicator.peers().get(node.id) == null) {
      return new ProposeResult.NotMember();
    }
    if (transferTarget != 0) {
      return new ProposeResult.Transferring(transferTarget);
    }
    ConfChangeGate gate =
        new ConfChangeGate(node, pendingConfIndex, node.log.lastIndex(), payloads);
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
        && bytes > node.config.maxUncommittedSize() - uncommittedBytes;
  }

  /** Appends, and acknowledges it to itself, which counts once it is on the disk. */
  private List<Entry> append(List<Payload> payloads) {
    long index = node.log.lastIndex();
    Entry[] entries = new Entry[payloads.size()];
    for (int i = 0; i < entries.length; i++) {
      entries[i] = new Entry(node.term, ++index, payloads.get(i));
    }
    List<Entry> list = Collections.unmodifiableList(Arrays.asList(entries));
    node.log.append(list);
    node.send(new Message.AppendResponse(node.id, node.id, node.term, index, false, 0, 0));
    return list;
  }

  /** Takes note that entries are applied, which makes room for proposals. */
  void reduceUncommitted(long bytes) {
    uncommittedBytes = Math.max(0, uncommittedBytes - bytes);
  }

  // ---- membership

  /** Follows a change of the membership that has been applied. */
  void reconfigure(ConfChanger.Outcome outcome) {
    Membership membership = outcome.membership();
    replicator.peers().reconfigure(outcome, node.log.lastIndex());
    if (!membership.isVoter(node.id)) {
      if (node.config.stepDownOnRemoval()) {
        node.becomeFollower(node.term, 0);
      }
      return;
    }
    if (replicator.maybeCommit()) {
      // A smaller quorum may have been reached already.
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

  /** Proposes to leave a joint configuration once the change that led into it is applied. */
  void maybeLeaveJoint() {
    Membership membership = node.membership();
    if (!membership.autoLeave() || node.log.applied() < pendingConfIndex) {
      return;
    }
    ProposeResult result = propose(List.of(new Payload.Change(ConfChange.LEAVE_JOINT)));
    if (result instanceof ProposeResult.Accepted || result instanceof ProposeResult.Refused) {
      node.events.autoLeaveStarted(membership.toConfState());
    }
  }

  // ---- reads

  @Override
  boolean readIndex(long context) {
    return reads.take(node.id, context);
  }

  // ---- handing over

  private void stepTransfer(Progress target) {
    long id = target.id();
    if (node.membership().isLearner(id) || transferTarget == id) {
      return;
    }
    abortTransfer();
    if (id == node.id) {
      return;
    }
    node.events.transferStarted(id, node.term);
    // It gets one election timeout, counted from now.
    node.electionElapsed = 0;
    transferTarget = id;
    if (target.match() == node.log.lastIndex()) {
      sendTimeoutNow(true);
    } else {
      replicator.sendAppend(target, true);
    }
  }

  private void sendTimeoutNow(boolean atOnce) {
    reads.endLease();
    node.send(new Message.TimeoutNow(node.id, transferTarget, node.term));
    node.events.timeoutNowSent(transferTarget, atOnce);
  }

  private void abortTransfer() {
    if (transferTarget != 0) {
      node.events.transferAborted(transferTarget, node.term);
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
