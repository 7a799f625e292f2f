package dev.understudy.raft;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Collects votes, or as a pre-candidate promises of votes. */
final class Candidate extends Behaviour {
  private final boolean preVote;
  private final Map<Long, Boolean> ballots = new HashMap<>();

  Candidate(RaftState node, boolean preVote) {
    super(node);
    this.preVote = preVote;
  }

  @Override
  Role role() {
    return preVote ? Role.PRE_CANDIDATE : Role.CANDIDATE;
  }

  @Override
  StepResult step(Message message) {
    if (message instanceof Message.Propose) {
      noLeader();
      return StepResult.PROPOSAL_DROPPED;
    }
    if (isLeadersWord(message)) {
      node.becomeFollower(message.term(), message.from());
      return node.behaviour().step(message);
    }
    if (message instanceof Message.VoteResponse response && !preVote) {
      count(response);
    } else if (message instanceof Message.PreVoteResponse response && preVote) {
      count(response);
    } else if (message instanceof Message.ReadIndexRequest
        || message instanceof Message.TransferLeader) {
      node.events.requestDropped(message, node.term);
    }
    return StepResult.OK;
  }

  @Override
  ProposeResult propose(List<Payload> payloads) {
    return noLeader();
  }

  @Override
  boolean readIndex(long context) {
    node.events.requestDropped(new Message.ReadIndexRequest(node.id, 0, 0, context), node.term);
    return false;
  }

  /** The number of votes of one kind among the members that vote. */
  int votes(boolean granted) {
    int votes = 0;
    for (Map.Entry<Long, Boolean> ballot : ballots.entrySet()) {
      if (ballot.getValue() == granted && node.membership().isVoter(ballot.getKey())) {
        votes++;
      }
    }
    return votes;
  }

  private void count(Message.AnyVoteResponse response) {
    node.events.voteReceived(response, node.term);
    ballots.putIfAbsent(response.from(), response.granted());
    node.events.votesCounted(preVote, votes(true), votes(false));
    switch (node.membership().vote(ballots::get)) {
      case WON -> win();
      case LOST -> node.becomeFollower(node.term, 0);
      case PENDING -> {}
    }
  }

  private void win() {
    if (preVote) {
      node.elections().campaignAfterPreVote();
    } else {
      node.becomeLeader().broadcastAppends();
    }
  }

  private static boolean isLeadersWord(Message message) {
    return message instanceof Message.Append
        || message instanceof Message.Heartbeat
        || message instanceof Message.InstallSnapshot;
  }
}
