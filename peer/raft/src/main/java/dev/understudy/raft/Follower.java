package dev.understudy.raft;

import java.util.List;
import java.util.OptionalLong;

/** Takes entries from a leader, or waits for one. */
final class Follower extends Behaviour {
  Follower(RaftState node) {
    super(node);
  }

  @Override
  Role role() {
    return Role.FOLLOWER;
  }

  @Override
  StepResult step(Message message) {
    if (message instanceof Message.Append append) {
      heardFrom(append.from());
      stepAppend(append);
    } else if (message instanceof Message.Heartbeat heartbeat) {
      heardFrom(heartbeat.from());
      stepHeartbeat(heartbeat);
    } else if (message instanceof Message.InstallSnapshot install) {
      heardFrom(install.from());
      stepSnapshot(install);
    } else if (message instanceof Message.Propose propose) {
      return forward(propose.from(), propose.payloads()) instanceof ProposeResult.Forwarded
          ? StepResult.OK
          : StepResult.PROPOSAL_DROPPED;
    } else if (message instanceof Message.ReadIndexRequest request) {
      forwardRead(request);
    } else if (message instanceof Message.ReadIndexResponse response) {
      node.outbox.answer(new ReadState(response.index(), response.context()));
    } else if (message instanceof Message.TransferLeader transfer) {
      forwardTransfer(transfer);
    } else if (message instanceof Message.TimeoutNow timeoutNow) {
      stepTimeoutNow(timeoutNow);
    }
    return StepResult.OK;
  }

  @Override
  ProposeResult propose(List<Payload> payloads) {
    return forward(node.id, payloads);
  }

  @Override
  boolean readIndex(long context) {
    return forwardRead(new Message.ReadIndexRequest(node.id, 0, 0, context));
  }

  /** Forgets the leader, so that this member may vote before its lease is over. */
  void forgetLeader() {
    if (node.config.leaseReads()) {
      node.events.forgetLeaderRefused();
    } else if (node.leader != 0) {
      node.events.leaderForgotten(node.leader, node.term);
      node.leader = 0;
    }
  }

  private void heardFrom(long leader) {
    node.electionElapsed = 0;
    node.leader = leader;
  }

  private void stepAppend(Message.Append append) {
    RaftLog log = node.log;
    if (append.prev().index() < log.committed()) {
      accept(append.from(), log.committed());
    } else if (log.maybeAppend(append.slice(), append.commit())) {
      accept(append.from(), append.slice().lastIndex());
    } else {
      reject(append);
    }
  }

  /**
   * Refuses entries, with a hint that spares the leader from probing one by one: the highest index
   * at which the own term is not above the leader's (an addition to §5.3, as in etcd).
   */
  private void reject(Message.Append append) {
    long refused = append.prev().index();
    node.events.appendRejected(append, new EntryId(node.log.termOrZero(refused), refused));
    long from = Math.min(refused, node.log.lastIndex());
    EntryId hint = node.log.findConflictByTerm(from, append.prev().term());
    node.send(
        new Message.AppendResponse(
            node.id, append.from(), node.term, refused, true, hint.index(), hint.term()));
  }

  private void accept(long leader, long index) {
    node.send(new Message.AppendResponse(node.id, leader, node.term, index, false, 0, 0));
  }

  private void stepHeartbeat(Message.Heartbeat heartbeat) {
    node.log.commitTo(heartbeat.commit());
    node.send(
        new Message.HeartbeatResponse(node.id, heartbeat.from(), node.term, heartbeat.context()));
  }

  private void stepSnapshot(Message.InstallSnapshot install) {
    SnapshotMetadata metadata = install.snapshot().metadata();
    boolean taken = node.maybeRestore(install.snapshot());
    node.events.snapshotHandled(node.log.committed(), metadata, taken);
    accept(install.from(), taken ? node.log.lastIndex() : node.log.committed());
  }

  /** A leader's wish needs no pre-vote: it is not a member that comes back from somewhere. */
  private void stepTimeoutNow(Message.TimeoutNow timeoutNow) {
    node.events.timeoutNowReceived(timeoutNow.from(), node.term);
    node.elections().beginTransfer();
  }

  private ProposeResult forward(long from, List<Payload> payloads) {
    if (node.leader == 0) {
      return noLeader();
    }
    if (!node.config.forwardProposals()) {
      return new ProposeResult.NotLeader(OptionalLong.of(node.leader));
    }
    node.send(new Message.Propose(from, node.leader, 0, payloads));
    return new ProposeResult.Forwarded(node.leader);
  }

  private boolean forwardRead(Message.ReadIndexRequest request) {
    if (node.leader == 0) {
      node.events.requestDropped(request, node.term);
      return false;
    }
    node.send(new Message.ReadIndexRequest(request.from(), node.leader, 0, request.context()));
    return true;
  }

  private void forwardTransfer(Message.TransferLeader transfer) {
    if (node.leader == 0) {
      node.events.requestDropped(transfer, node.term);
    } else {
      node.send(new Message.TransferLeader(transfer.from(), node.leader, node.term));
    }
  }
}
