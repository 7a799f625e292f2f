package dev.understudy.raft;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Collects votes (§5.2), or as a pre-candidate promises of votes (thesis §9.6). */
final class Candidate extends Behaviour {
  private final boolean preVote;
  private final Map<Long, Boolean> ballots = new HashMap<>();
  private final Set<Long> denials = new HashSet<>();

  Candidate(RaftState state, boolean preVote) {
    super(state);
    this.preVote = preVote;
  }

  @Override
  Role role() {
    return preVote ? Role.PRE_CANDIDATE : Role.CANDIDATE;
  }

  @Override
  public StepResult visit(Message.VoteResponse response) {
    if (!preVote) {
      count(response);
    }
    return StepResult.OK;
  }

  @Override
  public StepResult visit(Message.PreVoteResponse response) {
    if (preVote) {
      count(response);
    }
    return StepResult.OK;
  }

  @Override
  public StepResult visit(Message.Append append) {
    return follow(append);
  }

  @Override
  public StepResult visit(Message.Heartbeat heartbeat) {
    return follow(heartbeat);
  }

  @Override
  public StepResult visit(Message.InstallSnapshot install) {
    return follow(install);
  }

  @Override
  public StepResult visit(Message.Propose propose) {
    noLeader();
    return StepResult.PROPOSAL_DROPPED;
  }

  @Override
  public StepResult visit(Message.ReadIndexRequest request) {
    return dropped(request);
  }

  @Override
  public StepResult visit(Message.TransferLeader transfer) {
    return dropped(transfer);
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
  public StepResult visit(Message.ReadIndexResponse response) {
    return ignored();
  }

  @Override
  public StepResult visit(Message.TimeoutNow timeoutNow) {
    return ignored();
  }

  @Override
  ProposeResult propose(List<Payload> payloads) {
    return noLeader();
  }

  @Override
  boolean readIndex(long context) {
    state.events.requestDropped(new Message.ReadIndexRequest(state.id, 0, 0, context), state.term);
    return false;
  }

  /** The number of votes of one kind among the members that vote. */
  int votes(boolean granted) {
    int votes = 0;
    for (Map.Entry<Long, Boolean> ballot : ballots.entrySet()) {
      if (ballot.getValue() == granted && state.membership().isVoter(ballot.getKey())) {
        votes++;
      }
    }
    return votes;
  }

  /**
   * A voter says that this member has been removed. Believed of those that were asked, in the
   * election that is under way; and only a quorum of them decides, since one voter may err or lie.
   */
  void stepDenial(Message.AnyVoteResponse denial) {
    long from = denial.from();
    boolean asked = denial instanceof Message.PreVoteResponse == preVote;
    if (!asked || from == state.id || !state.membership().isVoter(from)) {
      return;
    }
    denials.add(from);
    boolean decided =
        state.membership().vote(voter -> denials.contains(voter) ? true : null) == VoteResult.WON;
    if (decided) {
      state.becomeFollower(state.term, 0);
      state.events.removed(from);
    } else {
      state.events.denied(from);
    }
  }

  private void count(Message.AnyVoteResponse response) {
    state.events.voteReceived(response, state.term);
    // A member has one vote in each term (§5.2): its first answer counts.
    ballots.putIfAbsent(response.from(), response.granted());
    state.events.votesCounted(preVote, votes(true), votes(false));
    switch (state.membership().vote(ballots::get)) {
      case WON -> win();
      case LOST -> state.becomeFollower(state.term, 0);
      case PENDING -> {}
    }
  }

  private void win() {
    if (preVote) {
      state.elections().campaignAfterPreVote();
    } else {
      state.becomeLeader().broadcastAppends();
    }
  }

  /** Somebody has won this term: follows it (§5.2). */
  private StepResult follow(Message.FromLeader message) {
    state.becomeFollower(message.term(), message.from());
    return state.behaviour().step(message);
  }

  private StepResult dropped(Message request) {
    state.events.requestDropped(request, state.term);
    return StepResult.OK;
  }
}
