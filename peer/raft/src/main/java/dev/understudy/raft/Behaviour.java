package dev.understudy.raft;

import java.util.List;
import java.util.OptionalLong;

/**
 * What a member does because of its role. It owns what only that role has, and ends with it; what
 * every role needs is in {@link RaftState}.
 */
abstract sealed class Behaviour implements Message.Visitor<StepResult>
    permits Follower, Candidate, Leader {
  protected final RaftState state;

  Behaviour(RaftState state) {
    this.state = state;
  }

  abstract Role role();

  /** Handles a message of the present term, or one without a term. */
  final StepResult step(Message message) {
    return message.accept(this);
  }

  /** Votes are alike for every role; the term has been compared already. */
  @Override
  public final StepResult visit(Message.VoteRequest request) {
    state.elections().answer(request);
    return StepResult.OK;
  }

  @Override
  public final StepResult visit(Message.PreVoteRequest request) {
    state.elections().answer(request);
    return StepResult.OK;
  }

  /**
   * Handles a message by doing nothing: an answer to something sent in an earlier role, or a
   * message of a leader to one that leads in the same term, which only a faulty member sends.
   */
  static StepResult ignored() {
    return StepResult.OK;
  }

  abstract ProposeResult propose(List<Payload> payloads);

  /** One tick; the default is that of a member without a leader's duties. */
  void tick() {
    state.electionElapsed++;
    if (state.electionElapsed >= state.electionTimeout && state.isPromotable()) {
      state.electionElapsed = 0;
      state.elections().begin();
    }
  }

  /** One tick of a quiet group: time passes, and nothing else. */
  void tickQuiesced() {
    state.electionElapsed++;
  }

  /** Takes a read of this member itself. */
  abstract boolean readIndex(long context);

  ProposeResult noLeader() {
    state.events.proposalWithoutLeader(state.term);
    return new ProposeResult.NotLeader(OptionalLong.empty());
  }
}
