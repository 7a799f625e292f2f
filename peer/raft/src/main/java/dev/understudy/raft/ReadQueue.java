package dev.understudy.raft;

import java.util.ArrayDeque;

/**
 * A leader's linearizable reads (thesis §6.4). A read is answered with the commit index of its
 * arrival once a quorum has answered a heartbeat sent after that; and not before this leader has
 * committed an entry of its own term, since until then it may not know all that is committed.
 *
 * <p>Heartbeats that matter are numbered in rounds. A member's answer to a round answers all
 * earlier ones, so one number per member is all that has to be kept.
 */
final class ReadQueue {
  /** A read that waits for a round. */
  private record Waiting(long round, long index, long from, long context) {}

  private final RaftState state;
  private final Replicator replicator;
  private final Lease lease;
  private final ArrayDeque<Waiting> waiting = new ArrayDeque<>(0);
  private final ArrayDeque<Message.ReadIndexRequest> postponed = new ArrayDeque<>(0);
  private long round;

  ReadQueue(RaftState state, Replicator replicator) {
    this.state = state;
    this.replicator = replicator;
    this.lease = state.config.leaseReads() ? new Lease(state.config.electionTicks()) : Lease.NONE;
  }

  int size() {
    return waiting.size() + postponed.size();
  }

  /**
   * Takes a read.
   *
   * @param from the member that reads
   * @return false if too many wait
   */
  boolean take(long from, long context) {
    if (size() >= state.config.maxPendingReads()) {
      state.events.requestDropped(
          new Message.ReadIndexRequest(from, state.id, 0, context), state.term);
      return false;
    }
    if (state.log.term(state.log.committed()) != state.term) {
      // Thesis §6.4, step 1: the leader waits until an entry of its own term is committed.
      // So does a single voter: what it knows as committed when it is elected may be less than what
      // is. (etcd answers at once.)
      postponed.add(new Message.ReadIndexRequest(from, state.id, 0, context));
    } else if (state.membership().isOnly(state.id) || lease.holds()) {
      answer(from, state.log.committed(), context);
    } else {
      confirm(from, context);
    }
    return true;
  }

  private void confirm(long from, long context) {
    // Thesis §6.4, steps 2 and 3: remember the commit index, then hear from a quorum.
    long number = startRound();
    waiting.add(new Waiting(number, state.log.committed(), from, context));
    replicator.broadcastHeartbeats(number);
    release();
  }

  /** Takes the reads that came before this leader had committed anything. */
  void releasePostponed() {
    while (!postponed.isEmpty()) {
      Message.ReadIndexRequest request = postponed.poll();
      take(request.from(), request.context());
    }
  }

  /** The periodic heartbeat; repeats the newest round, if reads wait. */
  void beat() {
    long context = 0;
    if (lease.needsRounds()) {
      context = startRound();
    } else if (!waiting.isEmpty()) {
      context = waiting.peekLast().round();
    }
    replicator.broadcastHeartbeats(context);
  }

  void tick() {
    lease.tick();
  }

  /** Ends the lease for good: another member may be elected at once. */
  void endLease() {
    lease.end();
  }

  void stepHeartbeatResponse(Progress progress, long context) {
    if (context > 0 && context <= round) {
      progress.confirmRound(context);
      release();
    }
  }

  /** Answers the reads whose round a quorum has confirmed. */
  void release() {
    if (!lease.needsRounds() && waiting.isEmpty()) {
      return;
    }
    long confirmed = state.membership().committed(this::confirmedRound);
    lease.confirm(confirmed);
    while (!waiting.isEmpty() && waiting.peek().round() <= confirmed) {
      Waiting read = waiting.poll();
      answer(read.from(), read.index(), read.context());
    }
  }

  private long confirmedRound(long id) {
    if (id == state.id) {
      return round;
    }
    Progress progress = replicator.tracker().get(id);
    return progress == null ? 0 : progress.confirmedRound();
  }

  private long startRound() {
    round++;
    lease.started(round);
    return round;
  }

  private void answer(long from, long index, long context) {
    if (from == state.id || from == 0) {
      state.outbox.answer(new ReadState(index, context));
    } else {
      state.send(new Message.ReadIndexResponse(state.id, from, state.term, index, context));
    }
  }
}
