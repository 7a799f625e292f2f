package dev.understudy.raft;

import java.util.List;
import java.util.OptionalLong;

/** Takes entries from a leader, or waits for one. */
final class Follower extends Behaviour {
  Follower(RaftState state) {
    super(state);
  }

  @Override
  Role role() {
    return Role.FOLLOWER;
  }

  @Override
  public StepResult visit(Message.Append append) {
    heardFrom(append.from());
    stepAppend(append);
    return StepResult.OK;
  }

  @Override
  public StepResult visit(Message.Heartbeat heartbeat) {
    heardFrom(heartbeat.from());
    stepHeartbeat(heartbeat);
    return StepResult.OK;
  }

  @Override
  public StepResult visit(Message.InstallSnapshot install) {
    heardFrom(install.from());
    stepSnapshot(install);
    return StepResult.OK;
  }

  @Override
  public StepResult visit(Message.Propose propose) {
    return forward(propose.from(), propose.payloads()) instanceof ProposeResult.Forwarded
        ? StepResult.OK
        : StepResult.PROPOSAL_DROPPED;
  }

  @Override
  public StepResult visit(Message.ReadIndexRequest request) {
    forwardRead(request);
    return StepResult.OK;
  }

  @Override
  public StepResult visit(Message.ReadIndexResponse response) {
    state.outbox.answer(new ReadState(response.index(), response.context()));
    return StepResult.OK;
  }

  @Override
  public StepResult visit(Message.TransferLeader transfer) {
    forwardTransfer(transfer);
    return StepResult.OK;
  }

  @Override
  public StepResult visit(Message.TimeoutNow timeoutNow) {
    stepTimeoutNow(timeoutNow);
    return StepResult.OK;
  }

  @Override
  public StepResult visit(Message.AppendResponse response) {
    return ignored();
  }

  @Override
  public StepResult visit(Message.HeartbeatResponse response) {
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
  ProposeResult propose(List<Payload> payloads) {
    return forward(state.id, payloads);
  }

  @Override
  boolean readIndex(long context) {
    return forwardRead(new Message.ReadIndexRequest(state.id, 0, 0, context));
  }

  /** Forgets the leader, so that this member may vote before its lease is over. */
  void forgetLeader() {
    if (state.config.leaseReads()) {
      state.events.forgetLeaderRefused();
    } else if (state.leader != 0) {
      state.events.leaderForgotten(state.leader, state.term);
      state.leader = 0;
    }
  }

  /** A leader of this term: follows it, and waits a whole timeout again (§5.2). */
  private void heardFrom(long leader) {
    if (!state.contradicted) {
      state.electionElapsed = 0;
    }
    state.follow(leader);
  }

  private void stepAppend(Message.Append append) {
    RaftLog log = state.log;
    if (append.prev().index() < log.committed()) {
      // What is committed is the same everywhere (§5.4.3): an old message, nothing to compare.
      accept(append.from(), log.committed());
    } else if (log.maybeAppend(append.slice(), append.commit())) {
      accept(append.from(), append.slice().lastIndex());
    } else {
      reject(append);
    }
  }

  /**
   * Refuses entries, with a hint that spares the leader from probing one by one: the highest index
   * at which the own term is not above the leader's (the optimization at the end of §5.3, as etcd
   * makes it).
   */
  private void reject(Message.Append append) {
    long refused = append.prev().index();
    state.events.appendRejected(append, new EntryId(state.log.termOrZero(refused), refused));
    long from = Math.min(refused, state.log.lastIndex());
    EntryId hint = state.log.findConflictByTerm(from, append.prev().term());
    state.send(
        new Message.AppendResponse(
            state.id, append.from(), state.term, refused, true, hint.index(), hint.term()));
  }

  private void accept(long leader, long index) {
    state.send(new Message.AppendResponse(state.id, leader, state.term, index, false, 0, 0));
  }

  private void stepHeartbeat(Message.Heartbeat heartbeat) {
    if (heartbeat.commit() > state.log.lastIndex()) {
      // A leader announces no more than it knows to be here (thesis §3.6). To clip it could commit
      // an entry that is about to be replaced.
      state.events.commitBeyondLog(heartbeat, state.log.lastIndex());
    } else {
      state.log.commitTo(heartbeat.commit());
    }
    state.send(
        new Message.HeartbeatResponse(state.id, heartbeat.from(), state.term, heartbeat.context()));
  }

  private void stepSnapshot(Message.InstallSnapshot install) {
    SnapshotMetadata metadata = install.snapshot().metadata();
    boolean taken = state.maybeRestore(install.snapshot());
    state.events.snapshotHandled(state.log.committed(), metadata, taken);
    accept(install.from(), taken ? state.log.lastIndex() : state.log.committed());
  }

  /** A campaign that the leader has ordered needs no pre-vote (thesis §3.10). */
  private void stepTimeoutNow(Message.TimeoutNow timeoutNow) {
    state.events.timeoutNowReceived(timeoutNow.from(), state.term);
    state.elections().beginTransfer();
  }

  private ProposeResult forward(long from, List<Payload> payloads) {
    if (state.leader == 0) {
      return noLeader();
    }
    if (!state.config.forwardProposals()) {
      return new ProposeResult.NotLeader(OptionalLong.of(state.leader));
    }
    state.send(new Message.Propose(from, state.leader, 0, payloads));
    return new ProposeResult.Forwarded(state.leader);
  }

  private boolean forwardRead(Message.ReadIndexRequest request) {
    if (state.leader == 0) {
      state.events.requestDropped(request, state.term);
      return false;
    }
    state.send(new Message.ReadIndexRequest(request.from(), state.leader, 0, request.context()));
    return true;
  }

  private void forwardTransfer(Message.TransferLeader transfer) {
    if (state.leader == 0) {
      state.events.requestDropped(transfer, state.term);
    } else {
      state.send(new Message.TransferLeader(transfer.from(), state.leader, state.term));
    }
  }
}
